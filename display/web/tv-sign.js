/* The small screen at a counter: its own state, nobody else's. ES5, for engines of 2018. */
(function () {
  'use strict';
  var body = document.body, mine = body.getAttribute('data-counter');
  var words = JSON.parse(document.getElementById('words').textContent), english = JSON.parse(document.getElementById('words-en').textContent);

  function put(id, text) {
    var e = document.getElementById(id);
    if (e.textContent !== text) { e.textContent = text; }
  }

  function show(counters) {
    var k = null, i;
    for (i = 0; i < counters.length; i++) { if (counters[i].code === mine) { k = counters[i]; } }
    /* A visitor who is called or served stands above what the counter is. */
    var state = !k ? 'closed' : k.state !== 'closed' && k.ticket ? k.ticket_state || 'called' : k.state;
    body.setAttribute('data-counter-state', state);
    put('ticket', k && k.ticket || '');
    put('says', words['tv.counter_' + state]);
    put('says-en', document.documentElement.lang === 'en' ? '' : english['tv.counter_' + state]);
  }

  Link.start(body.getAttribute('data-zone'), { board: function (frame) { show(frame.board.counters); } });
})();

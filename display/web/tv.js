/* A zone's screen. ES5, for engines of 2018. It would rather show nothing than something that is no longer true. */
(function () {
  'use strict';
  var HOLD = 8000, SHARED = 4000, BUSY = 5, BESIDE = 4, FRESH = 20000;
  var body = document.body, zone = body.getAttribute('data-zone'), noun = body.getAttribute('data-noun');
  var words = JSON.parse(document.getElementById('words').textContent);
  var english = JSON.parse(document.getElementById('words-en').textContent);
  var now = document.getElementById('now'), list = document.getElementById('calls'), ticker = document.getElementById('ticker');
  var steady = Link.steady, send = Link.send;
  var board = null, boardText = '', waiting = [], shown = [], shownAt = 0, freshUntil = 0, joined = false, line = 0, door = '';

  function element(name, cls, text, lang) {
    var e = document.createElement(name);
    if (cls) { e.className = cls; }
    if (text !== undefined) { e.textContent = text; }
    if (lang) { e.lang = lang; }
    return e;
  }

  function capital(s) { return s.charAt(0).toUpperCase() + s.slice(1); }

  function panel(call) {
    var p = element('div', 'panel');
    var label = element('p', 'label', words['tv.number'] + ' ');
    label.appendChild(element('span', '', '/ ' + english['tv.number'], 'en'));
    p.appendChild(label);
    p.appendChild(element('p', 'code', call.ticket));
    var to = element('p', 'to', words['tv.to'] + ' ');
    to.appendChild(element('span', '', '/ ' + english['tv.to'], 'en'));
    p.appendChild(to);
    p.appendChild(element('p', 'counter', capital(noun) + ' ' + call.counter));
    p.appendChild(element('p', 'service', call.service_name || ''));
    return p;
  }

  /* Long codes shrink until they fit, and no further. */
  function fit() {
    var parts = now.querySelectorAll('.code, .counter');
    for (var i = 0; i < parts.length; i++) {
      var e = parts[i], room = e.parentNode.clientWidth * 0.9;
      if (!room) { continue; } /* nobody sees it now */
      e.style.fontSize = '';
      var wide = e.scrollWidth;
      e.style.display = 'inline-block';
      wide = e.offsetWidth;
      e.style.display = '';
      if (wide > room) { e.style.fontSize = (parseFloat(window.getComputedStyle(e).fontSize) * room / wide) + 'px'; }
    }
  }

  function showPanels(calls, fresh) {
    now.textContent = '';
    now.className = fresh ? 'fresh' : 'old';
    now.setAttribute('data-ticket', calls.map(function (c) { return c.ticket; }).join(' '));
    calls.forEach(function (c) { now.appendChild(panel(c)); });
    fit();
    shown = calls;
    if (fresh) {
      shownAt = steady();
      void now.offsetWidth; /* restarts the pulse */
      now.className = 'fresh pulse';
    }
  }

  function welcome() {
    now.textContent = '';
    now.className = 'old';
    now.setAttribute('data-ticket', '');
    var p = element('div', 'panel'), w = element('p', 'welcome', words['tv.welcome']);
    w.appendChild(element('span', '', english['tv.welcome'], 'en'));
    p.appendChild(w);
    now.appendChild(p);
    shown = [];
  }

  /* The state of a call that still stands, '' once it was taken back. The list
     has only the newest; whom a counter has called now stands with the counter. */
  function standing(call) {
    var calls = board ? board.calls : [], counters = board ? board.counters : [], i;
    for (i = 0; i < calls.length; i++) {
      if (calls[i].ticket === call.ticket && calls[i].counter === call.counter) { return calls[i].state; }
    }
    for (i = 0; i < counters.length; i++) {
      if (counters[i].code === call.counter && counters[i].ticket === call.ticket) { return counters[i].ticket_state; }
    }
    return '';
  }

  /* The big panel takes calls in order; when several wait they share it. */
  function advance() {
    var held = steady() - shownAt;
    waiting = waiting.filter(standing);
    if (waiting.length && (!shown.length || held >= (waiting.length > 1 ? SHARED : HOLD))) {
      var n = Math.min(3, waiting.length);
      showPanels(waiting.splice(0, n), true);
    }
  }

  /* What stands there must still be on the board: taken back, it goes. */
  function settle() {
    if (!board) { return; }
    if (shown.length && shown.every(standing)) { return; }
    var top = null;
    for (var i = 0; i < board.calls.length && !top; i++) { if (board.calls[i].state === 'called') { top = board.calls[i]; } }
    top = top || board.calls[0];
    if (top) { showPanels([top], false); } else if (!now.querySelector('.welcome')) { welcome(); }
  }

  function drawList() {
    var most = Media.on() ? BESIDE : BUSY, busy = steady() < freshUntil && board.calls.length > most, rows = board.calls.slice(0, busy ? 12 : most), long = 0;
    var text = JSON.stringify([rows, busy, most]);
    if (text === boardText) { return; }
    boardText = text;
    body.setAttribute('data-busy', busy ? 'yes' : 'no');
    Media.rest(busy); /* many calls need its place */
    list.textContent = '';
    rows.forEach(function (c) {
      var row = element('li', 'call');
      row.setAttribute('data-ticket', c.ticket);
      row.appendChild(element('span', '', c.ticket));
      row.appendChild(element('span', 'at', c.counter));
      list.appendChild(row);
      long = Math.max(long, (c.ticket + c.counter).length);
    });
    list.className = long > 7 ? 'long' : '';
    /* 73 % of the screen's height is the list's, of one that stands 33 %. */
    if (rows.length > most) { rowsOf((window.innerHeight > window.innerWidth ? 33 : 73) / rows.length); }
  }

  function rowsOf(height) {
    for (var i = 0; i < list.children.length; i++) {
      list.children[i].style.height = height + 'vh';
      list.children[i].style.fontSize = height * 0.8 + 'vh';
    }
  }

  /* Closed and calm: never over a call or a visitor at a counter, nor while
     people wait for the last calls of the day. A break, a day off and a notice
     are for those who wait too. */
  function calm() {
    var c = board && board.closed, i, waits = 0;
    if (!c || waiting.length) { return false; }
    for (i = 0; i < board.calls.length; i++) { if (board.calls[i].state === 'called' || board.calls[i].state === 'serving') { return false; } }
    for (i = 0; i < board.counters.length; i++) { if (board.counters[i].ticket) { return false; } }
    for (i = 0; i < board.services.length; i++) { waits += board.services[i].waiting; }
    return !waits || !!c.note || { 'break': 1, holiday: 1, day_closed: 1, not_open_yet: 1 }[c.code] === 1;
  }

  function showCalm() {
    var on = calm(), was = body.getAttribute('data-calm') === 'yes', second = [];
    if (on) {
      var c = board.closed, en = c.texts && c.texts.en;
      write('closed-title', c.title);
      write('closed-note', c.note);
      write('closed-label', c.reopens ? words[again(c)] : '');
      write('closed-when', c.reopens);
      if (en && document.documentElement.lang !== 'en') {
        second = [en.title].concat(en.note && en.note !== c.note ? [en.note] : [], en.reopens ? [english[again(c)] + ': ' + en.reopens] : []);
      }
      write('closed-second', second.join(' \u00b7 '));
    }
    if (door !== (board && board.closed ? board.closed.code : '')) {
      door = board && board.closed ? board.closed.code : '';
      line = 0;
      showLine();
    }
    if (on !== was) {
      body.setAttribute('data-calm', on ? 'yes' : 'no');
      if (on) { now.className = 'old'; } else { fit(); } /* the next call need not wait for what nobody sees */
    }
  }
  function again(c) { return c.code === 'not_open_yet' ? 'tv.opens' : 'tv.reopens'; }
  function write(id, text) {
    var e = document.getElementById(id);
    if (e.textContent !== (text || '')) { e.textContent = text || ''; }
  }

  /* While calls still stand above it, every other line of the ticker says that no numbers are given. */
  function lines() {
    var c = board.closed, all = board.ticker, out = [];
    if (!c || calm()) { return all; }
    var text = c.reopens ? words['tv.new_numbers'] + ': ' + c.reopens : c.title;
    for (var i = 0; i < Math.max(1, all.length); i++) { out.push(text); if (all[i]) { out.push(all[i]); } }
    return out;
  }

  function onBoard(frame) {
    /* What a screen missed while it was away is not shown as if it were called now. */
    if (!joined) { joined = true; shown = []; waiting = []; }
    board = frame.board;
    var recent = 0;
    board.calls.forEach(function (c) { if (Link.now() && Link.now() - offsetFree(c.called_at) < FRESH) { recent++; } });
    if (recent > BUSY) { freshUntil = steady() + FRESH; }
    Media.show(board.media);
    AntreSound.volume(board.sound);
    body.setAttribute('data-quiet', board.sound && (board.sound.muted || !board.sound.volume) ? 'yes' : 'no');
    drawList();
    settle();
    showCalm();
  }
  function offsetFree(text) { var m = /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)/.exec(text); return m ? Date.UTC(+m[1], m[2] - 1, +m[3], +m[4], +m[5], +m[6]) : 0; }

  function onCall(frame) {
    var call = { ticket: frame.ticket, counter: frame.counter, zone: frame.zone, service_name: frame.service_name };
    if (board) {
      board.calls = [call].concat(board.calls.filter(function (c) { return c.ticket !== call.ticket; })).slice(0, 12);
      call.state = 'called';
      board.counters.forEach(function (k) { if (k.code === call.counter) { k.ticket = call.ticket; k.ticket_state = 'called'; } });
      drawList();
      showCalm();
    }
    waiting = waiting.filter(function (c) { return c.ticket !== call.ticket; });
    waiting.push(call);
    /* A recall of what stands there, or a screen that shows only old calls: at once. */
    if (now.className === 'old' || (shown.length === 1 && shown[0].ticket === call.ticket)) { shownAt = steady() - HOLD; }
    advance();
    var raf = window.requestAnimationFrame || function (f) { window.setTimeout(f, 16); };
    raf(function () { send({ type: 'shown', id: frame.id }); Device.report('shown', frame.ticket); });
    if (frame.speak) { AntreSound.say({ ticket: frame.ticket, counter: frame.counter, speech: frame.speech, langs: frame.langs, saying: function () { send({ type: 'saying' }); }, said: function () { send({ type: 'said', id: frame.id }); Device.report('said', frame.ticket); } }); }
  }

  function everySecond(tick) {
    if (board) { drawList(); advance(); }
    if (board && tick % 10 === 1) { showLine(); }
  }

  function showLine() { ticker.textContent = lines()[line++ % lines().length] || ''; }

  function ask(ready) { body.className = ready || !AntreSound.speaks ? '' : 'muted'; }
  function onSound(ready) { ask(ready); send({ type: 'voice', ready: ready }); Device.report('sound', ready ? 'on' : 'blocked'); }
  /* A call that was taken back, or whose visitor has come, is not said any more. */
  AntreSound.watch(onSound, function (call) { return standing(call) === 'called'; });
  ask(AntreSound.ready());
  document.getElementById('sound').onclick = AntreSound.allow;
  window.addEventListener('resize', fit);
  welcome();
  Link.start(zone, {
    speaks: AntreSound.speaks,
    board: onBoard, call: onCall, second: everySecond,
    joining: function () { joined = false; Media.rest(false); },
    message: fit,
    open: function () { onSound(AntreSound.ready()); },
    anew: function () { waiting = []; shown = []; board = null; boardText = ''; door = ''; },
    lost: function () { waiting = []; AntreSound.hush(); Media.rest(true); }
  });
})();

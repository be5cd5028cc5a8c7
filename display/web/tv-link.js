/* What every screen of the hall needs: the stream, the mall's clock, and saying when it is cut off. ES5, for engines of 2018. */
var Link = (function () {
  'use strict';
  var CUT = 2000, MOVE = 6000, STALE = 10000, LOST = 30000;
  var body = document.body, zone = '', on = {};
  var socket = null, opened = 0, heard = 0, attempts = 0, epoch = '', rev = 0, serverAt = null, serverRead = 0, offset = 0, tick = 0;

  function two(n) { return n < 10 ? '0' + n : '' + n; }
  function steady() { return window.performance && performance.now ? performance.now() : Date.now(); }
  function call(name, value) { if (on[name]) { on[name](value); } }

  /* Mall time is the server's, carried on by this machine's own steady clock. */
  function readTime(text) {
    var m = /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+).*?(?:Z|([+-])(\d+):(\d+))$/.exec(text);
    if (!m) { return; }
    offset = m[7] ? (m[7] === '-' ? -1 : 1) * ((+m[8]) * 60 + (+m[9])) : 0;
    serverAt = Date.UTC(+m[1], m[2] - 1, +m[3], +m[4], +m[5], +m[6]);
    serverRead = steady();
  }
  function zoneName() { return { 420: ' WIB', 480: ' WITA', 540: ' WIT' }[offset] || ''; }
  function mallTime(at) { var d = new Date(at); return two(d.getUTCHours()) + '.' + two(d.getUTCMinutes()); }
  function showTime() { if (serverAt !== null) { document.getElementById('clock').textContent = mallTime(serverAt + (steady() - serverRead)) + zoneName(); } }

  function setState(state) { if (body.getAttribute('data-state') !== state) { body.setAttribute('data-state', state); } }

  function onMessage(event) {
    var frame = JSON.parse(event.data);
    heard = steady();
    setState('live');
    if (frame.epoch && frame.epoch !== epoch) { epoch = frame.epoch; rev = 0; call('anew'); }
    if (frame.rev <= rev) { return; }
    rev = frame.rev;
    if (frame.type === 'board') {
      readTime(frame.board.time);
      showTime();
      showMessage(frame.board.message);
      body.setAttribute('data-rev', frame.rev);
    }
    if (frame.type === 'beat') { readTime(frame.time); }
    call(frame.type, frame);
  }

  /* What the mall says over everything: where the big number stands, or the list of agencies. */
  function showMessage(message) {
    var box = document.getElementById('message-text'), on = message ? 'yes' : 'no';
    if (!box) { return; }
    var lang = document.documentElement.lang, first = message ? message[lang] || message.id || message.en || '' : '', en = message && message.en || '';
    if (box.textContent !== first) { box.textContent = first; }
    var second = document.getElementById('message-second');
    if (second.textContent !== (en === first ? '' : en)) { second.textContent = en === first ? '' : en; }
    box.parentNode.className = first.length + (en === first ? 0 : en.length) > 160 ? 'long' : '';
    if (body.getAttribute('data-message') !== on) { body.setAttribute('data-message', on); call('message'); }
  }

  function connect() {
    opened = steady();
    call('joining');
    var mine = new WebSocket((location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host + '/api/stream?zone=' + encodeURIComponent(zone) + (on.speaks ? '' : '&as=onlooker'));
    socket = mine;
    mine.onopen = function () { attempts = 0; call('open'); };
    mine.onmessage = function (e) { if (socket === mine) { onMessage(e); } };
    mine.onclose = function () { if (socket === mine) { retry(); } };
  }
  function retry() {
    var old = socket;
    socket = null;
    if (old) { try { old.close(); } catch (e) { /* it is gone */ } }
    attempts++;
    window.setTimeout(connect, Math.min(2500, 250 * attempts) * (0.5 + Math.random() / 2));
  }

  function everySecond() {
    var t = steady(), silent = t - (heard || 0), words = JSON.parse(document.getElementById('words').textContent);
    tick++;
    showTime();
    if (silent > LOST) {
      setState('lost');
      call('lost');
    } else if (silent > STALE && heard) {
      document.getElementById('stale').textContent = words['tv.stale'].replace('{0}', mallTime(serverAt));
      setState('stale');
    }
    if (socket && socket.readyState === 0 && t - opened > 3000) { retry(); }
    if (socket && socket.readyState === 1 && t - Math.max(heard, opened) > STALE) { retry(); }
    if ((silent > MOVE || silent > CUT && !(socket && socket.readyState === 1)) && tick % 2 === 0) { Servers.elsewhere(function (address) { if (address) { Servers.go(address, null); } }); }
    call('second', tick);
  }

  return {
    /* start follows a zone, '' for the whole mall; on has a function for each kind of
       frame, and for anew, joining, open, lost and second. Only a screen that speaks
       is asked to. */
    start: function (where, handlers) {
      zone = where;
      on = handlers;
      connect();
      window.setInterval(everySecond, 1000);
    },
    send: function (message) { try { socket.send(JSON.stringify(message)); } catch (e) { /* the next board is right anyway */ } },
    steady: steady,
    now: function () { return serverAt; }
  };
})();

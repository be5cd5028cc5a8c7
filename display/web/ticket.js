/* The visitor's page: counts down by itself and calls out when it is their turn. */
(() => {
  'use strict';
  const words = Antre.read('words'), states = Antre.read('states');
  const $ = (id) => document.getElementById(id);
  const token = document.body.dataset.token;
  const name = document.querySelector('.mall').textContent;
  let last = document.body.dataset.state, lastAhead = null, lastCall = '', now = null, skew = 0;

  // A browser lets a page sound only after a touch, so the visitor is asked for one.
  const Audio = window.AudioContext || window.webkitAudioContext;
  let ctx = null;
  function beep(times) {
    if (!ctx || ctx.state !== 'running') { return; }
    for (let i = 0; i < times; i++) {
      const tone = ctx.createOscillator(), gain = ctx.createGain(), at = ctx.currentTime + i * 0.35;
      tone.frequency.value = 880;
      gain.gain.setValueAtTime(0.2, at);
      gain.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
      tone.connect(gain).connect(ctx.destination);
      tone.start(at);
      tone.stop(at + 0.3);
    }
  }

  async function remind() {
    ctx = ctx || new Audio();
    if (ctx.state !== 'running') { await ctx.resume(); }
    beep(1);
    put('remind', words['ticket.reminds']);
    $('remind').disabled = true;
  }

  function alertVisitor(times) {
    if (navigator.vibrate) { navigator.vibrate(Array(times).fill(300).flatMap((n) => [n, 150])); }
    beep(times);
  }

  const place = (t) => [t.zone_name, t.directions].filter(Boolean).join(' – ');
  const put = (id, text) => { if ($(id).textContent !== text) { $(id).textContent = text; } };
  const late = (t) => t.state === 'waiting' && !!t.late_until && Date.parse(t.late_until) > mallNow();
  const two = (n) => String(n).padStart(2, '0');

  // The mall's clock, whatever zone of time the phone is in, and however wrong its own.
  const mallNow = () => Date.now() + skew;
  function clock(ms) {
    const d = new Date(ms + document.body.dataset.offset * 60000);
    return two(d.getUTCHours()) + (document.documentElement.lang === 'id' ? '.' : ':') + two(d.getUTCMinutes());
  }

  function showWait(t) {
    const known = t.state === 'waiting' && t.wait && t.wait.high_s > 0;
    $('wait-row').hidden = !known;
    if (!known) { return; }
    const low = clock(mallNow() + t.wait.low_s * 1000), high = clock(mallNow() + t.wait.high_s * 1000);
    put('wait-clock', (low === high ? low : low + '–' + high) + ' ' + document.body.dataset.zone);
    const least = t.wait.low_s / 60, most = Math.ceil(t.wait.high_s / 60);
    put('wait', Antre.fill(words[least < most ? 'ticket.wait' : 'ticket.wait_about'], least, most));
  }

  function showStops(t) {
    const list = $('stops').querySelector('ol');
    $('stops').hidden = t.stops.length < 2;
    list.replaceChildren(...t.stops.map((s) => {
      const li = document.createElement('li'), name = document.createElement('b'), rest = document.createElement('span');
      li.dataset.state = s.state;
      if (s.current) { li.setAttribute('aria-current', 'step'); }
      name.textContent = s.service_name;
      rest.textContent = [s.state_text, s.counter && document.body.dataset.noun + ' ' + s.counter, s.zone_name].filter(Boolean).join(' · ');
      li.append(name, rest);
      return li;
    }));
  }

  function show(t) {
    now = t;
    if (t.now) { skew = Date.parse(t.now) - Date.now(); }
    document.body.dataset.state = t.state;
    put('state', states['state.' + t.state]);
    put('ahead', String(t.ahead));
    $('ahead-row').hidden = t.state !== 'waiting';
    showWait(t);
    put('service', t.service_name || '');
    put('agency', t.agency_name || '');
    put('where', place(t));
    $('where-row').hidden = !place(t);
    $('bring-row').hidden = !(t.requirements || []).length;
    $('bring').innerText = (t.requirements || []).join('\n');
    showStops(t);
    put('note', t.note || '');
    $('note').hidden = !t.note;
    const called = t.state === 'called';
    $('go').hidden = !called;
    if (called) {
      put('go-at', document.body.dataset.noun + ' ' + t.counter);
      put('go-where', place(t));
      // Called, and called again: whoever did not notice the first call has the phone in a pocket.
      if (last !== 'called' || (lastCall && Date.parse(t.called_at) > Date.parse(lastCall))) { alertVisitor(3); scrollTo(0, 0); }
      lastCall = t.called_at;
    } else if (t.state === 'waiting' && lastAhead !== null && t.ahead < lastAhead && [5, 2].some((n) => t.ahead <= n && lastAhead > n)) {
      alertVisitor(1);
    }
    if ($('cancel')) { $('cancel').hidden = t.state !== 'waiting' && t.state !== 'held'; }
    $('late').hidden = t.state !== 'waiting' || !!t.late_until;
    $('here').hidden = !late(t);
    $('remind').hidden = !Audio || (t.state !== 'waiting' && t.state !== 'held');
    // A phone that shows another page still tells in its list of pages.
    document.title = (called ? document.body.dataset.noun + ' ' + t.counter + ' · ' : t.state === 'waiting' ? t.ahead + ' · ' : '') + t.code + ' – ' + name;
    last = t.state;
    lastAhead = t.ahead;
  }

  // What goes on by the clock alone: the range, and the minutes in which a
  // visitor may still come who was not there, or is late.
  async function passTime() {
    if (!now) { return; }
    showWait(now);
    if (!now.return_until && $('here').hidden) { return; }
    try {
      const res = await fetch('/api/tickets/' + token + '?lang=' + document.documentElement.lang);
      if (res.ok) { show(await res.json()); }
    } catch (e) { /* the line above says that it is cut off */ }
  }

  // act does what a form asks without leaving the page: where the network is
  // away the number stays, and the visitor reads that nothing was done.
  async function act(form) {
    const button = form.querySelector('button'), path = new URL(form.action).pathname, name = path.slice(path.lastIndexOf('/'));
    const say = (text) => { $('failed').textContent = text; $('failed').hidden = !text; };
    if (button.disabled) { return; }
    form.append($('failed'));
    button.disabled = true;
    form.dataset.key = form.dataset.key || Antre.newKey();
    const res = await Antre.post('/api/tickets/' + token + name + '?lang=' + document.documentElement.lang, null, form.dataset.key, 12000, () => say(words['ticket.asking']));
    button.disabled = false;
    if (document.activeElement === document.body) { button.focus(); } // a button that rests loses it
    if (res.status) { delete form.dataset.key; } // without an answer the next press is the same press
    if (res.ok) { show(res.answer); }
    say(res.ok ? '' : res.answer ? res.answer.detail : words['ticket.no_answer']);
  }

  document.querySelectorAll('form').forEach((form) => form.addEventListener('submit', (e) => { e.preventDefault(); act(form); }));
  $('remind').addEventListener('click', remind);
  Antre.listen('/api/tickets/' + token + '/stream', 45000, show, (live) => {
    $('cut').hidden = live;
    if (live && $('failed').textContent === words['ticket.no_answer']) { $('failed').hidden = true; }
  });
  setInterval(passTime, 15000);
})();

/* The visitor's page: counts down by itself and calls out when it is their turn. */
(() => {
  'use strict';
  const words = Antre.read('words'), states = Antre.read('states');
  const $ = (id) => document.getElementById(id);
  const token = document.body.dataset.token;
  let last = document.body.dataset.state, lastAhead = null;

  function beep(times) {
    const Audio = window.AudioContext || window.webkitAudioContext;
    if (!Audio) { return; }
    try {
      const ctx = new Audio();
      for (let i = 0; i < times; i++) {
        const tone = ctx.createOscillator(), gain = ctx.createGain(), at = ctx.currentTime + i * 0.35;
        tone.frequency.value = 880;
        gain.gain.setValueAtTime(0.2, at);
        gain.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
        tone.connect(gain).connect(ctx.destination);
        tone.start(at);
        tone.stop(at + 0.3);
      }
    } catch (e) { /* no sound before the first touch: the page still shows it */ }
  }

  function alertVisitor(times) {
    if (navigator.vibrate) { navigator.vibrate(Array(times).fill(300).flatMap((n) => [n, 150])); }
    beep(times);
  }

  function show(t) {
    document.body.dataset.state = t.state;
    $('state').textContent = states['state.' + t.state];
    $('ahead').textContent = t.ahead;
    $('ahead-row').hidden = t.state !== 'waiting';
    $('wait-row').hidden = t.state !== 'waiting' || !t.wait;
    if (t.wait) { $('wait').textContent = Antre.fill(words['ticket.wait'], t.wait.low_s / 60, Math.ceil(t.wait.high_s / 60)); }
    const called = t.state === 'called';
    $('go').hidden = !called;
    if (called) {
      const text = Antre.fill(words['ticket.go'], document.body.dataset.noun, t.counter);
      if ($('go').textContent !== text) { $('go').textContent = text; }
      if (last !== 'called') { alertVisitor(3); }
    } else if (t.state === 'waiting' && lastAhead !== null && t.ahead < lastAhead && [5, 2].some((n) => t.ahead <= n && lastAhead > n)) {
      alertVisitor(1);
    }
    if ($('cancel')) { $('cancel').hidden = t.state !== 'waiting' && t.state !== 'held'; }
    last = t.state;
    lastAhead = t.ahead;
  }

  Antre.listen('/api/tickets/' + token + '/stream', 45000, show, (live) => { $('cut').hidden = live; });
})();

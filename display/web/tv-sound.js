/* The zone's voice: one announcement at a time, each once. ES5, for engines of 2018. */
var AntreSound = (function () {
  'use strict';
  var Audio = window.AudioContext || window.webkitAudioContext;
  var ctx = null, queue = [], busy = false, onChange = function () {};
  try { ctx = Audio ? new Audio() : null; } catch (e) { ctx = null; }

  function ready() { return !!ctx && ctx.state === 'running'; }

  /* Our own chime: three falling bell notes, each with a soft overtone. */
  function chime(done) {
    var notes = [[783.99, 0], [659.25, 0.28], [523.25, 0.56]], start = ctx.currentTime + 0.02;
    notes.forEach(function (note) {
      [[1, 0.28], [2.76, 0.05]].forEach(function (part) {
        var tone = ctx.createOscillator(), gain = ctx.createGain(), at = start + note[1];
        tone.frequency.value = note[0] * part[0];
        gain.gain.setValueAtTime(0.0001, at);
        gain.gain.exponentialRampToValueAtTime(part[1], at + 0.015);
        gain.gain.exponentialRampToValueAtTime(0.0001, at + 1.1);
        tone.connect(gain); gain.connect(ctx.destination);
        tone.start(at); tone.stop(at + 1.2);
      });
    });
    window.setTimeout(done, 1500);
  }

  function voiceFor(lang) {
    var all = window.speechSynthesis ? window.speechSynthesis.getVoices() : [];
    for (var i = 0; i < all.length; i++) { if (all[i].lang.toLowerCase().indexOf(lang) === 0) { return all[i]; } }
    return null;
  }

  /* Speaks each language that the browser has a voice for, then calls done. */
  function speak(speech, langs, done) {
    if (!langs.length) { done(); return; }
    var lang = langs[0], voice = voiceFor(lang), over = false;
    function next() { if (!over) { over = true; window.clearTimeout(guard); speak(speech, langs.slice(1), done); } }
    var guard = window.setTimeout(next, 20000);
    if (!voice) { next(); return; }
    var words = new window.SpeechSynthesisUtterance(speech[lang].text);
    words.voice = voice; words.lang = voice.lang; words.rate = 0.92;
    words.onend = next; words.onerror = next;
    window.speechSynthesis.speak(words);
  }

  function next() {
    if (busy || !queue.length) { return; }
    if (!ready()) { queue = []; return; } /* what nobody can hear now is not said later */
    busy = true;
    var call = queue.shift(), over = false;
    function done() { if (over) { return; } over = true; busy = false; call.said(); next(); }
    chime(function () { speak(call.speech, Object.keys(call.speech), done); });
  }

  function allow() {
    if (ctx && ctx.state !== 'running' && ctx.resume) {
      var p = ctx.resume();
      if (p && p.then) { p.then(function () { onChange(ready()); }); }
      window.setTimeout(function () { onChange(ready()); }, 300);
    }
  }
  document.addEventListener('click', allow);
  document.addEventListener('keydown', allow);

  return {
    ready: ready, allow: allow,
    say: function (speech, said) { queue.push({ speech: speech, said: said }); next(); },
    watch: function (f) { onChange = f; }
  };
})();

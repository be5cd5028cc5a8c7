/* The zone's voice: one announcement at a time, each once, and once more when nobody else waits to be called. ES5, for engines of 2018. */
var AntreSound = (function () {
  'use strict';
  var Audio = window.AudioContext || window.webkitAudioContext;
  var BEHIND = 20000, FAR_BEHIND = 40000, PATIENCE = 4000, REST = 1500, AGAIN = 1000;
  var speaks = window.self === window.top; /* a preview in another page is silent */
  var ctx = null, master = null, level = 1, queue = [], busy = false, last = null, rest = 0, playing = null, hushed = 0;
  var onChange = function () {}, stands = function () { return true; };
  try { ctx = Audio && speaks ? new Audio() : null; } catch (e) { ctx = null; }
  if (ctx) { master = ctx.createGain(); master.connect(ctx.destination); }

  function ready() { return !!ctx && ctx.state === 'running'; }
  function steady() { return window.performance && performance.now ? performance.now() : Date.now(); }

  /* The server joins the clips of a phrase to one sound. done gets null where it
     has none, and is told whether the server was there at all. */
  function fetchSound(lang, clips, done) {
    var x = new XMLHttpRequest();
    x.open('GET', '/audio/' + lang + '/say?clips=' + encodeURIComponent(clips.join(',')));
    x.responseType = 'arraybuffer';
    x.timeout = PATIENCE;
    x.onload = function () {
      if (x.status !== 200) { done(null, true); return; }
      ctx.decodeAudioData(x.response, done, function () { done(null, true); });
    };
    x.onerror = x.ontimeout = function () { done(null, false); };
    x.send();
  }

  function play(sound, done) {
    var source = ctx.createBufferSource(), gain = ctx.createGain(), over = false;
    function end() { if (over) { return; } over = true; window.clearTimeout(guard); playing = null; done(); }
    var guard = window.setTimeout(end, sound.duration * 1000 + 1500);
    source.buffer = sound;
    source.connect(gain);
    gain.connect(master);
    source.onended = end;
    playing = { gain: gain, end: end };
    source.start();
  }

  /* Where the server's sound cannot be had: two notes, and the browser's own voice if it has one. */
  function chime(done) {
    [[784, 0], [622.25, 0.38]].forEach(function (note) {
      var tone = ctx.createOscillator(), gain = ctx.createGain(), at = ctx.currentTime + 0.02 + note[1];
      tone.frequency.value = note[0];
      gain.gain.setValueAtTime(0.0001, at);
      gain.gain.exponentialRampToValueAtTime(0.3, at + 0.01);
      gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.9);
      tone.connect(gain);
      gain.connect(master);
      tone.start(at);
      tone.stop(at + 1);
    });
    window.setTimeout(done, 1300);
  }

  function voiceFor(lang) {
    var all = window.speechSynthesis ? window.speechSynthesis.getVoices() : [];
    for (var i = 0; i < all.length; i++) { if (all[i].lang.toLowerCase().indexOf(lang) === 0) { return all[i]; } }
    return null;
  }

  /* done is told whether anything was said. */
  function speak(text, lang, done) {
    var voice = voiceFor(lang), over = false;
    function end() { if (!over) { over = true; window.clearTimeout(guard); done(!!voice); } }
    var guard = window.setTimeout(end, 20000);
    if (!voice) { end(); return; }
    var words = new window.SpeechSynthesisUtterance(text);
    words.voice = voice; words.lang = voice.lang; words.rate = 0.92; words.volume = level;
    words.onend = end; words.onerror = end;
    window.speechSynthesis.speak(words);
  }

  /* What is said: in every language of the mall, its first before the others,
     the chime before all. Behind the picture it is number and counter alone;
     far behind, in the first language alone. */
  function phrases(call) {
    var late = steady() - call.at, langs = call.langs || Object.keys(call.speech); /* an older server names no order */
    if (late > FAR_BEHIND) { langs = langs.slice(0, 1); }
    return langs.map(function (lang, i) {
      var all = call.speech[lang], said = late > BEHIND && all.short ? all.short : all;
      return { lang: lang, text: said.text, clips: i ? said.clips.slice(1) : said.clips, first: i === 0 };
    });
  }

  /* done is told 'away' where the server could not be asked and nothing was said
     yet. What was said in one language was heard: heard is called then, once. */
  function sayAll(list, call, heard, done) {
    if (!list.length || !ready()) { done(''); return; }
    var p = list[0], rested = false;
    function next(said) {
      if (rested) { return; }
      rested = true;
      if (said) { heard(); heard = null; }
      sayAll(list.slice(1), call, heard || function () {}, done);
    }
    fetchSound(p.lang, p.clips, function (sound, there) {
      if (busy === 'again' && queue.length) { done(''); return; }
      if (!sound && !there && p.first && !voiceFor(p.lang)) { done('away'); return; }
      call.saying(); /* the server knows that what waits behind it is not lost */
      if (sound) { play(sound, function () { next(true); }); return; }
      if (p.first) { chime(function () { speak(p.text, p.lang, next); }); } else { speak(p.text, p.lang, next); }
    });
  }

  function next() {
    window.clearTimeout(rest);
    if (busy) { return; }
    if (!ready()) { queue = []; last = null; return; } /* what nobody can hear now is not said later */
    var call = null;
    while (queue.length && !call) { call = queue.shift(); if (!stands(call)) { call = null; } }
    if (call) {
      var hushes = hushed;
      busy = true;
      sayAll(phrases(call), call, function () { call.said(); last = call; }, function (why) {
        busy = false;
        if (why !== 'away') { next(); return; }
        if (hushes === hushed) { queue.unshift(call); } /* it may still stand when the server is back */
        rest = window.setTimeout(next, AGAIN);
      });
      return;
    }
    if (last) { rest = window.setTimeout(repeat, REST); }
  }

  /* Once more, for whoever looked away; it gives way to the next call. */
  function repeat() {
    var call = last;
    last = null;
    if (busy || queue.length || !call || !ready() || !stands(call)) { next(); return; }
    busy = 'again';
    call.at = steady();
    sayAll(phrases(call), call, function () {}, function () { busy = false; next(); });
  }

  function giveWay() {
    if (busy !== 'again' || !playing) { return; }
    var p = playing;
    p.gain.gain.setValueAtTime(1, ctx.currentTime);
    p.gain.gain.linearRampToValueAtTime(0, ctx.currentTime + 0.15);
    window.setTimeout(function () { p.gain.disconnect(); p.end(); }, 180);
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
    speaks: speaks, ready: ready, allow: allow, level: function () { return level; },
    /* say takes a call {ticket, counter, speech, langs, saying, said}: saying is called
       when a language begins, said once it was heard. A recall of what still waits to
       be said takes its place. */
    say: function (call) {
      call.at = steady();
      last = null;
      for (var i = 0; i < queue.length; i++) {
        if (queue[i].ticket === call.ticket && queue[i].counter === call.counter) { call.at = queue[i].at; queue[i] = call; break; }
      }
      if (queue.indexOf(call) < 0) { queue.push(call); }
      giveWay();
      next();
    },
    /* volume takes the zone's {volume: percent, muted}; a change is heard at once. */
    volume: function (s) {
      level = s ? (s.muted ? 0 : s.volume / 100) : 1;
      if (master && master.gain.value !== level) { master.gain.value = level; }
    },
    hush: function () { hushed++; queue = []; last = null; giveWay(); },
    watch: function (change, standing) { onChange = change; stands = standing; }
  };
})();

/* The officer's console: one key a visitor. It shows what the server said last, or says that it does not know. */
(() => {
  'use strict';
  const words = DeskView.words, asks = DeskDialogs.words;
  const $ = (id) => document.getElementById(id);
  const code = document.body.dataset.counter, base = '/api/counters/' + encodeURIComponent(code);
  const DOUBLE = 1500; // a second press within this is the same press
  const PATIENCE = 20000; // a lost answer is asked for again for so long, with the same key
  let view = null, live = false, busy = false, drift = 0, epoch = '', frames = 0, hide = 0;
  const last = { act: '', at: 0, key: '', keyAt: 0 };

  const now = () => Date.now() + drift;

  function say(text, kind) {
    $('message').textContent = text;
    $('message').className = 'message ' + (kind || '');
    $('message').hidden = !text;
    clearTimeout(hide);
    if (text) { hide = setTimeout(() => say(''), kind === 'bad' ? 10000 : 6000); }
  }

  // mainAct is what Enter does now: the one thing that comes next.
  function mainAct() {
    if (view && view.may_take) { return 'take'; }
    if (!view || view.state === 'open') { return 'next'; }
    return view.state === 'closed' ? 'open' : 'resume';
  }

  function may(act) {
    if (!live || !view || busy) { return false; }
    const t = view.current, mine = view.mine;
    switch (act) {
      case 'open': return view.state === 'closed';
      case 'take': return view.may_take;
      case 'close': return mine && !t;
      case 'pause': return mine && view.state === 'open';
      case 'resume': return mine && view.state === 'paused';
      case 'next': return mine && view.state === 'open';
      case 'call': return mine && view.state === 'open' && !t;
      case 'recall': case 'start': return mine && !!t && t.state === 'called';
      case 'finish': case 'hold': case 'transfer': return mine && !!t;
      case 'no-show': return mine && !!t && t.state === 'called' && now() >= Date.parse(view.can_no_show_at);
      case 'undo': return mine && !!view.undo && now() < Date.parse(view.undo.until);
      case 'return': case 'class': case 'close-request': case 'other': return mine;
    }
    return false;
  }

  function draw() {
    document.body.dataset.live = live ? 'yes' : 'no';
    $('cut').hidden = live;
    buttons();
    if (!view) { return; }
    document.body.dataset.state = view.state;
    $('state').textContent = words['desk.state_' + view.state] + (view.pause_reason && view.state === 'paused' ? ': ' + view.pause_reason : '') +
      (view.officer && !view.mine ? ' · ' + view.officer : '');
    $('main').textContent = DeskView.mainWord(view);
    $('pause').textContent = words[view.state === 'paused' ? 'desk.resume' : 'desk.pause'];
    DeskView.current(view);
    DeskView.upcoming(view.next, pick);
    DeskView.held(view.held, view.late, (k) => act('call', { ticket: k, reason: '' }), pick);
    DeskView.noShows(view.no_shows, (k) => act('return', { ticket: k }));
    DeskView.history(view.history);
    DeskView.lines(view.lines);
    DeskView.alarms(view, now());
    tick();
    buttons();
  }

  // buttons greys what cannot be done. While an answer is awaited nothing
  // changes its look: a flicker at every press tells nobody anything.
  function buttons() {
    if (busy) { return; }
    document.querySelectorAll('[data-act]').forEach((b) => {
      const name = b.dataset.act;
      b.disabled = !(name === 'next' ? may(mainAct()) : name === 'pause' ? may('pause') || may('resume') : may(name));
    });
    document.querySelectorAll('[data-may]').forEach((b) => { b.disabled = !may(b.dataset.may); });
    document.querySelectorAll('.item').forEach((b) => { b.disabled = !may('other'); });
  }

  function tick() {
    const t = view && view.current;
    let text = '\u00a0', left = 0;
    if (t) {
      const since = Date.parse(t.state === 'serving' ? t.started_at : t.called_at);
      const s = Math.max(0, (now() - since) / 1000);
      text = DeskView.clock(s);
      if (t.state === 'called') {
        left = Math.ceil((Date.parse(view.can_no_show_at) - now()) / 1000);
        if (s >= 20) { text += ' – ' + words['desk.call_again']; }
      }
    }
    $('timer').textContent = text;
    $('absent').textContent = left > 0 ? Antre.fill(words['desk.no_show_in'], left) : words['desk.no_show'];
    if (view) { DeskView.undo(view, now()); }
    if (!busy) {
      document.querySelector('[data-act="no-show"]').disabled = !may('no-show');
      document.querySelector('[data-act="undo"]').disabled = !may('undo');
    }
  }

  // act does one thing and waits until the screen shows it. It gives the
  // answer, or null when nothing was done.
  // again is what was under way at another server, with its key; as is what must
  // be allowed where that is not the act itself.
  async function act(name, body, again, as) {
    const at = Date.now(), same = name + JSON.stringify(body); // two numbers brought back one after the other are two acts
    if (!(again || may(as || name)) || (same === last.act && at - last.at < DOUBLE)) { return null; }
    last.act = same;
    last.at = at;
    busy = true;
    document.body.dataset.asking = 'yes';
    const seen = frames, slow = setTimeout(() => say(words['desk.asking']), 1200);
    // It is done to the visitor on this screen or to nobody.
    const doing = again || { name, body, key: Antre.newKey(), current: view.current ? view.current.code : '' };
    const res = await Antre.post(base + '/' + name, body, doing.key, PATIENCE, () => move(doing), { 'Antre-Current': doing.current });
    clearTimeout(slow);
    if (res.status === 401) { location.href = '/sign-in?next=' + encodeURIComponent(location.pathname); return null; }
    for (let i = 0; res.ok && frames === seen && i < 40; i++) { await Antre.wait(10); } // the news may come after the answer
    busy = false;
    document.body.dataset.asking = 'no';
    if (res.status === 204 && name === 'next' && view.state === 'open') { say(words['desk.empty']); }
    else if (!res.ok) { say(res.answer ? res.answer.detail : words['desk.no_answer'], 'bad'); }
    else { say(''); }
    draw();
    return res.ok ? res : null;
  }

  // move goes on at another server of the mall when ours is gone, with what was
  // under way and its key: it is done once, wherever it was done.
  function move(doing) { Servers.elsewhere((address) => { if (address) { Servers.go(address, doing); } }); }

  // What needs a word first. The visitor may have gone meanwhile: then nothing is done.
  async function asked(name, question) {
    const whose = view.current ? view.current.code : '';
    const answer = await question();
    if (!answer) { return null; }
    if (!may(name) || (view.current ? view.current.code : '') !== whose) { say(words['desk.moved'], 'bad'); return null; }
    return answer;
  }

  const opts = (key) => ({ key, ready: () => live });

  async function withReason(name, kind, key) {
    if (!may(name)) { return; }
    const answer = await asked(name, () => DeskDialogs.reason(kind, view.current ? view.current.code : '', opts(key)));
    if (answer) { act(name, { reason: answer.value }); }
  }

  // The mall lets an officer close without asking; that is the last choice, not the first.
  async function askClose(key) {
    if (!may('close-request')) { return; }
    const extra = may('close') ? [{ text: words['desk.close_now'], value: '\u0000close' }] : [];
    const answer = await asked('close-request', () => DeskDialogs.reason('close', '', opts(key), extra));
    if (!answer) { return; }
    if (answer.value === '\u0000close') { act('close'); } else { act('close-request', { reason: answer.value }); }
  }

  async function transfer(key) {
    if (!may('transfer')) { return; }
    const whose = view.current.code, from = view.current.service, agency = document.body.dataset.agency;
    let services;
    try {
      const res = await fetch('/api/services?lang=' + document.documentElement.lang, { credentials: 'same-origin' });
      services = (await res.json()).services.filter((s) => s.code !== from);
    } catch (e) { say(words['desk.no_answer'], 'bad'); return; }
    if (!may('transfer') || view.current.code !== whose || DeskDialogs.open()) { return; }
    services.sort((a, b) => (b.agency === agency) - (a.agency === agency));
    const given = ['last_ticket_passed', 'break', 'quota_reached']; // these keep from numbers, not from the line
    const choices = services.map((s) => {
      const off = !s.open && !given.includes(s.closed.code);
      return { text: s.code + ' · ' + s.name, side: off ? s.closed.detail : s.agency_short + ' · ' + Antre.fill(asks['ask.transfer_wait'], s.waiting), value: s.code, off, find: [s.code, s.name, s.agency_short] };
    });
    const answer = await asked('transfer', () => DeskDialogs.ask({ key, ready: () => live, title: Antre.fill(asks['ask.transfer'], whose), lead: asks['ask.transfer_lead'],
      choices, find: true, text: asks['ask.transfer_note'], keep: true }));
    if (!answer) { return; }
    if (await act('transfer', { service: answer.value, note: answer.text, keep_place: answer.keep })) { say(Antre.fill(words['desk.transferred'], whose, answer.value)); }
  }

  // pick asks what to do with a number of the list, or one that was typed.
  async function pick(ticket, cls, key) {
    if (!may('other')) { return; }
    const t = view.current, choices = [{ text: t ? Antre.fill(asks['ask.row_finish'], t.code) : asks['ask.row_call'], value: 'call', off: !may('call') }];
    (cls ? [cls === 'priority' ? 'regular' : 'priority'] : ['priority', 'regular']).forEach((to) => {
      choices.push({ text: asks['ask.to_' + to + '_asked'], value: to + ' visitor_asked' }, { text: asks['ask.to_' + to + '_mistake'], value: to + ' mistake' });
    });
    const answer = await DeskDialogs.ask({ key: key || 'Enter', ready: () => live, title: Antre.fill(asks['ask.row'], ticket), choices, wide: true });
    if (!answer) { return; }
    if (answer.value !== 'call') {
      const [to, why] = answer.value.split(' ');
      if (await act('class', { ticket, class: to, why })) { say(Antre.fill(words['desk.class_done'], ticket, words['desk.' + to])); }
      return;
    }
    const reason = await asked('call', () => DeskDialogs.reason('call', ticket, opts('Enter')));
    if (reason) { act('call', { ticket, reason: reason.value }); }
  }

  async function other(key) {
    if (!may('other')) { return; }
    const answer = await DeskDialogs.ask({ key, ready: () => live, title: asks['ask.number'], lead: asks['ask.number_lead'], choices: [], text: asks['ask.number_label'], needed: asks['ask.number_lead'] });
    if (answer) { pick(answer.value.toUpperCase(), '', 'Enter'); }
  }

  // take gives a counter whose officer has gone to somebody with authority over it.
  async function take(key) {
    if (!may('take')) { return; }
    const answer = await asked('take', () => DeskDialogs.reason('take', view.officer, opts(key)));
    if (answer) { act('open', { take_over: true, reason: answer.value }, null, 'take'); }
  }

  async function undo() { if (await act('undo')) { say(words['desk.undone']); } }

  function run(name, key) {
    switch (name) {
      case 'next': return mainAct() === 'take' ? take(key) : act(mainAct());
      case 'pause': return may('resume') ? act('resume') : withReason('pause', 'pause', key);
      case 'hold': return withReason('hold', 'hold', key);
      case 'transfer': return transfer(key);
      case 'close-request': return askClose(key);
      case 'other': return other(key);
      case 'undo': return undo();
    }
    return act(name);
  }

  // Letters, the digits of a numeric pad, and the pad's signs.
  const keys = {
    Enter: 'next', '+': 'next', s: 'start', 1: 'start', '/': 'start', r: 'recall', 2: 'recall', '*': 'recall', n: 'no-show', 3: 'no-show', '-': 'no-show',
    h: 'hold', 4: 'hold', t: 'transfer', 5: 'transfer', f: 'finish', 6: 'finish', p: 'pause', 7: 'pause', u: 'undo', 8: 'undo', c: 'close-request', 9: 'close-request', l: 'other', 0: 'other', o: 'open',
  };
  document.addEventListener('keydown', (e) => {
    const at = Date.now(), key = e.key.length === 1 ? e.key.toLowerCase() : e.key;
    const double = e.repeat || (key === last.key && at - last.keyAt < DOUBLE);
    if (DeskDialogs.open()) {
      if (key === 'Enter') { last.key = key; last.keyAt = at; } // what ends a dialog must not call somebody as well
      DeskDialogs.key(e);
      return;
    }
    if (e.ctrlKey || e.altKey || e.metaKey) { return; }
    if (key === 'ArrowDown' || key === 'ArrowUp') { walk(e, key === 'ArrowDown' ? 1 : -1); return; }
    if (key === 'Escape') { document.activeElement.blur(); return; }
    const onButton = /^(BUTTON|A)$/.test(e.target.tagName) && e.target.id !== 'next';
    if (!keys[key] && key !== ' ') { return; }
    if (double) { e.preventDefault(); return; }
    last.key = key;
    last.keyAt = at;
    if (key === ' ' || (key === 'Enter' && onButton)) { return; } // the browser presses it
    e.preventDefault();
    run(keys[key], key);
  });

  // walk goes through what can be chosen in the lists.
  function walk(e, by) {
    const list = Array.from(document.querySelectorAll('aside li button, #other')).filter((b) => !b.disabled && b.getClientRects().length);
    const to = list[list.indexOf(document.activeElement) < 0 ? (by > 0 ? 0 : list.length - 1) : list.indexOf(document.activeElement) + by];
    if (e.target.id === 'history' || !list.length) { return; }
    e.preventDefault();
    if (to) { to.focus(); } else { document.activeElement.blur(); }
  }

  document.querySelectorAll('[data-act]').forEach((b) => b.addEventListener('click', (e) => {
    if (e.detail > 0) { b.blur(); } // a mouse leaves no focus behind, on which Enter would press again
    run(b.dataset.act, '');
  }));

  // A small window that stays on top where the browser can, else a small window.
  $('float').addEventListener('click', async () => {
    $('float').blur();
    if (!window.documentPictureInPicture) { window.open(location.pathname, 'antre-' + code, 'popup,width=320,height=180'); return; }
    const small = await window.documentPictureInPicture.requestWindow({ width: 320, height: 180 });
    const frame = small.document.createElement('iframe');
    frame.src = location.pathname;
    frame.title = document.title;
    Object.assign(frame.style, { position: 'fixed', left: 0, top: 0, width: '100%', height: '100%', border: 0 });
    small.document.body.append(frame);
    frame.addEventListener('load', () => frame.contentWindow.focus());
  });

  // The server's time has no fractions and comes late: the greatest difference
  // heard is the best, until another server or another clock speaks.
  function setClock(v) {
    const d = Date.parse(v.now) - Date.now();
    drift = v.epoch !== epoch || Math.abs(d - drift) > 2000 ? d : Math.max(d, drift);
    epoch = v.epoch;
  }

  const was = Servers.brought();
  let lost = Date.now();
  Antre.listen(base + '/stream', 12000, (v) => {
    view = v;
    frames++;
    setClock(v);
    draw();
    if (was && was.name && frames === 1) { act(was.name, was.body, was); }
  }, (on) => {
    if (on) { lost = 0; } else { lost = lost || Date.now(); }
    if (live !== on) { live = on; draw(); }
  });
  setInterval(() => { if (lost && !busy && Date.now() - lost > 2000) { move(null); } }, 1000);

  // A refused stream looks like a lost network. Whoever is asked says which it is.
  const cut = $('cut').textContent;
  async function why() {
    let text = cut;
    try {
      const res = await fetch(base + '?lang=' + document.documentElement.lang, { credentials: 'same-origin' });
      if (res.status === 401) { location.href = '/sign-in?next=' + encodeURIComponent(location.pathname); return; }
      if (res.status === 403 || res.status === 404) { text = (await res.json()).detail; }
    } catch (e) { /* the network it is */ }
    if (!live && $('cut').textContent !== text) { $('cut').textContent = text; }
    if (live) { $('cut').textContent = cut; }
  }
  setInterval(() => { if (lost && Date.now() - lost > 2000) { why(); } }, 3000);
  setInterval(tick, 500);
})();

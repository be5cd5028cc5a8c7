/* The officer's console: one key a visitor. It shows what the server said last, or says that it does not know. */
(() => {
  'use strict';
  const words = Antre.read('words'), states = Antre.read('states');
  const $ = (id) => document.getElementById(id);
  const code = document.body.dataset.counter, base = '/api/counters/' + encodeURIComponent(code);
  const DOUBLE = 1500; // a second press within this is the same press
  let view = null, live = false, busy = false, drift = 0, hide = 0;
  const last = { act: '', at: 0 };

  const now = () => Date.now() + drift;
  const clock = (s) => Math.floor(s / 60) + ':' + String(Math.floor(s % 60)).padStart(2, '0');
  const time = (t) => (t ? t.slice(11, 16).replace(':', '.') : '');

  function say(text, kind) {
    $('message').textContent = text;
    $('message').className = 'message ' + (kind || '');
    $('message').hidden = !text;
    clearTimeout(hide);
    if (text && kind !== 'warn') { hide = setTimeout(() => say(''), 6000); }
  }

  function may(act) {
    if (!live || !view || busy) { return false; }
    const t = view.current, mine = view.mine;
    switch (act) {
      case 'open': return view.state === 'closed';
      case 'close': return mine && !t;
      case 'pause': return mine && view.state === 'open';
      case 'resume': return mine && view.state === 'paused';
      case 'next': return mine && view.state === 'open';
      case 'recall': case 'start': return mine && t && t.state === 'called';
      case 'finish': return mine && !!t;
      case 'no-show': return mine && t && t.state === 'called' && now() >= Date.parse(view.can_no_show_at);
    }
    return false;
  }

  function item(main, rest) {
    const li = document.createElement('li'), b = document.createElement('b'), span = document.createElement('span');
    b.textContent = main;
    span.textContent = rest;
    li.append(b, ' ', span);
    return li;
  }

  function draw() {
    document.body.dataset.live = live ? 'yes' : 'no';
    $('cut').hidden = live;
    document.querySelectorAll('[data-act]').forEach((b) => {
      b.disabled = !may(b.dataset.act);
      if (['open', 'pause', 'resume', 'close'].includes(b.dataset.act) && view) {
        b.hidden = { open: view.state !== 'closed', close: view.state === 'closed', pause: view.state !== 'open', resume: view.state !== 'paused' }[b.dataset.act];
      }
    });
    if (!view) { return; }
    document.body.dataset.state = view.state;
    const t = view.current;
    $('state').textContent = words['desk.state_' + view.state] + (view.pause_reason && view.state === 'paused' ? ': ' + view.pause_reason : '') +
      (view.officer && !view.mine ? ' · ' + view.officer : '');
    $('ticket').textContent = t ? t.code : '–';
    $('service').textContent = t ? states['state.' + t.state] + ' · ' + t.service_name : (view.state === 'closed' ? words['desk.hint_open'] : words['desk.nobody']);
    $('next').textContent = t ? words['desk.finish_next'] : words['desk.next'];
    $('upcoming').replaceChildren(...view.next.map((n) => item(n.code, words['desk.why_' + n.why] + ' · ' + Antre.fill(words['desk.waited'], Math.round(n.waited_s / 60)))));
    $('history').replaceChildren(...view.history.map((h) => item(h.ticket, states['state.' + h.state] + ' · ' + time(h.called_at))));
    $('waiting').textContent = Object.keys(view.waiting).map((s) => s + ' ' + view.waiting[s]).join(' · ');
    if (view.unheard.length) { say(Antre.fill(words['desk.unheard'], view.unheard.join(', ')), 'warn'); } else if ($('message').className.includes('warn')) { say(''); }
    tick();
  }

  function tick() {
    const t = view && view.current;
    let text = '\u00a0', left = 0;
    if (t) {
      const since = Date.parse(t.state === 'serving' ? t.started_at : t.called_at);
      const s = Math.max(0, (now() - since) / 1000);
      text = clock(s);
      if (t.state === 'called') {
        left = Math.ceil((Date.parse(view.can_no_show_at) - now()) / 1000);
        if (s >= 20) { text += ' – ' + words['desk.call_again']; }
      }
    }
    $('timer').textContent = text;
    $('absent').textContent = left > 0 ? Antre.fill(words['desk.no_show_in'], left) : words['desk.no_show'];
    document.querySelector('[data-act="no-show"]').disabled = !may('no-show');
  }

  async function act(name, body) {
    const at = Date.now();
    if (!may(name) || (name === last.act && at - last.at < DOUBLE)) { return; }
    last.act = name;
    last.at = at;
    busy = true;
    draw();
    const res = await Antre.post(base + '/' + name, body, Antre.newKey(), 8000);
    busy = false;
    if (res.status === 401) { location.href = '/sign-in?next=' + encodeURIComponent(location.pathname); return; }
    if (res.status === 204 && name === 'next') { say(words['desk.empty']); }
    else if (!res.ok) { say(res.answer ? res.answer.detail : words['desk.no_answer'], 'bad'); }
    draw();
  }

  const keys = { Enter: 'next', '+': 'next', r: 'recall', '*': 'recall', s: 'start', '/': 'start', f: 'finish', n: 'no-show', '-': 'no-show', o: 'open', c: 'close' };
  document.addEventListener('keydown', (e) => {
    if (e.ctrlKey || e.altKey || e.metaKey || e.repeat || e.target.tagName === 'INPUT') { return; }
    if (e.key === 'Escape') { $('reasons').hidden = true; return; }
    if (e.key === 'Enter' && e.target.tagName === 'BUTTON' && e.target.dataset.act !== 'next') { return; }
    const key = e.key.length === 1 ? e.key.toLowerCase() : e.key;
    if (key === 'p') { e.preventDefault(); if (may('resume')) { act('resume'); } else { askReason(); } return; }
    if (keys[key]) { e.preventDefault(); act(keys[key]); }
  });
  document.querySelectorAll('[data-act]').forEach((b) => b.addEventListener('click', () => (b.dataset.act === 'pause' ? askReason() : act(b.dataset.act))));

  function askReason() {
    if (!may('pause')) { return; }
    $('reasons').hidden = false;
    $('reasons').querySelector('button').focus();
  }
  $('reasons').addEventListener('submit', (e) => {
    e.preventDefault();
    const reason = (e.submitter && e.submitter.dataset.reason) || $('reason').value.trim();
    if (!reason) { $('reason').focus(); return; }
    $('reasons').hidden = true;
    act('pause', { reason });
  });

  Antre.listen(base + '/stream', 12000, (v) => { view = v; drift = Date.parse(v.now) - Date.now(); draw(); }, (on) => { if (live !== on) { live = on; draw(); } });
  setInterval(tick, 500);
})();

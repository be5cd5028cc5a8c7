/* The supervisor's page: how the lines stand, worst first, and what can be done about it. */
(() => {
  'use strict';
  const { w, $, lang, noun, Noun, minutes, clock, put, make } = Live;
  const agency = document.body.dataset.agency;
  const EVERY = 4000, STALE = 10000;
  let view = null, heard = 0, order = '', hide = 0, asking = false;
  const cards = new Map();

  const path = (kind, code, act) => '/api/' + kind + '/' + encodeURIComponent(code) + '/' + act;

  function say(text, kind) {
    put($('message'), text);
    $('message').className = 'message ' + (kind || '');
    $('message').hidden = !text;
    clearTimeout(hide);
    if (text) { hide = setTimeout(() => say(''), 8000); }
  }

  function newCard(code) {
    const c = { li: make('li'), who: make('b'), why: make('span', 'why'), when: make('span', 'dim') };
    const yes = make('button', '', w('approve')), no = make('button', 'quiet', w('refuse')), text = make('div');
    c.li.dataset.counter = code;
    c.yes = yes;
    yes.addEventListener('click', () => askAnswer(c.data, true));
    no.addEventListener('click', () => askAnswer(c.data, false));
    yes.setAttribute('aria-label', w('approve') + ' – ' + noun + ' ' + code);
    no.setAttribute('aria-label', w('refuse') + ' – ' + noun + ' ' + code);
    text.append(c.who, c.why, c.when);
    c.li.append(text, yes, no);
    cards.set(code, c);
    return c;
  }

  function drawCards(list) {
    const seen = new Set(list.map((q) => q.counter));
    for (const [code, c] of cards) { if (!seen.has(code)) { c.li.remove(); cards.delete(code); } }
    list.forEach((q) => {
      const c = cards.get(q.counter) || newCard(q.counter);
      c.data = q;
      put(c.who, Noun + ' ' + q.counter + ' – ' + q.officer);
      put(c.why, '“' + q.reason + '”');
      put(c.when, clock(q.at) + ' · ' + q.services + (q.occupied ? ' · ' + w('occupied') : ''));
      if (!c.li.isConnected) { $('requests').append(c.li); }
    });
    $('asking').hidden = !list.length;
  }

  function draw() {
    const shown = agency ? view.services : view.agencies;
    Live.hall(view.hall);
    const alarms = shown.filter(Live.alarmed).length + view.close_requests.length + (view.clock ? 1 : 0) + Live.screens(view.screens);
    put($('sum-waiting'), String(view.waiting));
    put($('sum-longest'), view.waiting ? minutes(view.longest_wait_s) : '–');
    $('sum-time-box').hidden = view.target_wait_min === null;
    put($('sum-time-name'), w('in_time', view.target_wait_min));
    put($('sum-time'), Live.inTime(view.called));
    put($('sum-counters'), Live.counters(view.counters));
    put($('sum-alarms'), String(alarms));
    $('sum-alarm-box').className = alarms ? 'some' : '';
    $('clock').hidden = !view.clock;
    if (view.clock) {
      put($('clock-text'), view.clock.detail);
      $('clock-yes').hidden = !view.clock.may_confirm;
    }
    drawCards(view.close_requests);
    const list = shown.map((s) => (agency ? Live.service(s, acts) : Live.agency(s))), now = shown.map((s) => s.code).join(' ');
    // Rows change places only while nobody is at work in them.
    const busy = $('ask').open || $('rows').contains(document.activeElement);
    if (now !== order && (!busy || list.length !== $('rows').children.length)) {
      order = now;
      $('rows').replaceChildren(...list);
    }
    put($('fresh'), w('fresh', view.now.slice(11, 19).replace(/:/g, lang === 'id' ? '.' : ':')));
  }

  function live(on) {
    document.body.dataset.live = on ? 'yes' : 'no';
    if (!on) { put($('cut'), view ? w('cut', clock(view.now)) : w('cut_first')); }
    $('cut').hidden = on;
  }

  async function look() {
    if (asking) { return; }
    asking = true;
    try {
      const stop = new AbortController(), timer = setTimeout(() => stop.abort(), 5000);
      const res = await fetch('/api/live?lang=' + lang + '&agency=' + encodeURIComponent(agency), { credentials: 'same-origin', signal: stop.signal });
      if (res.status === 401) { location.href = '/sign-in?next=' + encodeURIComponent(location.pathname); return; }
      if (res.ok) {
        view = await res.json();
        heard = Date.now();
        draw();
        live(true);
      }
      clearTimeout(timer);
    } catch (e) { /* said below, when it lasts */ } finally { asking = false; }
    if (Date.now() - heard > STALE) { live(false); }
  }

  // One question at a time. Its key is kept while the same answer is tried again.
  let task = null;
  function ask(t) {
    if (document.body.dataset.live !== 'yes') { return; }
    task = t;
    task.sent = '';
    put($('ask-head'), t.head);
    put($('ask-why'), t.why || '');
    ['day', 'until', 'text'].forEach((f) => {
      $('l-' + f).hidden = !(f in t.fields);
      $('f-' + f).value = t.fields[f] === undefined ? '' : t.fields[f];
      $('f-' + f).required = (t.needed || []).includes(f) && f in t.fields;
    });
    put($('t-text'), t.label || '');
    put($('t-until'), t.until || w('f_until'));
    put($('ask-yes'), t.yes);
    $('ask-yes').className = t.danger ? 'danger' : '';
    $('ask-error').hidden = true;
    $('ask').showModal();
    const first = $('ask').querySelector('label:not([hidden]) input');
    (first || $('ask-yes')).focus();
    if (first && first.type === 'number') { first.select(); }
  }

  const askQuota = (s) => ask({
    head: w('raise_head', s.name), why: s.quota ? w('raise_why', s.quota.given, s.quota.limit) : w('raise_none'),
    fields: { day: s.quota ? String(s.quota.limit) : '' }, needed: ['day'], yes: w('raise_yes'), path: path('services', s.code, 'quota'),
    body: () => ({ day: Number($('f-day').value) }), done: w('raise_done', s.name),
  });
  const adHoc = () => Object.assign({}, $('f-until').value ? { until: $('f-until').value } : {}, $('f-text').value.trim() ? { notice: $('f-text').value.trim() } : {});
  const askClose = (s) => ask({
    head: w('close_head', s.name), why: w('close_why') + (s.waiting ? ' ' + w('close_waiting', s.waiting) : ''), fields: { until: '', text: '' }, until: w('f_until_end'), label: w('f_notice'), yes: w('close_yes'), danger: true,
    path: path('services', s.code, 'close'), body: adHoc, done: w('close_done', s.name),
  });
  const askOpen = (s) => ask({
    head: w('open_head', s.name), why: w('open_why', s.closed ? s.closed.reason : ''), fields: { until: '', text: '' }, needed: ['until'], label: w('f_notice'), yes: w('open_yes'),
    path: path('services', s.code, 'open'), body: adHoc, done: w('open_done', s.name),
  });
  const askAnswer = (q, approve) => ask({
    head: w(approve ? 'approve_head' : 'refuse_head', noun + ' ' + q.counter), why: q.officer + ': “' + q.reason + '”' + (approve && q.occupied ? ' ' + w('after') : ''),
    fields: { text: '' }, label: w('f_note'), yes: w(approve ? 'approve' : 'refuse'), path: path('counters', q.counter, 'close-request/answer'),
    body: () => ({ approve, note: $('f-text').value.trim() }), done: w(approve ? 'approve_done' : 'refuse_done', Noun + ' ' + q.counter),
  });
  const acts = { quota: askQuota, close: askClose, open: askOpen };

  $('clock-yes').addEventListener('click', () => ask({
    head: w('clock_head', view.clock.day), why: w('clock_why'), fields: {}, yes: w('clock_yes'), danger: true, path: '/api/day',
    body: () => ({ day: view.clock.day }), done: w('clock_done', view.clock.day),
  }));

  $('ask-no').addEventListener('click', () => $('ask').close());
  $('ask-form').addEventListener('submit', async (e) => {
    e.preventDefault();
    if ($('ask-yes').disabled) { return; }
    const t = task, body = t.body(), text = JSON.stringify(body);
    if (t.sent !== text) { t.key = Antre.newKey(); t.sent = text; }
    $('ask-yes').disabled = true;
    $('ask-error').hidden = true;
    const res = await Antre.post(t.path, body, t.key, 8000);
    $('ask-yes').disabled = false;
    if (res.status === 401) { location.href = '/sign-in?next=' + encodeURIComponent(location.pathname); return; }
    if (!res.ok) {
      put($('ask-error'), res.answer ? res.answer.detail : w('no_answer'));
      $('ask-error').hidden = false;
      if (res.status) { t.sent = ''; }
      $('ask-yes').focus();
      return;
    }
    $('ask').close();
    say(t.done, 'good');
    await look();
    // What was asked about may be gone; the keyboard goes on where the page is.
    if (!document.activeElement || document.activeElement === document.body) {
      const next = $('requests').querySelector('button') || $('rows').querySelector('button, a');
      if (next) { next.focus(); }
    }
  });

  look();
  setInterval(look, EVERY);
})();

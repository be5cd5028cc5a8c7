/* How the console draws what the server said last. Rows are kept by their number, so that the focus stays where it is. */
const DeskView = (() => {
  'use strict';
  const words = Antre.read('words'), states = Antre.read('states');
  const $ = (id) => document.getElementById(id);
  const lang = document.documentElement.lang;

  const clock = (s) => Math.floor(s / 60) + ':' + String(Math.floor(s % 60)).padStart(2, '0');
  const time = (t) => (t ? t.slice(11, 16).replace(':', lang === 'id' ? '.' : ':') : '');
  const state = (s) => states['state.' + s];

  function el(tag, kind, text) {
    const e = document.createElement(tag);
    if (kind) { e.className = kind; }
    if (text !== undefined) { e.textContent = text; }
    return e;
  }

  // rows brings a list up to date: fill draws into a row that may already be there.
  function rows(list, items, code, fill) {
    const old = {}, out = items.map((item) => ({ item, key: code(item) }));
    Array.from(list.children).forEach((li) => { old[li.dataset.code] = li; });
    out.forEach(({ item, key }, i) => {
      let li = old[key];
      if (!li) { li = el('li'); li.dataset.code = key; }
      delete old[key];
      fill(li, item);
      if (list.children[i] !== li) { list.insertBefore(li, list.children[i] || null); }
    });
    Object.values(old).forEach((li) => li.remove());
  }

  // set changes text only where it differs: a row that is read aloud or pointed at is left in peace.
  function set(parent, selector, make, text) {
    let e = parent.querySelector(selector);
    if (!e) { e = make(); parent.append(e); }
    if (e.textContent !== text) { e.textContent = text; }
    return e;
  }

  const span = (kind) => () => el('span', kind);

  function upcoming(items, pick) {
    rows($('upcoming'), items, (n) => n.code, (li, n) => {
      let b = li.firstChild;
      if (!b) { b = el('button', 'item'); b.addEventListener('click', () => pick(b.dataset.code, b.dataset.class, false)); li.append(b); }
      b.dataset.code = n.code;
      b.dataset.class = n.class;
      set(b, 'b', () => el('b'), n.code);
      set(b, '.priority', span('priority'), n.class === 'priority' ? words['desk.priority'] : '').hidden = n.class !== 'priority';
      set(b, '.rest', span('rest'), n.service + ' · ' + Antre.fill(words['desk.waited'], Math.round(n.waited_s / 60)));
      set(b, '.why', span('why'), n.why_text);
      set(b, '.note', span('note'), n.note ? Antre.fill(words['desk.note'], n.note) : '').hidden = !n.note;
    });
  }

  // Who is late is called before their time only out of order, with a reason.
  function held(items, late, call, pick) {
    rows($('held'), items.concat(late), (n) => n.code, (li, n) => {
      set(li, 'b', () => el('b'), n.code);
      set(li, '.rest', span('rest'), n.until ? Antre.fill(words['desk.late'], time(n.until)) : n.note);
      const b = button(li, words['desk.call'], Antre.fill(words['desk.call_of'], n.code),
        () => (b.dataset.late ? pick(b.dataset.code, b.dataset.class, false) : call(b.dataset.code)));
      b.dataset.code = n.code;
      b.dataset.class = n.class;
      b.dataset.late = n.until || '';
      b.dataset.may = 'call';
    });
  }

  function noShows(items, back) {
    rows($('no-shows'), items, (n) => n.ticket, (li, n) => {
      set(li, 'b', () => el('b'), n.ticket);
      set(li, '.rest', span('rest'), Antre.fill(words['desk.return_until'], time(n.return_until)));
      const b = button(li, words['desk.return'], Antre.fill(words['desk.return_of'], n.ticket), () => back(b.dataset.code));
      b.dataset.code = n.ticket;
      b.dataset.may = 'return';
    });
  }

  function button(li, text, label, act) {
    let b = li.querySelector('button');
    if (!b) { b = el('button', 'quiet', text); b.setAttribute('aria-label', text + ': ' + label); b.addEventListener('click', act); li.append(b); }
    return b;
  }

  function history(items) {
    rows($('history'), items, (h) => h.ticket + h.called_at, (li, h) => {
      set(li, 'b', () => el('b'), h.ticket);
      set(li, '.rest', span('rest'), state(h.state) + ' · ' + time(h.ended_at || h.called_at));
    });
  }

  function lines(items) {
    rows($('lines'), items, (l) => l.service, (li, l) => {
      set(li, 'b', () => el('b'), l.service);
      set(li, '.name', span('name rest'), l.name + (l.assist ? ' · ' + words['desk.assist'] : ''));
      set(li, '.count', span('count'), String(l.waiting));
    });
  }

  // current draws the visitor at the counter, or what to do when there is none.
  function current(view) {
    const t = view.current;
    $('ticket').textContent = t ? t.code : '–';
    $('class').hidden = !t || t.class !== 'priority';
    $('service').textContent = t ? state(t.state) + ' · ' + t.service_name : idle(view);
    $('why').textContent = t ? t.why_text + (t.why_reason ? ' ' + Antre.fill(words['desk.reason_is'], t.why_reason) : '') : '';
    rows($('notes'), t ? t.notes.slice(-2) : [], (n) => n.at + n.kind, (li, n) => {
      const text = n.kind === 'held' ? Antre.fill(words['desk.note_held'], n.text) : Antre.fill(words['desk.note_transferred'], n.service, n.text);
      if (li.textContent !== text) { li.textContent = text; }
    });
    const first = view.next[0];
    $('peek').textContent = first ? Antre.fill(words['desk.peek'], first.code) : words['desk.peek_none'];
  }

  function idle(view) {
    if (view.state !== 'closed' && !view.mine) { return Antre.fill(words['desk.hint_taken'], view.officer); }
    if (view.state === 'closed') { return words['desk.hint_open']; }
    return view.state === 'paused' ? words['desk.hint_paused'] : words['desk.nobody'];
  }

  function mainWord(view) {
    const r = view.close_request;
    if (view.may_take) { return words['desk.take']; }
    if (view.state === 'closed') { return words['desk.open']; }
    if (view.state === 'paused') { return words['desk.resume']; }
    if (view.current && r && r.state === 'approved') { return words['desk.finish_close']; }
    return words[view.current ? 'desk.finish_next' : 'desk.next'];
  }

  // alarms are what the officer must know beyond the visitor; at most three fit, the gravest first.
  function alarms(view, now) {
    const all = view.unheard.map((code) => ({ kind: 'warn', text: Antre.fill(words['desk.unheard'], code) }));
    view.alarms.forEach((a) => all.push({ kind: 'warn', text: a.text }));
    const r = view.close_request;
    if (r && r.state === 'asked') { all.push({ kind: 'news', text: Antre.fill(words['desk.close_asked'], r.reason) }); }
    if (r && r.state === 'approved') { all.push({ kind: 'news', text: Antre.fill(words[view.current ? 'desk.close_after' : 'desk.close_approved'], r.note) }); }
    if (r && r.state === 'refused' && now - Date.parse(r.answered_at) < 300000) { all.push({ kind: 'warn', text: Antre.fill(words['desk.close_refused'], r.note) }); }
    rows($('alarms'), all.slice(0, 3), (a) => a.text, (li, a) => { li.className = a.kind; if (li.textContent !== a.text) { li.textContent = a.text; } });
  }

  // undo says what would be taken back, and for how long still.
  function undo(view, now) {
    const u = view.mine ? view.undo : null, left = u ? Math.ceil((Date.parse(u.until) - now) / 1000) : 0;
    $('undo').textContent = left > 0
      ? u.restores.map((r) => Antre.fill(words['desk.undo_back'], r.ticket, state(r.state).toLowerCase())).join(' · ') + ' – ' + Antre.fill(words['desk.undo_left'], left)
      : words['desk.undo_none'];
  }

  return { words, clock, state, upcoming, held, noShows, history, lines, current, mainWord, alarms, undo };
})();

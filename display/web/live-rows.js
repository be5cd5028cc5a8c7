/* The rows of the live page: an agency's services, or the mall's agencies. */
const Live = (() => {
  'use strict';
  const words = Antre.read('words');
  const w = (key, ...args) => Antre.fill(words['live.' + key], ...args);
  const $ = (id) => document.getElementById(id);
  const lang = document.documentElement.lang, noun = document.body.dataset.noun, Noun = noun[0].toUpperCase() + noun.slice(1);
  const rows = new Map();

  const minutes = (s) => w('minutes', Math.floor(s / 60));
  const clock = (t) => (t ? t.slice(11, 16).replace(':', lang === 'id' ? '.' : ':') : '');
  // Of those who were called, how many within the wait that the mall has set itself.
  const inTime = (c) => (c.in_time === null || !c.calls ? '–' : Math.round(c.in_time / c.calls * 100) + '%');

  // A text is only written when it is another: nothing flickers, and screen readers hear nothing twice.
  function put(node, text) { if (node.textContent !== text) { node.textContent = text; } }

  function make(tag, cls, text) {
    const n = document.createElement(tag);
    if (cls) { n.className = cls; }
    if (text) { n.textContent = text; }
    return n;
  }

  function badges(cell, list) {
    const key = JSON.stringify(list);
    if (cell.dataset.key === key) { return; }
    cell.dataset.key = key;
    cell.replaceChildren(...list.map(([kind, text]) => make('span', 'badge ' + kind, text)));
  }

  const counters = (c) => w('open_of', c.open, c.total) + (c.paused ? ' · ' + w('paused', c.paused) : '');

  // What both kinds of row say beside their figures, worst first.
  function state(r, s) {
    const list = [], stuck = s.stuck ? s.stuck.length > 0 : s.waiting > 0 && s.counters.open === 0;
    if (s.overdue_s !== null) { list.push(['bad', w('overdue', Math.floor(s.overdue_s / 60))]); }
    else if (s.over_target_s !== null) { list.push(['warn', w('over_target', Math.floor(s.over_target_s / 60))]); }
    s.idle.forEach((i) => list.push(['warn', w('idle', Noun, i.counter, i.minutes)]));
    if (!s.open) { list.push(['shut', s.closed.reason + (s.closed.reopens ? ' ' + w('reopens', s.closed.reopens) : '')]); }
    s.close_requests.forEach((k) => list.push(['warn', w('wants', Noun, k)]));
    if (stuck) { list.push(['warn', s.stuck ? w('nobody_in', s.stuck.join(', ')) : w('nobody')]); }
    if (!list.length) { list.push(s.counters.open ? ['calm', w('fine')] : ['none', w('no_open')]); }
    badges(r.state, list);
    r.tr.dataset.state = s.overdue_s !== null ? 'bad' : s.idle.length || stuck || s.over_target_s !== null ? 'warn' : 'calm';
  }

  function figures(r, s) {
    put(r.waiting, String(s.waiting));
    put(r.longest, s.waiting ? minutes(s.longest_wait_s) : '–');
    put(r.inTime, inTime(s.called));
    put(r.counters, counters(s.counters));
  }

  function newRow(key) {
    const r = { tr: make('tr'), head: make('th'), waiting: make('td', 'num'), longest: make('td', 'num'), inTime: make('td', 'num'), counters: make('td'), state: make('td', 'state') };
    r.head.scope = 'row';
    rows.set(key, r);
    return r;
  }

  function newService(code, acts) {
    const r = newRow(code), title = make('div', 'title'), cell = make('td', 'do');
    r.tr.dataset.service = code;
    r.code = make('b', 'code');
    r.name = make('span', 'name');
    r.agency = make('span', 'agency dim');
    title.append(r.code, r.name, r.agency);
    r.head.append(title);
    r.quota = make('td');
    r.raise = make('button', 'quiet', w('raise'));
    r.shut = make('button', 'quiet', w('close'));
    r.open = make('button', 'quiet', w('open'));
    r.raise.addEventListener('click', () => acts.quota(r.data));
    r.shut.addEventListener('click', () => acts.close(r.data));
    r.open.addEventListener('click', () => acts.open(r.data));
    cell.append(r.raise, r.shut, r.open);
    r.tr.append(r.head, r.waiting, r.longest, r.inTime, r.counters, r.quota, r.state, cell);
    return r;
  }

  // Only the calendar and a closing made here can be overruled by opening.
  const barred = (s) => !s.open && s.closed.code !== 'quota_reached' && s.closed.code !== 'no_counter';

  function service(s, acts) {
    const r = rows.get(s.code) || newService(s.code, acts);
    r.data = s;
    put(r.code, s.code);
    put(r.name, s.name);
    put(r.agency, s.agency_short);
    figures(r, s);
    put(r.quota, s.quota ? w('left_of', s.quota.left, s.quota.limit) : '–');
    r.quota.className = s.quota && s.quota.left === 0 ? 'out' : '';
    state(r, s);
    // A button that goes while it has the focus would throw the keyboard to the top of the page.
    const at = document.activeElement, gone = barred(s) ? r.shut : r.open, stays = barred(s) ? r.open : r.shut;
    stays.hidden = false;
    gone.hidden = true;
    if (at === gone) { stays.focus(); }
    [[r.raise, 'raise'], [r.shut, 'close'], [r.open, 'open']].forEach(([b, word]) => b.setAttribute('aria-label', w(word) + ' – ' + s.name));
    return r.tr;
  }

  function newAgency(code) {
    const r = newRow(code);
    r.tr.dataset.agency = code;
    r.link = make('a', 'agency-link');
    r.link.href = '/live/' + encodeURIComponent(code);
    r.services = make('span', 'dim');
    r.head.append(r.link, r.services);
    r.tr.append(r.head, r.waiting, r.longest, r.inTime, r.counters, r.state);
    // The whole row leads where its link leads; the keyboard and readers have the link.
    r.tr.addEventListener('click', (e) => { if (!e.target.closest('a')) { r.link.click(); } });
    return r;
  }

  function agency(a) {
    const r = rows.get(a.code) || newAgency(a.code);
    put(r.link, a.name);
    put(r.services, w('services', a.services));
    figures(r, a);
    state(r, a);
    return r.tr;
  }

  const alarmed = (s) => s.overdue_s !== null || s.over_target_s !== null || s.idle.length > 0 || (s.stuck ? s.stuck.length > 0 : s.waiting > 0 && s.counters.open === 0);

  return { w, $, lang, noun, Noun, minutes, clock, inTime, put, make, badges, counters, service, agency, alarmed };
})();

/* Today's numbers of an agency, under its lines. */
(() => {
  'use strict';
  const { w, $, put, make, minutes, clock } = Live;
  const EVERY = 10000;
  const rows = new Map();
  let list = [], asking = false;

  const now = (k) => ['waiting', 'called', 'serving', 'held', 'planned'].includes(k.state);
  // The same number may stand in several lines.
  const keyOf = (k) => k.code + ' ' + k.service;

  function row(k) {
    let r = rows.get(keyOf(k));
    if (!r) {
      r = { tr: make('tr'), cells: [make('th', 'code'), make('td'), make('td'), make('td'), make('td', 'num'), make('td', 'num'), make('td', 'num'), make('td', 'num')] };
      r.cells[0].scope = 'row';
      r.tr.append(...r.cells);
      rows.set(keyOf(k), r);
    }
    const wait = k.called_at ? (Date.parse(k.called_at) - Date.parse(k.arrived_at)) / 1000 : 0;
    [k.code + (k.class === 'priority' ? ' ★' : ''), k.service, k.state_text, k.counter || '–', clock(k.arrived_at), clock(k.called_at) || '–', clock(k.ended_at) || '–', k.called_at ? minutes(Math.max(0, wait)) : '–']
      .forEach((text, i) => put(r.cells[i], text));
    if (k.class === 'priority') { r.cells[0].setAttribute('aria-label', k.code + ', ' + w('priority')); }
    r.tr.dataset.state = k.state;
    return r.tr;
  }

  function draw() {
    const shown = list.filter((k) => $('show').value === 'all' || now(k)).map(row), body = $('tickets');
    if (shown.length !== body.children.length || shown.some((tr, i) => body.children[i] !== tr)) { body.replaceChildren(...shown); }
    put($('tickets-sum'), w('tickets_sum', list.filter(now).length, list.length));
    $('tickets-none').hidden = shown.length > 0;
  }

  async function look() {
    if (asking) { return; }
    asking = true;
    try {
      const stop = new AbortController(), timer = setTimeout(() => stop.abort(), 8000);
      const res = await fetch('/api/live/tickets?lang=' + Live.lang + '&agency=' + encodeURIComponent(document.body.dataset.agency), { credentials: 'same-origin', signal: stop.signal });
      if (res.ok) {
        list = (await res.json()).tickets;
        draw();
      }
      clearTimeout(timer);
    } catch (e) { /* the page says that it is cut off */ } finally { asking = false; }
  }

  $('show').addEventListener('change', draw);
  look();
  setInterval(look, EVERY);
})();

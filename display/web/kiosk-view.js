/* What the kiosk draws. It holds no state: kiosk.js says what is the case and what a touch does. */
const KioskView = (() => {
  'use strict';

  function el(name, cls, text) {
    const e = document.createElement(name);
    if (cls) { e.className = cls; }
    if (text !== undefined) { e.textContent = text; }
    return e;
  }
  function button(cls, text, on) {
    const b = el('button', cls, text);
    b.type = 'button';
    b.addEventListener('click', on);
    return b;
  }
  function put(cls, ...children) {
    const e = el('div', cls);
    e.append(...children.filter(Boolean));
    return e;
  }

  // write puts a text; a short word with a hyphen is never broken there.
  function write(e, text) {
    e.textContent = '';
    (text || '').split(/(\S+-\S+)/).forEach((part, i) => { e.append(i % 2 && part.length < 14 ? el('bdi', 'whole', part) : part); });
    return e;
  }

  const open = (s) => s.open || s.priority.open;
  const range = (w, wait) => (wait ? w('range', Math.floor(wait.low_s / 60), Math.ceil(wait.high_s / 60)) : '');
  const people = (w, n) => (n === 0 ? w('nobody') : w('waiting', n));
  const line = (w, s) => people(w, s.waiting) + (s.wait && s.waiting ? ' · ' + range(w, s.wait) : '');
  const plain = (text) => text.replace(/\.$/, '');

  // What a closed door says, and when it opens: on the tile in two short lines.
  function shut(w, closed) {
    const info = el('span', 'info');
    info.append(el('b', '', plain(closed.reason)));
    if (closed.reopens) { info.append(w(closed.code === 'not_open_yet' ? 'opens' : 'reopens') + ': ' + closed.reopens); }
    return info;
  }

  // picture is an agency's own, or a built-in one in the colour of the text, or none.
  function picture(s) {
    if (s.image) {
      const own = el('img', 'picture');
      own.alt = '';
      own.src = s.image;
      return own;
    }
    if (!s.icon) { return ''; }
    const NS = 'http://www.w3.org/2000/svg', drawn = document.createElementNS(NS, 'svg'), use = document.createElementNS(NS, 'use');
    drawn.setAttribute('class', 'picture');
    drawn.setAttribute('aria-hidden', 'true');
    use.setAttribute('href', '#' + s.icon);
    drawn.append(use);
    return drawn;
  }

  function tile(cls, title, rows, on, of) {
    const b = button('tile ' + cls, '', on), name = write(el('span', 'name'), title);
    if (of) { name.prepend(picture(of)); }
    b.append(name, ...rows);
    return b;
  }

  function serviceTile(w, s, chosen, on) {
    if (!open(s)) { return tile('closed', s.name, [shut(w, s.closed)], on, s); }
    const sub = el('span', 'sub', s.agency_short);
    if (s.quota) { sub.append(' · ', el('b', '', s.open ? w('left', s.quota.left) : w('priority_left', s.priority.quota ? s.priority.quota.left : 0))); }
    const b = tile(chosen === true ? 'chosen' : '', s.name, [sub, el('span', 'info', line(w, s))], on, s);
    if (chosen !== undefined) { b.setAttribute('aria-pressed', chosen); }
    return b;
  }

  function agencyTile(w, list, chosen, on) {
    const any = list.filter(open);
    if (!any.length) { return tile('closed', list[0].agency_short, [shut(w, list[0].closed)], on, list[0]); }
    const n = list.reduce((sum, s) => sum + s.waiting, 0);
    return tile(chosen ? 'chosen' : '', list[0].agency_short, [el('span', 'sub', w('services', list.length)), el('span', 'info', people(w, n))], on, list[0]);
  }

  // The agencies by letter, cut where a letter begins, in pages that fit. The
  // mall's language sorts; a page holds several letters or, at worst, half of one.
  const LETTERS = 12;
  function letters(agencies) {
    const room = most(LETTERS, finger() + GAP), sorted = agencies.slice().sort((a, b) => a[0].agency_short.localeCompare(b[0].agency_short, 'id', { numeric: true })), pages = [];
    const letter = (list) => list[0].agency_short.charAt(0).toUpperCase();
    sorted.forEach((list) => {
      const page = pages[pages.length - 1], same = sorted.filter((of) => letter(of) === letter(list));
      const fits = page && page.length + (same[0] === list ? same.length : 1) <= room;
      if (fits) { page.push(list); } else { pages.push([list]); }
    });
    return pages.map((page) => {
      const from = letter(page[0]), to = letter(page[page.length - 1]);
      return { title: from === to ? from : from + ' – ' + to, agencies: page };
    });
  }

  function lettersTile(page, on) {
    return tile('', page.title, [el('span', 'sub', page.agencies.map((list) => list[0].agency_short).join(', '))], on);
  }

  // What a mall names first, of each agency not more than two, so that one does not take all the room.
  function first(services, n) {
    const seen = {};
    return services.filter((s) => { seen[s.agency] = (seen[s.agency] || 0) + 1; return seen[s.agency] <= 2; }).slice(0, n);
  }

  function halves(tasks, label, pages) {
    const both = rows(70), above = Math.max(1, Math.ceil(both / 2)), below = grid(pages, Math.max(1, both - above)); // the label takes the 70
    below.classList.add('letters');
    if (innerWidth > innerHeight && pages.length <= 6) { below.style.setProperty('--columns', pages.length); below.style.setProperty('--rows', 1); } // a wide screen is low
    const shown = tasks.slice(0, above * (innerWidth > innerHeight ? 4 : 2)); // a tile narrower than its words helps nobody
    return put('halves', grid(shown, above), el('p', 'label', label), below);
  }

  const GAP = 16;
  // finger is how many pixels a finger needs here, as the styles say: by the screen's diagonal, else a share of its shorter side.
  const finger = () => parseFloat(getComputedStyle(document.getElementById('access')).minHeight);
  const fitting = (room, size) => Math.max(1, Math.floor((room + GAP) / (size + GAP)));

  // How many rows a finger tells apart below the heading, less what a page keeps for itself.
  function rows(kept) {
    const stage = document.getElementById('stage'), edges = getComputedStyle(stage);
    return fitting(stage.clientHeight - parseFloat(edges.paddingTop) - parseFloat(edges.paddingBottom) - kept, finger());
  }

  // most is how many tiles a screen holds: 32, fewer where it is small.
  function most(limit, kept) {
    return Math.min(limit, rows(kept || 0) * Math.min(innerWidth > innerHeight ? 8 : 4, fitting(innerWidth - 3 * GAP, finger())));
  }

  // Columns by how many tiles there are, rows by the columns: the type follows the rows.
  function grid(tiles, high) {
    const g = el('div', 'tiles'), n = tiles.length, wide = innerWidth > innerHeight;
    const most = high || rows(0), usual = n > 24 ? (wide ? 8 : 4) : n > 8 ? (wide ? 5 : 3) : n > 3 ? (wide ? Math.ceil(n / 2) : 2) : (wide ? n : 1);
    const columns = Math.max(usual, Math.ceil(n / most)); // where a finger needs more of a small screen
    g.style.setProperty('--columns', columns);
    // Few tiles are large and fill the screen, where a finger and an eye find them at once.
    g.style.setProperty('--rows', Math.max(n > 8 ? Math.min(4, most) : 1, Math.ceil(n / columns)));
    g.classList.toggle('few', n <= 8);
    g.append(...tiles);
    return g;
  }

  // A text that does not fit its place gets smaller, never cut.
  function fit(stage) {
    [...stage.querySelectorAll('.tile, .item'), ...stage.querySelectorAll('.tile span, .about')].forEach((e) => {
      e.style.fontSize = '';
      for (let size = parseFloat(getComputedStyle(e).fontSize), least = size * 0.55; size > least && (e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight + 1);) {
        size *= 0.95;
        e.style.fontSize = size + 'px';
      }
    });
  }

  // One of the last choices: a number of a class. What cannot be had says why.
  function choice(cls, title, sub, closed, on) {
    const b = button(cls, '', on);
    b.append(el('span', 'title', title));
    if (closed || sub) { b.append(el('span', 'sub', closed ? plain(closed.reason) : sub)); }
    b.disabled = !!closed;
    return b;
  }

  function about(w, list) {
    const box = el('div', 'about'), bring = [].concat(...list.map((s) => s.requirements));
    if (list.length === 1) {
      const s = list[0], facts = el('p', 'facts', s.waiting ? w('ahead', s.waiting) : w('nobody'));
      if (s.wait && s.waiting) { facts.append(el('br'), w('expect', range(w, s.wait))); }
      box.append(facts);
      if (s.quota && s.open) { box.append(el('p', 'quota', w('quota', s.quota.left, s.quota.limit))); }
    } else {
      box.append(stops(list.map((s) => ({ name: s.name, sub: s.agency_short + ' · ' + line(w, s) }))));
    }
    if (bring.length) { box.append(el('p', 'bring', w('bring') + ' ' + bring.join(' · '))); }
    return box;
  }

  function stops(list) {
    const ol = el('ol', 'stops');
    list.forEach((s) => {
      const li = el('li', s.current ? 'current' : '');
      li.append(write(el('b'), s.name), el('span', '', s.sub));
      ol.append(li);
    });
    return ol;
  }

  // The whole hall is closed: why, and when it opens again.
  function hallClosed(w, closed) {
    const card = el('div', 'shut');
    if (closed.reopens) { card.append(el('p', 'label', w(closed.code === 'not_open_yet' ? 'opens' : 'reopens')), el('p', 'when', closed.reopens)); }
    if (closed.code !== 'not_open_yet' && closed.code !== 'holiday' && closed.code !== 'day_closed') { card.append(el('p', 'calm', w('holders'))); }
    return card;
  }

  function message(w, text, on) {
    const card = put('message', el('p', 'say', text), el('div', 'progress'), button('done', w('back'), on));
    card.querySelector('.say').setAttribute('role', 'alert');
    return card;
  }

  function code(src, alt, caption) {
    const box = el('figure', 'code'), qr = el('img', 'qr');
    qr.alt = alt;
    qr.addEventListener('error', () => { box.remove(); });
    qr.src = src;
    box.append(qr);
    if (caption) { box.append(el('figcaption', '', caption)); }
    return box;
  }

  // Without the guests' network a phone does not reach the visitor's page: its code comes first.
  function codes(w, t, wifi) {
    const row = el('div', 'codes');
    if (wifi) { row.append(code('/wifi.svg', w('wifi_qr', wifi), '1. Wi-Fi: ' + wifi)); }
    row.append(code('/api/tickets/' + t.token + '/qr.svg', w('qr'), wifi ? '2. ' + w('your_page') : ''));
    return row;
  }

  function ticket(w, t, screen, on, missing) {
    const card = el('div', 'ticket'), where = [t.zone_name, t.directions].filter(Boolean).join(' – ');
    card.append(write(el('p', 'name'), t.service_name));
    if (t.class === 'priority') { card.append(el('p', 'class', w('priority'))); }
    card.append(el('p', 'facts', t.ahead ? w('ahead', t.ahead) + (t.wait ? ' · ' + range(w, t.wait) : '') : w('nobody')));
    if (where) { card.append(el('p', 'where', where)); }
    if (t.stops.length > 1) {
      card.append(stops(t.stops.map((s) => ({ name: s.service_name, sub: s.current ? w('first_here') : [s.agency_short, s.zone_name].filter(Boolean).join(' · '), current: s.current }))));
    }
    const ends = put('ends', screen.paper && button('missing', w('no_paper'), missing), button('done', w('done'), on));
    card.append(codes(w, t, screen.wifi), el('p', 'hint', screen.paper ? w('printing') : w('remember')), el('div', 'progress'), ends);
    return card;
  }

  // The ticket's screen without paper: it says so where the paper was promised, and its time begins again.
  function paperless(w, card) {
    const hint = card.querySelector('.hint'), bar = card.querySelector('.progress'), asked = card.querySelector('.missing');
    hint.textContent = w('paperless');
    hint.className = 'hint bring';
    hint.setAttribute('role', 'alert');
    card.classList.add('paperless');
    if (asked) { asked.remove(); }
    bar.replaceWith(el('div', 'progress'));
  }

  // beside is a grid that leaves room for the way back.
  const beside = (tiles, back) => [grid(tiles, rows(finger() + GAP)), back];

  return { beside, most, rows, finger, plain, paperless, write, letters, lettersTile, first, halves, el, button, put, open, line, range, codes, serviceTile, agencyTile, grid, fit, choice, about, hallClosed, message, ticket };
})();

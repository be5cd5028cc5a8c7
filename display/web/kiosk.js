/* The kiosk: choose, confirm, ticket. One confirm screen is one key, so that a double tap is one ticket. */
(() => {
  'use strict';
  const body = document.body, stage = document.getElementById('stage'), heading = document.getElementById('heading'), lead = document.getElementById('lead');
  const words = { id: Antre.read('words-id'), en: Antre.read('words-en') };
  const MANY = 32, IDLE = 30, ASK = 20, HOME = 8;
  let lang = body.dataset.lang, services = [], screen = 'choose', agency = null, chosen = null, key = '', drawn = '', idle = 0, lostSince = 0, offset = 0, zoneName = '', homeAt = 0, asking = false, spoken = '';

  const w = (k, ...args) => Antre.fill((words[lang] || words.id)['kiosk.' + k], ...args);

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

  const range = (wait) => (wait ? w('range', Math.floor(wait.low_s / 60), Math.ceil(wait.high_s / 60)) : '');
  const people = (n) => (n === 0 ? w('nobody') : w('waiting', n));

  function tile(title, sub, info, closed, on) {
    const b = button('tile' + (closed ? ' closed' : ''), '', on);
    b.append(el('span', 'name', title), el('span', 'sub', sub), el('span', 'info', info));
    if (closed) { b.setAttribute('aria-disabled', 'true'); }
    return b;
  }

  function serviceTile(s) {
    const info = s.open ? people(s.waiting) + (s.wait && s.waiting ? ' · ' + range(s.wait) : '') : s.closed.detail;
    return tile(s.name, s.agency_short, info, !s.open, () => { if (s.open) { confirm(s); } });
  }

  function agencyTiles() {
    const by = new Map();
    services.forEach((s) => { if (!by.has(s.agency)) { by.set(s.agency, []); } by.get(s.agency).push(s); });
    return [...by.values()].map((list) => {
      const open = list.filter((s) => s.open), n = list.reduce((sum, s) => sum + s.waiting, 0);
      return tile(list[0].agency_short, w('services', list.length), open.length ? people(n) : list[0].closed.detail, !open.length, () => {
        if (list.length === 1) { if (open.length) { confirm(list[0]); } } else { agency = list[0].agency; go('agency'); }
      });
    });
  }

  // Columns by how many tiles there are, rows by the columns: the type follows the rows.
  function grid(tiles) {
    const g = el('div', 'tiles'), n = tiles.length, wide = innerWidth > innerHeight;
    const columns = n > 24 ? (wide ? 7 : 4) : n > 8 ? (wide ? 5 : 3) : (wide ? 4 : 2);
    g.style.setProperty('--columns', columns);
    g.style.setProperty('--rows', Math.max(4, Math.ceil(n / columns)));
    g.append(...tiles);
    return g;
  }

  // A text that does not fit its tile gets smaller, never cut.
  function fit() {
    stage.querySelectorAll('.tile span').forEach((e) => {
      e.style.fontSize = '';
      for (let size = parseFloat(getComputedStyle(e).fontSize), least = size * 0.6; size > least && (e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight + 1);) {
        size *= 0.95;
        e.style.fontSize = size + 'px';
      }
    });
  }

  function drawChoose() {
    heading.textContent = w('choose');
    lead.textContent = w('choose_lead');
    return [grid(services.length > MANY ? agencyTiles() : services.map(serviceTile))];
  }

  function drawAgency() {
    const list = services.filter((s) => s.agency === agency);
    heading.textContent = list.length ? list[0].agency_name : w('choose');
    lead.textContent = w('choose_lead');
    return [grid(list.map(serviceTile)), button('back', w('back'), home)];
  }

  function drawConfirm() {
    const s = services.find((x) => x.code === chosen.code) || chosen;
    heading.textContent = s.name;
    lead.textContent = s.agency_name;
    const card = el('div', 'confirm');
    const facts = el('p', 'facts', s.waiting ? w('ahead', s.waiting) : w('nobody'));
    if (s.wait && s.waiting) { facts.append(el('br'), document.createTextNode(w('expect', range(s.wait)))); }
    card.append(facts);
    if (s.requirements.length) { card.append(el('p', 'bring', w('bring') + ' ' + s.requirements.join(' · '))); }
    const note = el('p', 'problem');
    note.id = 'problem';
    note.setAttribute('role', 'alert');
    card.append(note);
    const take = button('take', w('take'), () => issue(take));
    take.disabled = !s.open;
    card.append(take, button('cancel', w('cancel'), home));
    return [card];
  }

  async function issue(take) {
    if (take.disabled) { return; }
    take.disabled = true;
    take.textContent = w('taking');
    stage.querySelector('.cancel').disabled = true;
    const res = await Antre.post('/api/tickets', { service: chosen.code, lang }, key, 20000);
    if (res.ok) { ticket(res.answer); return; }
    document.getElementById('problem').textContent = res.answer ? res.answer.detail : w('no_answer');
    take.textContent = w('take');
    take.disabled = false; // the same key: had the first one worked, this gives the same number
    stage.querySelector('.cancel').disabled = false;
  }

  function ticket(t) {
    screen = body.dataset.screen = 'ticket';
    heading.textContent = t.code;
    lead.textContent = w('your_number');
    const card = el('div', 'ticket');
    card.append(el('p', 'name', t.service_name));
    card.append(el('p', 'facts', t.ahead ? w('ahead', t.ahead) + (t.wait ? ' · ' + range(t.wait) : '') : w('nobody')));
    if (t.zone_name) { card.append(el('p', 'where', t.zone_name + (t.directions ? ' – ' + t.directions : ''))); }
    const qr = el('img', 'qr');
    qr.alt = w('qr');
    qr.addEventListener('error', () => { qr.remove(); });
    qr.src = '/api/tickets/' + t.token + '/qr.svg';
    card.append(qr, el('p', 'hint', body.dataset.paper ? w('printing') : w('remember')), el('div', 'progress'));
    card.append(button('done', w('done'), home));
    stage.replaceChildren(card);
    homeAt = Date.now() + HOME * 1000;
    if (body.dataset.paper) { print('/api/tickets/' + t.token + '/ticket.pdf?paper=' + body.dataset.paper); }
  }

  // The slip has its own page size: the browser never prints an A4 page.
  function print(path) {
    document.querySelectorAll('iframe.slip').forEach((f) => f.remove());
    const f = el('iframe', 'slip');
    f.title = 'slip';
    f.addEventListener('load', () => { try { f.contentWindow.focus(); f.contentWindow.print(); } catch (e) { /* the QR is on the screen */ } });
    f.src = path;
    body.append(f);
  }

  function confirm(s) {
    chosen = s;
    key = Antre.newKey();
    go('confirm');
  }
  function go(to) {
    screen = to;
    drawn = '';
    idle = 0;
    draw();
  }
  function home() {
    lang = body.dataset.lang;
    agency = null;
    chosen = null;
    homeAt = 0;
    go('choose');
    load();
  }

  // Redraws only when what is shown has changed, so that nothing jumps.
  function draw() {
    if (screen === 'ticket' || (screen === 'confirm' && drawn)) { return; }
    const state = JSON.stringify([screen, lang, agency, chosen, services, innerWidth, innerHeight]);
    if (state === drawn) { return; }
    drawn = state;
    const focus = document.activeElement && stage.contains(document.activeElement) ? [...stage.querySelectorAll('button')].indexOf(document.activeElement) : -1;
    body.dataset.screen = screen;
    stage.replaceChildren(...{ choose: drawChoose, agency: drawAgency, confirm: drawConfirm }[screen]());
    fit();
    if (focus >= 0) { const b = stage.querySelectorAll('button')[focus]; if (b) { b.focus(); } }
    document.documentElement.lang = lang;
    document.querySelectorAll('#langs button').forEach((b) => b.setAttribute('aria-pressed', b.dataset.lang === lang));
  }

  async function load() {
    try {
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(), 4000);
      const asked = lang;
      const res = await fetch('/api/services?lang=' + asked, { signal: stop.signal });
      const all = (await res.json()).services;
      clearTimeout(timer);
      const zone = body.dataset.zone;
      services = zone ? all.filter((s) => s.zone === zone) : all;
      if (spoken !== asked) { spoken = asked; drawn = ''; }
      lostSince = 0;
      draw();
    } catch (e) {
      lostSince = lostSince || Date.now();
    }
    document.getElementById('lost').hidden = !lostSince || Date.now() - lostSince < 5000;
  }

  async function setClock() {
    try {
      const m = await (await fetch('/api/mall')).json();
      offset = Date.parse(m.now) - Date.now() + parseOffset(m.now);
      zoneName = m.timezone_name;
      showClock();
    } catch (e) { /* the clock stays as it was */ }
  }
  function parseOffset(t) {
    const m = /([+-])(\d\d):(\d\d)$/.exec(t);
    return m ? (m[1] === '-' ? -1 : 1) * (m[2] * 60 + +m[3]) * 60000 : 0;
  }

  function still() {
    if (asking) { return; }
    asking = true;
    const box = el('div', 'still');
    box.append(el('p', '', w('still')), button('take', w('yes'), () => {}));
    box.setAttribute('role', 'alertdialog');
    box.setAttribute('aria-label', w('still'));
    stage.append(box);
  }
  function touched() {
    idle = 0;
    if (asking) { asking = false; stage.querySelectorAll('.still').forEach((b) => b.remove()); }
  }
  document.addEventListener('pointerdown', touched);
  document.addEventListener('keydown', touched);

  function showClock() {
    const d = new Date(Date.now() + offset), two = (n) => String(n).padStart(2, '0');
    document.getElementById('clock').textContent = zoneName ? two(d.getUTCHours()) + '.' + two(d.getUTCMinutes()) + ' ' + zoneName : '';
  }

  setInterval(() => {
    showClock();
    if (homeAt && Date.now() >= homeAt) { home(); }
    if (screen === 'confirm' || screen === 'agency') {
      idle++;
      if (idle === IDLE) { still(); }
      if (idle >= IDLE + ASK) { asking = false; home(); }
    }
  }, 1000);
  document.querySelectorAll('#langs button').forEach((b) => b.addEventListener('click', () => {
    if (screen === 'ticket' || stage.querySelector('.cancel:disabled')) { return; }
    lang = b.dataset.lang;
    drawn = '';
    draw();
    load();
  }));
  addEventListener('resize', draw);
  setInterval(load, 5000);
  setInterval(setClock, 60000);
  setClock();
  load();
})();

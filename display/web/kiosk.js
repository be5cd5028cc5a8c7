/* The kiosk: choose, confirm, ticket. One confirm screen is one key, so that a double tap is one ticket. */
(() => {
  'use strict';
  const body = document.body, stage = document.getElementById('stage'), heading = document.getElementById('heading'), lead = document.getElementById('lead');
  const matters = document.getElementById('matters'), V = KioskView;
  const words = Antre.read('words');
  const MANY = 32, TASKS = 8, IDLE = 30, ASK = 20, HOME = 8, PHOTO = 30, MOST = 4, POLL = 3000;
  let lang = body.dataset.lang, services = [], closed = null, screen = 'choose', agency = null, letter = null, offset = 0, zoneName = '', homeAt = 0, idle = 0, asking = false;
  let several = false, chosen = []; // service codes, in the order of touching
  let key = '', asked = null; // of this confirm screen; what was asked under the key never changes
  let drawn = '', spoken = '', lostSince = 0, wanting = false, told = ''; // as whom another server knew this kiosk

  const w = (k, ...args) => Antre.fill((words[lang] || words.id)['kiosk.' + k], ...args);
  const service = (code) => services.find((s) => s.code === code);
  const say = (title, under) => { V.write(heading, title); lead.textContent = under || ''; };

  function touchService(s) {
    if (!V.open(s)) { message(s.name, s.agency_name, s.closed.detail); return; }
    if (!several) { confirm([s.code]); return; }
    if (chosen.includes(s.code)) {
      chosen = chosen.filter((c) => c !== s.code);
    } else if (chosen.length < MOST) {
      chosen.push(s.code);
    }
    draw();
  }

  const serviceTile = (s) => V.serviceTile(w, s, several ? chosen.includes(s.code) : undefined, () => touchService(s));

  function agencies() {
    const by = new Map();
    services.forEach((s) => { if (!by.has(s.agency)) { by.set(s.agency, []); } by.get(s.agency).push(s); });
    return [...by.values()];
  }

  const agencyTile = (list) => V.agencyTile(w, list, several && list.some((s) => chosen.includes(s.code)), () => {
    if (list.length === 1) { touchService(list[0]); } else { agency = list[0].agency; go('agency'); }
  });

  // Services while they fit, then agencies, then the first of them and all by letter.
  function drawChoose() {
    if (several) { say(w('several_choose', MOST), chosen.length === MOST ? w('several_full', MOST) : w('several_lead')); } else { say(w('choose'), w('choose_lead')); }
    if (services.length <= V.most(MANY)) { return [V.grid(services.map(serviceTile))]; }
    const all = agencies();
    if (all.length <= V.most(MANY)) { return [V.grid(all.map(agencyTile))]; }
    return [V.halves(V.first(services, TASKS).map(serviceTile), w('letters'), V.letters(all).map((page, i) => V.lettersTile(page, () => { letter = i; go('letters'); })))];
  }

  const back = () => V.button('back', w('back'), () => { if (agency === null) { letter = null; } agency = null; go(letter === null ? 'choose' : 'letters'); });

  function drawLetters() {
    const page = V.letters(agencies())[letter];
    if (!page) { setTimeout(home, 0); return []; } // the mall has become another one
    say(page.title, several ? w('several_lead') : w('choose_lead'));
    return V.beside(page.agencies.map(agencyTile), back());
  }

  function drawAgency() {
    const list = services.filter((s) => s.agency === agency);
    say(list.length ? list[0].agency_name : w('choose'), several ? w('several_choose', MOST) : w('choose_lead'));
    return V.beside(list.map(serviceTile), back());
  }

  function drawClosed() {
    say(closed.title, closed.note);
    return [V.hallClosed(w, closed)];
  }

  // What must come first comes first; else the order of touching. The server
  // then takes the shortest line of those that may begin.
  function ordered(codes) {
    const out = [];
    const add = (code) => {
      if (out.includes(code)) { return; }
      ((service(code) || {}).after || []).filter((a) => codes.includes(a) && a !== code && !out.includes(a)).forEach(add);
      if (!out.includes(code)) { out.push(code); }
    };
    codes.forEach(add);
    return out;
  }

  function drawConfirm() {
    const list = chosen.map(service).filter(Boolean), one = list.length === 1;
    const order = list.some((s) => (s.after || []).some((a) => chosen.includes(a))) ? 'in_order' : 'shortest_first';
    if (!list.length) { setTimeout(home, 0); return []; }
    say(one ? list[0].name : w('journey', list.length), one ? list[0].agency_name : w(order));
    const problem = V.el('p', 'problem');
    problem.id = 'problem';
    problem.setAttribute('role', 'alert');
    // What a class lacks: of a journey the first closed door; its number counts in the first line only.
    const gate = (of) => (list.map(of).find((g) => !g.open) || {}).closed;
    const other = (cls) => (asked && asked.class !== cls ? { reason: '' } : null);
    const rest = list[0].priority.quota, same = rest && list[0].quota && list[0].open && rest.left === list[0].quota.left;
    const take = V.choice('take', w('take'), '', other('regular') || gate((s) => s), () => issue('regular', take));
    const first = V.choice('take priority', w('take_priority'), w('who') + (rest && !same ? ' · ' + w('left', rest.left) : ''), other('priority') || gate((s) => s.priority), () => issue('priority', first));
    return [V.put('confirm', V.about(w, list), problem, V.put('choices', take, first, V.button('cancel', w('cancel'), home)))];
  }

  async function issue(cls, take) {
    if (take.disabled) { return; }
    const title = take.querySelector('.title'), text = title.textContent;
    stage.querySelectorAll('.choices button').forEach((b) => { b.disabled = true; });
    title.textContent = w('taking');
    const res = await ask(cls);
    if (res.ok) { ticket(res.answer); return; }
    if (res.answer) { message(heading.textContent, lead.textContent, res.answer.detail); load(); return; }
    document.getElementById('problem').textContent = w('no_answer');
    V.fit(stage); // what it needs is taken from what stands above it
    title.textContent = text;
    take.disabled = false; // the same key and the same wish: had the first one worked, this gives the same number
    stage.querySelector('.cancel').disabled = false;
  }

  // ask wishes for a number; asked again, it is the same wish under the same key.
  async function ask(cls) {
    const wanted = ordered(chosen);
    asked = asked || Object.assign(wanted.length === 1 ? { service: wanted[0] } : { services: wanted, order: 'any' }, { class: cls, lang });
    const res = await Antre.post('/api/tickets', asked, key, 20000, move);
    if (res.ok && KioskAccess.on()) { asked = null; } // nothing is left to take to another server
    return res;
  }

  // move goes on at another server of the mall when ours cannot give numbers,
  // with the same wish and the same key: it stays one ticket.
  function move() {
    Servers.elsewhere((address) => {
      if (!address || screen === 'ticket') { return; }
      Servers.go(address, screen === 'confirm' || screen === 'access' && asked ? { asked, key, chosen, lang, caller: told || Servers.caller } : null);
    });
  }

  // arrive goes on with what was under way at the other server.
  async function arrive(was) {
    told = was.caller || '';
    Antre.as(told);
    lang = was.lang || lang;
    await load();
    confirm(was.chosen || []);
    key = was.key;
    asked = was.asked;
    const take = asked && stage.querySelector(asked.class === 'priority' ? '.take.priority' : '.take:not(.priority)');
    if (take) { take.disabled = false; issue(asked.class, take); }
  }

  function still(to, seconds) {
    screen = body.dataset.screen = to;
    homeAt = Date.now() + seconds * 1000;
    matters.replaceChildren();
  }

  function ticket(t) {
    still('ticket', t.stops.length > 1 ? 2 * HOME : HOME); // there is more to read of a journey
    say(t.code, w('your_number'));
    wanting = false;
    stage.replaceChildren(V.ticket(w, t, body.dataset, home, paperless));
    stage.firstChild.classList.toggle('long', t.stops.length > 1);
    if (body.dataset.paper) { KioskPaper.print(t.token, body.dataset.paper, paperless); }
  }

  // A door that is closed says why, and the kiosk goes home.
  function message(title, under, detail) {
    still('message', HOME);
    say(title, under);
    stage.replaceChildren(V.message(w, detail, home));
    V.fit(stage);
  }

  // paperless says that the printer gave nothing: the screen is the slip now, and stays for as long as a photograph takes.
  function paperless() {
    KioskPaper.missing();
    if (screen !== 'ticket') { return; }
    wanting = true;
    homeAt = Date.now() + PHOTO * 1000;
    V.paperless(w, stage.firstChild);
  }

  function confirm(codes) {
    begin(codes);
    go('confirm');
  }
  function go(to) {
    screen = to;
    drawn = '';
    idle = 0;
    draw();
  }
  function home() {
    if (screen === 'ticket' && body.dataset.paper && !wanting) { KioskPaper.given(); }
    lang = body.dataset.lang;
    agency = letter = null;
    several = false;
    chosen = [];
    homeAt = 0;
    go('choose');
    load();
  }

  function begin(codes) {
    chosen = codes;
    key = Antre.newKey();
    asked = null;
  }

  // Access mode: all the rest is kiosk-access.js.
  function enterAccess() {
    if (homeAt || screen === 'confirm' || KioskAccess.on()) { return; }
    screen = body.dataset.screen = 'access';
    idle = 0;
    matters.replaceChildren();
    KioskAccess.enter({
      w, say, stage, begin, ask, leave: home, missing: KioskPaper.missing,
      services: () => services, closed: () => closed, lang: () => lang,
      nextLang: () => { const all = [...document.querySelectorAll('#langs button')].map((b) => b.dataset.lang); lang = all[(all.indexOf(lang) + 1) % all.length]; mark(); return load(); },
      print: (t, failed) => { if (body.dataset.paper) { KioskPaper.print(t.token, body.dataset.paper, () => { KioskPaper.missing(); failed(); }); } },
    });
  }

  function mark() {
    document.documentElement.lang = lang;
    document.querySelectorAll('#langs button').forEach((b) => b.setAttribute('aria-pressed', b.dataset.lang === lang));
  }

  // The buttons beside the languages: one visit, several matters.
  function drawMatters() {
    const make = (cls, text, on) => V.button(cls, text, on);
    if (screen === 'confirm' || closed || services.filter(V.open).length < 2) { return []; }
    if (!several) { return [make('several', w('several'), () => { several = true; chosen = []; agency = letter = null; go('choose'); })]; }
    const next = make('several next', w('several_next', chosen.length), () => confirm(ordered(chosen)));
    next.disabled = chosen.length === 0;
    return [make('several', w('cancel'), home), next];
  }

  // A tile that is drawn anew under a finger never hears that it was touched: what changed waits until the finger has gone.
  let held = 0;
  const holding = () => Date.now() - held < 4000;
  const letGo = () => { held = 0; setTimeout(draw, 0); };
  document.addEventListener('pointerdown', () => { held = Date.now(); }, true);
  document.addEventListener('pointerup', letGo, true);
  document.addEventListener('pointercancel', letGo, true);

  // Redraws only when what is shown has changed, so that nothing jumps.
  function draw() {
    if (holding()) { return; }
    if (screen === 'access' || screen === 'ticket' || screen === 'message' || (screen === 'confirm' && drawn)) { return; }
    const state = JSON.stringify([screen, lang, agency, letter, several, chosen, services, closed, innerWidth, innerHeight]);
    if (state === drawn) { return; }
    drawn = state;
    const shown = closed && screen !== 'confirm' ? 'closed' : screen;
    const focus = document.activeElement && stage.contains(document.activeElement) ? [...stage.querySelectorAll('button')].indexOf(document.activeElement) : -1;
    body.dataset.screen = shown;
    stage.replaceChildren(...{ choose: drawChoose, letters: drawLetters, agency: drawAgency, confirm: drawConfirm, closed: drawClosed }[shown]());
    matters.replaceChildren(...drawMatters());
    V.fit(stage);
    if (focus >= 0) { const b = stage.querySelectorAll('button')[focus]; if (b) { b.focus(); } }
    mark();
    const access = document.getElementById('access');
    access.textContent = w('access');
    access.hidden = several; // those who choose several matters need the room
  }

  async function load() {
    const wanted = lang;
    try {
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(), 4000);
      const res = await fetch('/api/services?lang=' + wanted + '&zone=' + encodeURIComponent(body.dataset.zone), { signal: stop.signal });
      if (!res.ok) { throw new Error('the server cannot say'); }
      const all = await res.json();
      clearTimeout(timer);
      lostSince = 0;
      if (wanted === lang) {
        services = KioskSettings.offered(all.services);
        closed = all.closed || null;
        if (spoken !== wanted) { spoken = wanted; drawn = ''; }
        draw();
      }
    } catch (e) {
      lostSince = lostSince || Date.now();
    }
    showLost(lostSince && Date.now() - lostSince >= 5000 && !numbered());
    if (lostSince && !(asked && screen === 'confirm')) { move(); }
  }

  // A number that was given stays to be read whatever becomes of the server.
  const numbered = () => screen === 'ticket' || screen === 'access' && body.dataset.ticket === 'yes';
  function showLost(now) {
    const lost = document.getElementById('lost');
    if (now && lost.hidden && KioskAccess.on()) { KioskAccess.speak(w('lost')); }
    lost.hidden = !now;
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

  // Somebody has begun: also who has only chosen a language, which the next visitor may not read.
  const visited = () => !homeAt && (screen !== 'choose' || several || lang !== body.dataset.lang);

  function askStill() {
    if (asking) { return; }
    asking = true;
    const box = V.put('still', V.el('p', '', w('still')), V.button('take', w('yes'), () => {}));
    box.setAttribute('role', 'alertdialog');
    box.setAttribute('aria-label', w('still'));
    stage.append(box);
  }
  // The answer to the question is nothing else: what lies below is neither touched nor chosen by it.
  function answered(e) {
    idle = 0;
    if (!asking) { return; }
    e.preventDefault();
    e.stopImmediatePropagation();
    asking = false;
    stage.querySelectorAll('.still').forEach((b) => b.remove());
    if (KioskAccess.on()) { KioskAccess.speak(w('access_on')); }
  }
  document.addEventListener('pointerdown', () => { idle = 0; });
  document.addEventListener('click', answered, true);
  document.addEventListener('keydown', answered, true);

  // A hand that trembles touches twice, and would choose unread on the page that came with the first touch.
  const TWICE = 500;
  let last = { at: 0, x: 0, y: 0 };
  document.addEventListener('click', (e) => {
    if (!e.detail || e.target.closest('.settings')) { return; } // a key; a PIN has the same digit twice
    if (Date.now() - last.at < TWICE && Math.hypot(e.clientX - last.x, e.clientY - last.y) < V.finger() / 2) { e.preventDefault(); e.stopPropagation(); }
    last = { at: Date.now(), x: e.clientX, y: e.clientY };
  }, true);

  function showClock() {
    const d = new Date(Date.now() + offset), two = (n) => String(n).padStart(2, '0');
    document.getElementById('clock').textContent = zoneName ? two(d.getUTCHours()) + '.' + two(d.getUTCMinutes()) + ' ' + zoneName : '';
  }

  setInterval(() => {
    showClock();
    if (homeAt && Date.now() >= homeAt) { home(); }
    if (visited()) {
      const slow = KioskAccess.on() ? 2 : 1; // to hear takes longer than to see
      idle++;
      if (idle === IDLE * slow) { askStill(); if (slow > 1) { KioskAccess.speak(w('still') + ' ' + w('access_any')); } }
      if (idle >= (IDLE + ASK) * slow) { asking = false; if (slow > 1) { KioskAccess.leave(); } else { home(); } }
    }
  }, 1000);
  document.querySelectorAll('#langs button').forEach((b) => b.addEventListener('click', () => {
    if (homeAt || KioskAccess.on() || stage.querySelector('.cancel:disabled')) { return; }
    lang = b.dataset.lang;
    drawn = '';
    draw();
    load();
  }));
  document.getElementById('access').addEventListener('click', enterAccess);
  // The keypad's first key, or what a plugged-in headphone sends, is enough.
  document.addEventListener('keydown', (e) => {
    if (!KioskAccess.on() && ['ArrowDown', 'ArrowUp', 'F2', 'MediaPlayPause', 'AudioVolumeUp'].includes(e.key)) { e.preventDefault(); e.stopImmediatePropagation(); enterAccess(); }
  }, true);
  addEventListener('resize', draw);
  setInterval(load, POLL);
  setInterval(setClock, 60000);
  setClock();
  const was = Servers.brought();
  if (was) { arrive(was); } else { load(); }
})();

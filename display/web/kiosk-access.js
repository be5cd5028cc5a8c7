/* The kiosk's access mode: a list of at most six, fewer on a low screen, large,
   spoken, and moved through with five keys: up, down, Enter, Escape, and Space to hear it again.
   It holds where the visitor is; kiosk.js says what there is and gives numbers. */
const KioskAccess = (() => {
  'use strict';
  const V = KioskView, MOST = 6, GAP = 16;
  let on = false, kiosk = null, place = null, items = [], at = 0, page = 0, taken = false, shown = [];

  function speak(text) {
    document.getElementById('spoken').textContent = text; // for a screen reader
    if (!window.speechSynthesis || !window.SpeechSynthesisUtterance) { return; }
    speechSynthesis.cancel();
    const u = new SpeechSynthesisUtterance(text);
    u.lang = kiosk.lang() === 'id' ? 'id-ID' : 'en-US';
    u.rate = 0.9;
    speechSynthesis.speak(u);
  }

  // A code is said sign by sign: "A 0 0 7", never "A minus seven".
  const spelled = (code) => code.replace('-', '').split('').join(' ');
  const where = () => (shown.length ? kiosk.w('access_at', at + 1, shown.length, shown[at].text) : '');
  const sentences = (...parts) => parts.filter(Boolean).map((part, i, all) => (i < all.length - 1 ? V.plain(part) : part)).join('. ');
  const whole = () => sentences(place.title, place.text, where());

  // As many as a finger tells apart: where there are more, the last is the way to the rest.
  function cut(kept) {
    const room = Math.max(2, Math.min(MOST, V.rows(kept))), size = room - 1, pages = Math.ceil(items.length / size);
    if (items.length <= room) { return items; }
    const more = { text: kiosk.w('access_more', page + 1, pages), on: () => { page = (page + 1) % pages; at = 0; draw(); } };
    return items.slice(page * size, page * size + size).concat(more);
  }

  function draw() {
    const facts = place.text && V.el('p', 'facts', place.text), box = V.put('access', facts);
    kiosk.say(place.title, place.lead || '');
    kiosk.stage.replaceChildren(box);
    shown = cut(facts ? facts.offsetHeight + GAP : 0);
    at = Math.min(at, shown.length - 1);
    fill(box);
    kiosk.stage.querySelectorAll('.item')[at].focus();
    V.fit(kiosk.stage);
    speak(whole());
  }

  function fill(box) {
    if (place.extra) { box.append(place.extra); }
    shown.forEach((item, i) => {
      const b = V.button('item', item.text, () => { at = i; item.on(); });
      b.addEventListener('focus', () => { at = i; });
      box.append(b);
    });
  }

  function go(to, list) {
    place = to;
    document.body.dataset.ticket = to.spoken ? 'yes' : 'no'; // the number is huge here too
    items = list;
    page = at = 0;
    draw();
  }

  function menu() {
    const w = kiosk.w, closed = kiosk.closed();
    const list = closed ? [] : [{ text: w('access_take'), on: choose }];
    go({ title: w('access'), text: closed ? sentences(closed.title, closed.reopens && w('reopens') + ' ' + closed.reopens) : w('access_keys'), back: leave }, list.concat(
      { text: w('access_lang'), on: () => { kiosk.nextLang().then(menu); } },
      { text: w('access_dark'), on: dark },
      { text: w('access_leave'), on: leave }));
  }

  const entry = (s) => ({ text: s.name + ' · ' + (V.open(s) ? V.line(kiosk.w, s) : s.closed.detail), on: () => (V.open(s) ? confirm(s) : refused(s.name, s.closed.detail)) });

  // A mall of many services is chosen by its agencies, as on the other screen.
  function choose() {
    const all = kiosk.services(), by = new Map();
    all.forEach((s) => { if (!by.has(s.agency)) { by.set(s.agency, []); } by.get(s.agency).push(s); });
    const list = all.length <= 12 ? all.map(entry) : [...by.values()].map((of) => (of.length === 1 ? entry(of[0]) : {
      text: of[0].agency_short + ' · ' + kiosk.w('services', of.length),
      on: () => go({ title: of[0].agency_name, back: choose }, of.map(entry)),
    }));
    go({ title: kiosk.w('choose'), back: menu }, list);
  }

  function confirm(s) {
    const w = kiosk.w, list = [];
    kiosk.begin([s.code]);
    if (s.open) { list.push({ text: w('take'), on: () => give('regular') }); }
    if (s.priority.open) { list.push({ text: w('take_priority') + ' · ' + w('who'), on: () => give('priority') }); }
    list.push({ text: w('cancel'), on: choose });
    const facts = [s.waiting ? w('ahead', s.waiting) : w('nobody'), s.wait && s.waiting && w('expect', V.range(w, s.wait)), s.requirements.length && w('bring') + ' ' + s.requirements.join(', ')];
    go({ title: s.name, lead: s.agency_name, text: sentences(...facts), back: choose }, list);
  }

  // Once asked, the wish and its key stay: pressing again is the same number.
  async function give(cls) {
    if (taken) { return; }
    taken = true;
    speak(kiosk.w('taking'));
    const res = await kiosk.ask(cls);
    taken = false;
    if (!on) { return; }
    if (res.ok) { ticket(res.answer); return; }
    if (res.answer) { refused(place.title, res.answer.detail); return; }
    const still = place;
    go({ title: still.title, text: kiosk.w('no_answer'), back: choose }, [{ text: kiosk.w('take'), on: () => give(cls) }]);
  }

  function ticket(t) {
    slip(t, document.body.dataset.paper ? 'printing' : '');
    kiosk.print(t, () => { if (on && place.of === t) { slip(t, 'paperless'); } });
  }

  // slip is the number, and what is known of its paper.
  function slip(t, paper) {
    const w = kiosk.w, to = [t.zone_name, t.directions].filter(Boolean).join(', ');
    const text = sentences(t.service_name, t.class === 'priority' && w('priority'), to, t.ahead ? w('ahead', t.ahead) : w('nobody'), paper && w(paper));
    const missed = paper === 'printing' ? [{ text: w('no_paper'), on: () => { kiosk.missing(); slip(t, 'paperless'); } }] : [];
    go({ of: t, title: t.code, spoken: w('your_number') + ' ' + spelled(t.code), lead: w('your_number'), text, extra: V.codes(w, t, document.body.dataset.wifi), back: leave },
      [{ text: w('access_again'), on: again }, { text: w('done'), on: leave }].concat(missed));
    again();
  }

  const refused = (title, detail) => go({ title, text: detail, back: choose }, [{ text: kiosk.w('back'), on: choose }, { text: kiosk.w('access_leave'), on: leave }]);
  const again = () => speak(sentences(place.spoken || place.title, place.text, where()));

  function dark() {
    document.body.dataset.dark = 'yes';
    speak(kiosk.w('access_is_dark') + ' ' + where());
  }
  const light = () => { delete document.body.dataset.dark; };

  function move(by) {
    at = (at + by + shown.length) % shown.length;
    kiosk.stage.querySelectorAll('.item')[at].focus({ preventScroll: true });
    speak(where());
  }

  function enter(hooks) {
    kiosk = hooks;
    on = true;
    menu();
  }
  function leave() {
    on = false;
    light();
    if (window.speechSynthesis) { speechSynthesis.cancel(); }
    document.getElementById('spoken').textContent = '';
    kiosk.leave();
  }

  document.addEventListener('keydown', (e) => {
    if (!on) { return; }
    const keys = { ArrowDown: () => move(1), ArrowRight: () => move(1), ArrowUp: () => move(-1), ArrowLeft: () => move(-1), Enter: () => shown[at].on(), Escape: () => place.back(), ' ': again };
    if (!keys[e.key]) { return; }
    e.preventDefault(); // nor does the browser press the button a second time
    if (!e.repeat || e.key.startsWith('Arrow')) { keys[e.key](); }
  });
  document.addEventListener('pointerdown', (e) => {
    if (document.body.dataset.dark) { light(); e.preventDefault(); }
  }, true);

  return { enter, leave, speak, on: () => on };
})();

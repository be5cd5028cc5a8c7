/* The kiosk's settings corner: the clock held for three seconds, or Ctrl+Alt+S,
   then the mall's PIN. What is set stays in this machine, and with the mall if that has let it in. */
const KioskSettings = (() => {
  'use strict';
  const V = KioskView, KEPT = 'antre-kiosk', HOLD = 3000, LEAVE = 90000, TARGET_MM = 20, COMMON = 32;
  const body = document.body, clock = document.getElementById('clock');
  const words = Antre.read('words');
  const w = (k, ...args) => Antre.fill((words[document.documentElement.lang] || words.id)['kiosk.' + k], ...args);
  let kept = Antre.read('kept'), box = null, draft = null, digits = '', opened = '', away = 0;
  try { kept = kept || JSON.parse(localStorage.getItem(KEPT)); } catch (e) { /* a private window: as the page says */ }
  kept = kept || {};

  // A finger needs 20 mm whatever the screen: the CSS measures its targets by --target.
  function apply() {
    const langs = [...document.querySelectorAll('#langs button')].map((b) => b.dataset.lang);
    if (typeof kept.paper === 'string') { body.dataset.paper = kept.paper; }
    if (langs.includes(kept.lang)) { body.dataset.lang = kept.lang; }
    if (kept.inches) { body.style.setProperty('--target', Math.ceil(Math.hypot(innerWidth, innerHeight) / (kept.inches * 25.4) * TARGET_MM) + 'px'); }
  }

  const offered = (all) => { const here = all.filter((s) => !(kept.hidden || []).includes(s.code)); return here.length ? here : all; };

  function close() {
    clearTimeout(away);
    if (box) { box.remove(); }
    box = draft = null;
  }
  function show(title, ...parts) {
    if (box) { box.remove(); }
    box = V.put('settings', V.el('h2', '', title), ...parts);
    box.setAttribute('role', 'dialog');
    box.setAttribute('aria-modal', 'true');
    box.setAttribute('aria-label', title);
    body.append(box);
    const first = box.querySelector('button');
    if (first) { first.focus(); }
    clearTimeout(away);
    away = setTimeout(close, LEAVE); // left open, it is a visitor's screen again
  }

  function open() {
    if (box) { return; }
    digits = '';
    if (!body.dataset.pin) { show(w('settings'), V.el('p', 'note', w('settings_no_pin')), V.button('done', w('back'), close)); return; }
    pad('');
  }

  function pad(note) {
    const keys = V.put('pad', ...['1', '2', '3', '4', '5', '6', '7', '8', '9'].concat('0').map((d) => V.button('', d, () => type(d))));
    const dots = V.el('p', 'dots', '');
    const says = V.el('p', 'note', note || w('settings_pin'));
    says.setAttribute('role', 'status');
    show(w('settings'), says, dots, keys, V.put('ends', V.button('missing', w('cancel'), close), V.button('done', w('settings_open'), tryPIN)));
  }
  function type(d) {
    if (digits.length < 8) { digits += d; }
    box.querySelector('.dots').textContent = '\u25cf'.repeat(digits.length);
  }
  async function tryPIN() {
    const pin = digits;
    digits = '';
    const res = await Antre.post('/api/kiosk/pin', { pin }, Antre.newKey(), 3000);
    if (!box) { return; }
    opened = pin;
    if (res.ok) { draft = { hidden: [], paper: body.dataset.paper, lang: body.dataset.lang, inches: 0, ...kept }; all(); } else { pad(res.answer ? res.answer.detail : w('settings_lost')); }
  }

  function pick(label, name, options) {
    const row = V.put('options', ...options.map(([value, text]) => {
      const b = V.button('', text, () => { draft[name] = value; row.querySelectorAll('button').forEach((x) => x.setAttribute('aria-pressed', x === b)); });
      b.setAttribute('aria-pressed', draft[name] === value);
      return b;
    }));
    return V.put('setting', V.el('h3', '', label), row);
  }
  function inches() {
    const out = V.el('output', '', '');
    const put = (by) => {
      if (by) { draft.inches = draft.inches ? Math.min(100, Math.max(7, draft.inches + by)) : COMMON; }
      out.textContent = draft.inches ? w('settings_inches', draft.inches) : w('settings_any');
    };
    put(0);
    return V.put('setting', V.el('h3', '', w('settings_size')), V.put('options', V.button('', '\u2212', () => put(-1)), out, V.button('', '+', () => put(1))));
  }
  function which(services) {
    const row = V.put('options many', ...services.map((s) => {
      const b = V.button('', s.code + ' \u00b7 ' + s.name, () => {
        draft.hidden = draft.hidden.includes(s.code) ? draft.hidden.filter((c) => c !== s.code) : draft.hidden.concat(s.code);
        b.setAttribute('aria-pressed', !draft.hidden.includes(s.code));
      });
      b.setAttribute('aria-pressed', !draft.hidden.includes(s.code));
      return b;
    }));
    return V.put('setting', V.el('h3', '', w('settings_services')), row);
  }

  async function all() {
    let services = [];
    try { services = (await (await fetch('/api/services?lang=' + document.documentElement.lang + '&zone=' + encodeURIComponent(body.dataset.zone))).json()).services; } catch (e) { pad(w('settings_lost')); return; }
    const note = V.el('p', 'note', '');
    note.setAttribute('role', 'alert');
    const save = async () => {
      if (services.every((s) => draft.hidden.includes(s.code))) { note.textContent = w('settings_one'); return; }
      // A service that the mall has given up, or an earlier browser's word, is no setting.
      const set = { paper: draft.paper || '', lang: draft.lang, inches: draft.inches || 0, hidden: draft.hidden.filter((c) => services.some((s) => s.code === c)) };
      const res = await Antre.post('/api/kiosk/settings', { pin: opened, ...set }, Antre.newKey(), 3000);
      if (!box) { return; }
      if (!res.ok) { note.textContent = res.answer ? res.answer.detail : w('settings_lost'); return; }
      try { localStorage.setItem(KEPT, JSON.stringify(set)); } catch (e) { if (!res.answer.kept) { note.textContent = w('settings_full'); return; } }
      location.reload();
    };
    show(w('settings'), V.put('sheet',
      pick(w('settings_paper'), 'paper', [['80', '80 mm'], ['58', '58 mm'], ['', w('settings_none')]]),
      pick(w('settings_lang'), 'lang', [...document.querySelectorAll('#langs button')].map((b) => [b.dataset.lang, b.textContent])),
      inches(), which(services)), note, V.put('ends', V.button('missing', w('cancel'), close), V.button('done', w('settings_save'), save)));
  }

  let hold = 0;
  const drop = () => clearTimeout(hold);
  clock.addEventListener('pointerdown', () => { drop(); hold = setTimeout(open, HOLD); });
  ['pointerup', 'pointerleave', 'pointercancel'].forEach((e) => clock.addEventListener(e, drop));
  clock.addEventListener('contextmenu', (e) => e.preventDefault()); // a long touch is this, too
  document.addEventListener('keydown', (e) => {
    if (e.ctrlKey && e.altKey && e.code === 'KeyS') { e.preventDefault(); open(); return; }
    if (!box) { return; }
    e.stopImmediatePropagation(); // the arrows are access mode's only when this is closed
    if (e.key === 'Escape') { close(); } else if (/^[0-9]$/.test(e.key) && box.querySelector('.dots')) { type(e.key); }
  }, true);
  apply();
  addEventListener('resize', apply);

  return { offered };
})();

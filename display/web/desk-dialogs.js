/* What the console asks before it acts: reasons, where to, which number. One dialog, the keyboard alone is enough. */
const DeskDialogs = (() => {
  'use strict';
  const words = Antre.read('asks');
  const $ = (id) => document.getElementById(id);
  const DOUBLE = 1500; // the key that opened a dialog, again within this, is the same press
  let done = null, opened = { key: '', at: 0 }, wants = {}, buttons = new Map();

  const open = () => $('ask').open;
  const typing = (e) => e.target.tagName === 'INPUT' && e.target.type !== 'checkbox';
  const choices = () => Array.from($('ask-choices').children).filter((b) => !b.hidden && !b.disabled);

  // ask shows the dialog and gives what was chosen, or null. o.key is the key
  // that opened it; where choices are looked for (o.find), each says by what
  // words it is found, its code first.
  function ask(o) {
    wants = o;
    opened = { key: o.key || '', at: Date.now() };
    $('ask-title').textContent = o.title;
    $('ask-lead').textContent = o.lead || '';
    $('ask-lead').hidden = !o.lead;
    $('ask-fault').textContent = '';
    $('ask-find-label').hidden = !o.find;
    $('ask-text-label').hidden = !o.text;
    $('ask-text-name').textContent = o.text || '';
    $('ask-text').value = $('ask-find').value = '';
    $('ask-keep-label').hidden = !o.keep;
    $('ask-keep').checked = true;
    $('ask-ok').hidden = !o.text && !o.find;
    $('ask').dataset.kind = o.find ? 'find' : o.wide ? 'wide' : 'plain';
    buttons = new Map(o.choices.map((c) => [c, button(c)]));
    $('ask-choices').replaceChildren(...buttons.values());
    number();
    return new Promise((resolve) => {
      done = resolve;
      $('ask').showModal();
      const first = choices()[0];
      (first || $('ask-text')).focus();
    });
  }

  function button(c) {
    const b = document.createElement('button'), k = document.createElement('kbd'), t = document.createElement('span');
    b.type = 'button';
    t.textContent = c.text;
    b.append(k, t);
    if (c.side) { const s = document.createElement('span'); s.className = 'side'; s.textContent = c.side; b.append(s); }
    b.disabled = !!c.off;
    b.value = c.value;
    b.addEventListener('click', () => choose(b));
    return b;
  }

  // number puts a digit on what can be chosen now.
  function number() {
    Array.from($('ask-choices').children).forEach((b) => { b.firstChild.textContent = ''; });
    choices().slice(0, 9).forEach((b, i) => { b.firstChild.textContent = i + 1; });
  }

  function choose(b) {
    if (!wants.find) { finish({ value: b.value }); return; }
    mark(b);
    $('ask-text').focus();
  }

  function mark(b) {
    Array.from($('ask-choices').children).forEach((c) => c.setAttribute('aria-pressed', c === b));
  }

  function fault(text) {
    $('ask-fault').textContent = text;
  }

  function finish(answer) {
    if (answer && wants.ready && !wants.ready()) { return; } // not connected: it stays, and says so
    const resolve = done;
    done = null;
    if (open()) { $('ask').close(); }
    if (resolve) { resolve(answer); }
  }

  // The news of a closing comes late: by then the next question may stand here.
  $('ask').addEventListener('close', () => { if (!open()) { finish(null); } });
  $('ask-cancel').addEventListener('click', () => finish(null));
  $('ask').querySelector('form').addEventListener('submit', (e) => {
    e.preventDefault();
    const text = $('ask-text').value.trim();
    if (wants.find) {
      const b = $('ask-choices').querySelector('[aria-pressed="true"]');
      if (!b || b.hidden) { fault(wants.lead); (choices()[0] || $('ask-find')).focus(); return; }
      finish({ value: b.value, text, keep: $('ask-keep').checked });
      return;
    }
    if (!text) { fault(wants.needed || words['ask.needed']); $('ask-text').focus(); return; }
    finish({ value: text });
  });

  // rank is how well a choice is what was typed: its code, a code that begins
  // so, a word that begins so, or anything; null where it is nothing of it.
  function rank(words, find) {
    if (words[0] === find) { return 0; }
    if (words[0].startsWith(find)) { return 1; }
    const all = words.join(' ');
    if ((' ' + all).includes(' ' + find)) { return 2; }
    return all.includes(find) ? 3 : null;
  }

  // What was found stands before the rest of what can be chosen, best first.
  $('ask-find').addEventListener('input', () => {
    const find = $('ask-find').value.trim().toLowerCase();
    const ranked = wants.choices.map((c) => ({ b: buttons.get(c), at: find ? rank(c.find.map((w) => w.toLowerCase()), find) : 0 }));
    ranked.forEach((c) => { c.b.hidden = c.at === null; });
    $('ask-choices').replaceChildren(...ranked.sort((a, b) => a.at - b.at).map((c) => c.b));
    number();
  });

  // key serves every key while the dialog is open.
  function key(e) {
    if (e.ctrlKey || e.altKey || e.metaKey) { return; }
    const k = e.key.length === 1 ? e.key.toLowerCase() : e.key;
    if (k === 'Escape') { e.preventDefault(); finish(null); return; }
    if (k === 'Enter' && e.repeat) { e.preventDefault(); return; } // a key held down answers nothing
    if (!typing(e) && (e.repeat || (k === opened.key && Date.now() - opened.at < DOUBLE))) { e.preventDefault(); return; }
    if (k === 'ArrowDown' || k === 'ArrowUp') { e.preventDefault(); step(e.target, k === 'ArrowDown' ? 1 : -1); return; }
    if (typing(e)) {
      if (k === 'Enter' && e.target === $('ask-find')) { e.preventDefault(); if (choices()[0]) { choose(choices()[0]); } }
      return;
    }
    if (k === '.' || k === ',') { e.preventDefault(); finish(null); return; }
    if (/^[1-9]$/.test(k)) { e.preventDefault(); const b = choices()[k - 1]; if (b) { choose(b); } return; }
    if (k.length === 1 && k !== ' ') { (wants.find ? $('ask-find') : $('ask-text')).focus(); } // what is typed goes where words go
  }

  function step(from, by) {
    const list = choices(), at = list.indexOf(from);
    const to = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by];
    if (to) { to.focus(); } else if (by > 0 && wants.text) { $('ask-text').focus(); } else if (by < 0 && wants.find) { $('ask-find').focus(); }
  }

  const reasons = (kind) => [1, 2, 3, 4].map((i) => words['ask.' + kind + '_' + i]).map((t) => ({ text: t, value: t }));

  // reason asks why; extra are further choices with a value of their own.
  function reason(kind, code, o, extra) {
    return ask({
      key: o.key, ready: o.ready, title: Antre.fill(words['ask.' + kind], code), lead: words['ask.' + kind + '_lead'],
      choices: reasons(kind).concat(extra || []), text: words['ask.other'],
    });
  }

  return { ask, reason, key, open, cancel: () => finish(null), words };
})();

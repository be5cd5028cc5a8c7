/* The kiosks and screens of the mall on the live page: which are gone, and what each showed and spoke last. */
Live.screens = (() => {
  'use strict';
  const { w, $, make, put, badges } = Live;
  const rows = new Map();

  function newRow(id) {
    const r = { tr: make('tr'), head: make('th'), place: make('td'), shown: make('td'), said: make('td'), state: make('td', 'state') };
    r.head.scope = 'row';
    r.name = make('span', 'name');
    r.kind = make('span', 'dim');
    r.head.append(r.name, r.kind);
    r.tr.append(r.head, r.place, r.shown, r.said, r.state);
    rows.set(id, r);
    return r;
  }

  function row(s) {
    const r = rows.get(s.id) || newRow(s.id);
    put(r.name, s.name);
    put(r.kind, s.kind);
    put(r.place, s.place);
    put(r.shown, s.shown || '–');
    put(r.said, s.said || '–');
    badges(r.state, s.troubles.length ? s.troubles.map((text) => ['bad', text]) : [['calm', w('screen_fine')]]);
    r.tr.dataset.state = s.troubles.length ? 'bad' : 'calm';
    return r.tr;
  }

  // It gives how many need somebody.
  return (all) => {
    $('screens-box').hidden = !all.length;
    const now = all.map(row);
    if (now.length !== $('screens').children.length || now.some((tr, i) => tr !== $('screens').children[i])) { $('screens').replaceChildren(...now); }
    return all.filter((s) => s.troubles.length).length;
  };
})();

/* Zones without sound and notices that stand, so that nobody forgets them. */
Live.hall = (() => {
  'use strict';
  const { $, make } = Live;
  let drawn = '[]';
  return (all) => {
    if (JSON.stringify(all) === drawn) { return; }
    drawn = JSON.stringify(all);
    $('hall').hidden = !all.length;
    $('hall').firstElementChild.replaceChildren(...all.map((text) => { const li = make('li'); li.textContent = text; return li; }));
  };
})();

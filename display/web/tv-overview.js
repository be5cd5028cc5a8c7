/* The lobby's overview: every agency, eight at a time. ES5, for engines of 2018. */
(function () {
  'use strict';
  var EACH = 8, HOLD = 12;
  var list = document.getElementById('agencies'), pages = document.getElementById('pages');
  var words = JSON.parse(document.getElementById('words').textContent), english = JSON.parse(document.getElementById('words-en').textContent);
  var all = [], pictures = false, page = 0, since = 0, drawn = '', main = document.documentElement.lang;

  function element(name, cls, text, lang) {
    var e = document.createElement(name);
    e.className = cls;
    e.textContent = text || '';
    if (lang) { e.lang = lang; }
    return e;
  }
  function said(text) { return text ? text[main] || text.id || '' : ''; }

  /* A text, and English under it where that says something else. */
  function both(cls, text) {
    var box = element('div', cls);
    box.appendChild(element('span', '', said(text)));
    if (text && main !== 'en' && text.en && text.en !== said(text)) { box.appendChild(element('span', 'second', text.en, 'en')); }
    return box;
  }

  /* An agency's own picture, or a built-in one; without either the names still stand in line. */
  function picture(a) {
    var box = element('div', 'picture'), NS = 'http://www.w3.org/2000/svg', own, drawn, use;
    if (a.image) {
      own = document.createElement('img');
      own.alt = '';
      own.src = a.image;
      box.appendChild(own);
    } else if (a.icon) {
      drawn = document.createElementNS(NS, 'svg');
      use = document.createElementNS(NS, 'use');
      drawn.setAttribute('aria-hidden', 'true');
      use.setAttributeNS('http://www.w3.org/1999/xlink', 'xlink:href', '#' + a.icon);
      drawn.appendChild(use);
      box.appendChild(drawn);
    }
    return box;
  }

  function minutes(w) { return Math.floor(w.low_s / 60) + '\u2013' + Math.ceil(w.high_s / 60); }

  function row(a) {
    var li = element('li', a.open ? '' : 'shut');
    li.setAttribute('data-agency', a.code);
    if (pictures) { li.appendChild(picture(a)); }
    li.appendChild(both(said(a.name).length > 42 ? 'name long' : 'name', a.name));
    var place = element('div', 'place');
    place.appendChild(element('b', '', said(a.zone_name)));
    place.appendChild(element('span', 'way', said(a.directions)));
    li.appendChild(place);
    if (!a.open) { li.appendChild(both('closed', a.closed)); return li; }
    var state = element('div', 'state');
    state.appendChild(element('b', '', a.waiting ? words['tv.waiting'].replace('{0}', a.waiting) : words['tv.nobody']));
    state.appendChild(element('span', 'second', a.wait && a.wait.high_s ? words['tv.minutes'].replace('{0}', minutes(a.wait)) : a.waiting ? english['tv.waiting'].replace('{0}', a.waiting) : english['tv.nobody']));
    li.appendChild(state);
    return li;
  }

  function draw() {
    var n = Math.max(1, Math.ceil(all.length / EACH));
    if (page >= n) { page = 0; }
    var part = all.slice(page * EACH, page * EACH + EACH), text = JSON.stringify(part);
    pages.textContent = n > 1 ? (page + 1) + ' / ' + n : '';
    if (text === drawn) { return; }
    drawn = text;
    list.textContent = '';
    part.forEach(function (a) { list.appendChild(row(a)); });
  }

  Link.start('', {
    board: function (frame) {
      all = frame.board.agencies;
      pictures = all.some(function (a) { return a.image || a.icon; });
      document.getElementById('ticker').textContent = frame.board.ticker[0] || '';
      draw();
    },
    second: function () {
      since++;
      if (since >= HOLD) { since = 0; page++; draw(); }
    }
  });
})();

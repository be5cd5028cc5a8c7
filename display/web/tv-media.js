/* Pictures and videos beside the numbers, one after another and silent. ES5, for engines of 2018. */
var Media = (function () {
  'use strict';
  var PATIENCE = 20000, PAUSE = 3000;
  var body = document.body, box = document.getElementById('media'), film = null, pictures = [], front = 0;
  var list = [], text = '[]', at = -1, turn = 0, wait = 0, watched = 0, failed = 0, resting = false;
  var calm = window.matchMedia && window.matchMedia('(prefers-reduced-motion: reduce)').matches;

  function isFilm(item) { return item.type.indexOf('video/') === 0; }

  function parts() {
    if (film) { return; }
    film = document.createElement('video');
    film.muted = true;
    film.setAttribute('muted', '');
    film.setAttribute('playsinline', '');
    film.setAttribute('aria-hidden', 'true');
    pictures = [document.createElement('img'), document.createElement('img')];
    pictures.forEach(function (e) { e.alt = ''; box.appendChild(e); });
    box.appendChild(film);
  }

  function only(seen) { pictures.concat(film).forEach(function (e) { e.className = e === seen ? 'seen' : ''; }); }

  function later(ms, mine) { window.clearTimeout(wait); wait = window.setTimeout(function () { if (mine === turn) { next(); } }, ms); }

  /* One that cannot be shown is passed over; when none can, the numbers have the screen. */
  function broken(mine) {
    if (mine !== turn) { return; }
    failed++;
    if (failed >= list.length) { body.setAttribute('data-media', 'no'); }
    later(PAUSE, mine);
  }

  function shown() {
    failed = 0;
    body.setAttribute('data-media', 'yes');
  }

  function showPicture(item, mine) {
    front = 1 - front;
    var img = pictures[front];
    img.onload = function () {
      if (mine !== turn) { return; }
      only(img);
      shown();
      film.pause();
      if (list.length > 1) { later(item.seconds * 1000, mine); }
    };
    img.onerror = function () { broken(mine); };
    img.src = item.url;
  }

  function showFilm(item, mine) {
    film.onplaying = function () { if (mine === turn) { only(film); shown(); } };
    film.onended = function () { if (mine === turn) { next(); } };
    film.onerror = function () { broken(mine); };
    watched = -1;
    if (film.getAttribute('src') !== item.url) { film.src = item.url; } else { film.currentTime = 0; }
    play();
    watch(mine);
  }

  function play() {
    var p = film.play();
    if (p && p.then) { p.then(function () {}, function () { /* watch passes it over */ }); }
  }

  /* A film that stands still is passed over. */
  function watch(mine) {
    window.clearTimeout(wait);
    wait = window.setTimeout(function () {
      if (mine !== turn) { return; }
      if (!resting && film.currentTime === watched) { broken(mine); return; }
      watched = film.currentTime;
      watch(mine);
    }, PATIENCE);
  }

  function next() {
    turn++;
    window.clearTimeout(wait);
    if (!list.length) { return; }
    at = (at + 1) % list.length;
    if (isFilm(list[at])) { showFilm(list[at], turn); } else { showPicture(list[at], turn); }
  }

  return {
    /* show takes the board's list; where motion is not wanted, films are left out. */
    show: function (all) {
      var wanted = (all || []).filter(function (item) { return !(calm && isFilm(item)); });
      if (JSON.stringify(wanted) === text) { return; }
      text = JSON.stringify(wanted);
      list = wanted;
      at = -1;
      failed = 0;
      parts();
      body.setAttribute('data-media', list.length ? 'yes' : 'no');
      only(null);
      film.pause();
      if (!list.length) { film.removeAttribute('src'); film.load(); pictures.forEach(function (e) { e.removeAttribute('src'); }); }
      next();
    },
    /* rest stops a film while its place is needed or the server is away. */
    rest: function (on) {
      if (!film || on === resting) { return; }
      resting = on;
      if (on) { film.pause(); } else if (list.length && isFilm(list[at])) { play(); }
    },
    on: function () { return body.getAttribute('data-media') === 'yes'; }
  };
})();

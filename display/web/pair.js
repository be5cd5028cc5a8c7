/* A new screen shows its code until an administrator lets it in. ES5, for engines of 2018. */
(function () {
  'use strict';
  var EVERY = 2000, PATIENCE = 5000;
  var body = document.body, code = document.getElementById('code'), problem = document.getElementById('problem');

  function ask(method, url, what, done) {
    var x = new XMLHttpRequest();
    x.open(method, url);
    if (what) { x.setRequestHeader('Content-Type', 'application/json'); }
    x.timeout = PATIENCE;
    x.onload = function () { done(x.status, x.responseText ? JSON.parse(x.responseText) : null); };
    x.onerror = x.ontimeout = function () { done(0, null); };
    x.send(what ? JSON.stringify(what) : null);
  }

  function later() { window.setTimeout(look, EVERY); }

  function show(now) {
    if (now.state === 'accepted') { location.replace('/screen' + location.search); return true; }
    if (now.state !== 'waiting') { return false; }
    /* Six letters in two halves are read aloud and typed without a slip. */
    var text = now.code.slice(0, 3) + ' ' + now.code.slice(3);
    if (code.textContent !== text) { code.textContent = text; }
    body.setAttribute('data-state', 'waiting');
    problem.hidden = true;
    return true;
  }

  function fail(text) {
    problem.textContent = text;
    problem.hidden = false;
    body.setAttribute('data-state', 'failed');
  }

  function anew() {
    ask('POST', '/api/devices', { kind: body.getAttribute('data-kind') }, function (status, now) {
      if (status === 201) { show(now); } else { fail(now && now.detail ? now.detail : body.getAttribute('data-lost')); }
      later();
    });
  }

  function look() {
    ask('GET', '/api/devices/self', null, function (status, now) {
      if (status === 200 && show(now)) { later(); return; }
      if (status === 200 || status === 404) { anew(); return; }
      fail(body.getAttribute('data-lost'));
      later();
    });
  }
  look();
})();

/* Which servers this mall has, and how a page goes on at another one. ES5, for engines of 2018. */
var Servers = (function () {
  'use strict';
  var REFRESH = 30000, PATIENCE = 2500, KEPT = 'antre-servers';
  var told = JSON.parse(document.getElementById('servers').textContent);
  var looking = false, moving = false;

  /* A page that was loaded from a cache, or just before its server fell, may know less than the one before it. */
  function remember(list) {
    if (list.length > 1) { told.servers = list; }
    try { window.localStorage.setItem(KEPT, JSON.stringify(told.servers)); } catch (e) { /* private window */ }
  }
  function recall() {
    try { return JSON.parse(window.localStorage.getItem(KEPT)) || []; } catch (e) { return []; }
  }
  if (told.servers.length < 2 && recall().length > 1 && recall()[0] === told.servers[0]) { told.servers = recall(); }

  function ask(url, done) {
    var x = new XMLHttpRequest();
    x.open('GET', url);
    x.timeout = PATIENCE;
    x.onload = function () { done(x.status === 200 ? x.responseText : null); };
    x.onerror = x.ontimeout = x.onabort = function () { done(null); };
    try { x.send(); } catch (e) { done(null); }
  }

  function refresh() {
    ask('/api/servers', function (text) {
      if (text) { remember(JSON.parse(text).servers.map(function (s) { return s.address; })); }
    });
  }

  /* elsewhere finds another server that can give numbers now, but only when
     this page's own cannot. It gives null when there is none. */
  function elsewhere(done) {
    var others = told.servers.slice(1);
    if (looking || moving || !others.length) { done(null); return; }
    looking = true;
    var found = function (address) { looking = false; done(address); };
    ask('/readyz', function (ready) {
      if (ready) { found(null); return; }
      var left = others.length, first = null;
      others.forEach(function (address) {
        ask(address + '/readyz', function (ready) {
          left--;
          if (ready && !first) { first = address; found(address); }
          if (!left && !first) { found(null); }
        });
      });
    });
  }

  /* go opens this page at another server, with what it was doing. */
  function go(address, doing) {
    moving = true;
    var to = location.pathname + location.search, what = doing ? JSON.stringify(doing) : '';
    if (!told.pass && !told.device) {
      location.replace(address + to + (what ? '#' + encodeURIComponent(what) : ''));
      return;
    }
    /* The next server takes a pass only from a page that says where it is from. */
    var meta = document.createElement('meta');
    meta.name = 'referrer';
    meta.content = 'origin';
    document.head.appendChild(meta);
    var form = document.createElement('form'), fields = { pass: told.pass || '', device: told.device || '', to: to, doing: what }, name, field;
    form.method = 'post';
    form.action = address + '/session/pass';
    for (name in fields) {
      if (Object.prototype.hasOwnProperty.call(fields, name)) {
        field = document.createElement('input');
        field.type = 'hidden';
        field.name = name;
        field.value = fields[name];
        form.appendChild(field);
      }
    }
    document.body.appendChild(form);
    form.submit();
  }

  /* brought is what the page was doing at the other server, once. */
  function brought() {
    var text = location.hash.slice(1);
    if (!text) { return null; }
    window.history.replaceState(null, '', location.pathname + location.search);
    try { return JSON.parse(decodeURIComponent(text)); } catch (e) { return null; }
  }

  remember(told.servers);
  window.setInterval(refresh, REFRESH);
  return { elsewhere: elsewhere, go: go, brought: brought, caller: told.caller || '', page: told.page || '' };
})();

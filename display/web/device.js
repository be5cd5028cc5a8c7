/* A screen that the mall has let in says that it lives and how it does, and turns to what the administrator makes of it. ES5, for engines of 2018. */
var Device = (function () {
  'use strict';
  var EVERY = 20000, SOON = 1500;
  var paired = Servers.page, said = {}, timer = 0;

  function turn(now) {
    if (now.state === 'revoked') { location.replace('/pair'); } else if (now.page && now.page !== paired) { location.replace('/screen' + location.search); }
  }

  function tell() {
    window.clearTimeout(timer);
    timer = window.setTimeout(tell, EVERY);
    var x = new XMLHttpRequest(), mine = said;
    said = {};
    x.open('POST', '/api/devices/self');
    x.setRequestHeader('Content-Type', 'application/json');
    x.timeout = 8000;
    x.onload = function () { if (x.status === 200) { turn(JSON.parse(x.responseText)); } else if (x.status === 404) { location.replace('/pair'); } };
    x.onerror = x.ontimeout = function () {
      for (var name in mine) { if (!Object.prototype.hasOwnProperty.call(said, name)) { said[name] = mine[name]; } }
    };
    x.send(JSON.stringify(mine));
  }

  if (paired) { tell(); }
  return {
    /* report says something of this screen soon; what was said before and not told yet goes along. */
    report: function (name, value) {
      if (!paired) { return; }
      said[name] = value;
      window.clearTimeout(timer);
      timer = window.setTimeout(tell, SOON);
    }
  };
})();

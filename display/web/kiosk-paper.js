/* The kiosk's paper. A browser does not say whether the printer gave anything:
   what it does say is heard here, and the visitor, who looks for the slip, says
   the rest. The staff see it on the live page. */
const KioskPaper = (() => {
  'use strict';
  const PROOF = 3, SLOW = 10000;
  let quiet = PROOF, pages = 0; // visitors in a row who missed nothing

  // Whoever does not miss the paper may only be in a hurry: it takes several to end the alarm.
  function given() {
    quiet++;
    if (quiet === PROOF) { Device.report('printer', 'ok'); }
  }
  function missing() {
    quiet = 0;
    Device.report('printer', 'failed');
  }

  const clear = () => document.querySelectorAll('iframe.slip').forEach((f) => f.remove());

  // A frame loads an error page as gladly as a slip: first it is asked for.
  async function there(path) {
    const stop = new AbortController(), timer = setTimeout(() => stop.abort(), SLOW);
    try {
      const res = await fetch(path, { signal: stop.signal });
      await res.arrayBuffer();
      return res.ok;
    } catch (e) {
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  // The slip has its own page size: the browser never prints an A4 page.
  function send(path) {
    return new Promise((done) => {
      const f = document.createElement('iframe'), timer = setTimeout(() => done(false), SLOW);
      f.className = 'slip';
      f.title = 'slip';
      f.addEventListener('load', () => {
        clearTimeout(timer);
        const keys = document.activeElement;
        try { f.contentWindow.focus(); f.contentWindow.print(); done(true); } catch (e) { done(false); }
        window.focus();
        keys.focus(); // the slip's frame would keep the keys of access mode to itself
      });
      f.src = path;
      document.body.append(f);
    });
  }

  // print calls failed when it knows that no paper comes, unless the next slip is asked for by then.
  async function print(token, width, failed) {
    const mine = ++pages, path = '/api/tickets/' + token + '/ticket.pdf?paper=' + width;
    clear();
    if (await there(path) && mine === pages && await send(path)) { return; }
    if (mine === pages) { failed(); }
  }

  return { print, given, missing };
})();

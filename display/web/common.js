/* What the pages share: words, retries with one key, and a socket that comes back. */
const Antre = (() => {
  'use strict';

  const read = (id) => JSON.parse(document.getElementById(id).textContent);

  function fill(text, ...args) {
    return (text || '').replace(/\{(\d)\}/g, (_, n) => args[n]);
  }

  // Plain HTTP has no randomUUID; this has as much chance in it.
  function newKey() {
    const b = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('');
  }

  const wait = (ms) => new Promise((done) => setTimeout(done, ms));

  // caller is as whom this page asked another server, when it comes from one.
  let caller = '';
  const as = (who) => { caller = who; };

  // post asks until there is an answer, always with the same key: a lost
  // answer is the same ticket, not another one. Whenever there is none, stuck
  // may take the page elsewhere. more are further headers.
  async function post(path, body, key, patience, stuck, more) {
    const until = Date.now() + patience;
    for (let pause = 300; ; pause = Math.min(pause * 2, 3000)) {
      try {
        const stop = new AbortController();
        const timer = setTimeout(() => stop.abort(), 5000);
        const res = await fetch(path, {
          method: 'POST', credentials: 'same-origin', signal: stop.signal,
          headers: Object.assign({ 'Content-Type': 'application/json', 'Idempotency-Key': key, 'Accept-Language': document.documentElement.lang }, caller ? { 'Antre-Caller': caller } : {}, more),
          body: body ? JSON.stringify(body) : undefined,
        });
        const answer = res.status === 204 ? null : await res.json();
        clearTimeout(timer);
        if (res.status !== 503) { return { status: res.status, ok: res.ok, answer }; }
      } catch (e) { /* the network: ask again */ }
      if (stuck) { stuck(); }
      if (Date.now() > until) { return { status: 0, ok: false, answer: null }; }
      await wait(pause * (0.7 + Math.random() * 0.6));
    }
  }

  // listen keeps a socket open and says when it is not. A socket that is
  // silent for longer than it should be is closed and opened again.
  function listen(path, silence, onFrame, onLive) {
    let socket = null, heard = 0, tries = 0, epoch = '', rev = 0;
    const open = () => {
      const mine = new WebSocket((location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host + path + '?lang=' + document.documentElement.lang);
      socket = mine;
      heard = Date.now();
      mine.onmessage = (e) => {
        if (socket !== mine) { return; }
        const frame = JSON.parse(e.data);
        heard = Date.now();
        tries = 0;
        onLive(true);
        if (frame.epoch !== epoch) { epoch = frame.epoch; rev = 0; }
        if (frame.rev > rev) { rev = frame.rev; onFrame(frame); }
      };
      mine.onclose = () => { if (socket === mine) { again(); } };
    };
    const again = () => {
      const old = socket;
      socket = null;
      if (old) { old.close(); }
      onLive(false);
      tries++;
      setTimeout(open, Math.min(3000, 250 * tries) * (0.5 + Math.random() / 2));
    };
    setInterval(() => { if (socket && Date.now() - heard > silence) { again(); } }, 1000);
    open();
  }

  return { read, fill, newKey, wait, post, listen, as };
})();

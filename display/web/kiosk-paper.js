/* The kiosk's printer. A browser does not learn that the paper is out: whoever stands before it does. */
const KioskPaper = (() => {
  'use strict';
  const WELL = 2; // slips that came out after one that did not: somebody has put paper in
  let failing = false, well = 0;

  function lost() {
    failing = true;
    well = 0;
    Device.report('printer', 'failed');
  }

  // The slip has its own page size: the browser never prints an A4 page. A slip that cannot be had is told at once.
  async function print(path, onLost) {
    document.querySelectorAll('iframe.slip').forEach((f) => f.remove());
    try {
      const res = await fetch(path);
      if (!res.ok) { throw new Error('no slip'); }
    } catch (e) {
      lost();
      onLost();
      return;
    }
    const f = KioskView.el('iframe', 'slip');
    f.title = 'slip';
    f.addEventListener('load', () => { try { f.contentWindow.focus(); f.contentWindow.print(); } catch (e) { lost(); onLost(); } });
    f.src = path;
    document.body.append(f);
  }

  // taken: a visitor went away and did not say that nothing came out.
  function taken() {
    if (failing && ++well >= WELL) {
      failing = false;
      Device.report('printer', 'ok');
    }
  }

  return { print, lost, taken };
})();

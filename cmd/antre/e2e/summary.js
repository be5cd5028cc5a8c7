// Says what ran, from the files of go test -json, and shows what failed. A
// test that was skipped proves nothing, so it fails the run.
'use strict';
const fs = require('fs');
const count = { pass: 0, fail: 0, skip: 0 }, packages = new Set(), output = new Map(), running = new Set(), bad = [];
for (const file of process.argv.slice(2)) {
  for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
    let e;
    try { e = JSON.parse(line); } catch { continue; }
    const name = e.Package + ' ' + (e.Test || '');
    if (e.Action === 'output' || e.Action === 'build-output') { output.set(name, (output.get(name) || '') + e.Output); }
    if (e.Action === 'run') { running.add(name); }
    if (!(e.Action in count)) { continue; }
    running.delete(name);
    if (e.Test) { count[e.Action]++; packages.add(e.Package); }
    if (e.Action === 'fail' || (e.Action === 'skip' && e.Test)) { bad.push(name); if (!e.Test) { count.fail += e.FailedBuild ? 1 : 0; } }
  }
}
for (const name of bad) { console.log('--- ' + name + '\n' + (output.get(name) || '')); }
// A program that dies leaves its tests without an end; what it said is theirs.
for (const name of bad.length ? running : []) { console.log('--- cut off: ' + name + '\n' + (output.get(name) || '').split('\n').slice(0, 60).join('\n')); }
for (const [name, text] of output) { if (bad.length && !name.trim().includes(' ') && /build|undefined|error/.test(text)) { console.log(text); } }
console.log(`antre: go vet, golangci-lint, es-check ES5, and ${count.pass + count.fail + count.skip} tests in ${packages.size} packages: ${count.pass} passed, ${count.fail} failed, ${count.skip} skipped`);
process.exit(bad.length ? 1 : 0);

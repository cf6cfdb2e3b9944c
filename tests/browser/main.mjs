// Holds the pages of the demonstration portal to the bars of README.md. tests/browser/run starts it.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { writeBreaks } from './breaks.mjs';
import { differences, filesBelow, htmlValidate, nu, weights } from './files.mjs';
import { kinds } from './kinds.mjs';
import { loaded } from './loaded.mjs';
import { features, markup } from './markup.mjs';
import { spoiled } from './spoiled.mjs';
import { onePolicy, serve } from './server.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const REPOSITORY = path.join(HERE, '../..');
const LOADED = ['console', 'storage', 'reflow', 'targets', 'breaks'];
const BARS = ['same-bytes', 'nu', 'html-validate', 'weights', ...Object.keys(markup), ...LOADED, ...Object.keys(kinds)];
/** The instant of the demonstration, and a later one at which nothing has changed by the passing of time. */
const INSTANTS = ['2026-11-22T09:00:00+07:00', '2026-11-24T23:00:00+07:00'];

const { values: given } = parseArgs({
  options: { prakat: { type: 'string' }, site: { type: 'string' }, only: { type: 'string' }, try: { type: 'boolean' } },
});
// Only the headings of the demonstration portal have been read.
const wanted = new Set(given.only?.split(',') ?? BARS.filter((bar) => bar !== 'breaks' || !given.site));
for (const bar of wanted) if (!BARS.includes(bar)) throw new Error(`no bar ${bar}; there are ${BARS.join(', ')}`);

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'prakat-browser-'));
const browser = await chromium.launch({
  executablePath: execFileSync('sh', ['-c', `command -v "${process.env.CHROMIUM ?? 'chromium'}"`], { encoding: 'utf8' }).trim(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});
const policy = onePolicy(['docs/deploy.md', 'src/serve/http/response.rs'].map((file) => path.join(REPOSITORY, file)));

/** What is in all pages, as the bars on markup need it: one page of the browser reads them all. */
async function read(folder, bars) {
  const sizes = Object.fromEntries(filesBelow(folder).map((name) => [name, fs.statSync(path.join(folder, name)).size]));
  const names = Object.keys(sizes).filter((name) => name.endsWith('.html'));
  const texts = Object.fromEntries(names.map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]));
  const page = await browser.newPage();
  const functions = Object.entries(markup).filter(([bar]) => bars.has(bar)).map(([bar, check]) => [bar, `({${check}}).${bar}`]);
  const result = await page.evaluate(`((texts, sizes) => {
    const features = ${features};
    const checks = { ${functions.map(([bar, code]) => `${JSON.stringify(bar)}: ${code}`).join(', ')} };
    const docs = Object.entries(texts).map(([name, text]) => [name, new DOMParser().parseFromString(text, 'text/html')]);
    const ids = Object.fromEntries(docs.map(([name, doc]) => [name, [...doc.querySelectorAll('[id]')].map((e) => e.id)]));
    const bases = [...new Set(docs.filter(([name]) => name === 'index.html').map(([, doc]) => doc.querySelector('link[rel=canonical]')?.getAttribute('href')))].filter(Boolean);
    return docs.map(([name, doc]) => {
      const url = 'http://site.invalid/' + name.replace(/(^|\\/)index\\.html$/, '$1').split('/').map(encodeURIComponent).join('/');
      const says = Object.entries(checks).flatMap(([bar, check]) => check(doc, { sizes, url, ids, bases }).map((text) => [bar, text]));
      return { name, says, features: features(doc), moves: !!doc.querySelector('meta[http-equiv=refresh]') };
    });
  })(${JSON.stringify(texts)}, ${JSON.stringify(sizes)})`);
  await page.close();
  return result;
}

/** As few pages as show everything that pages show. */
function oneOfEach(pages) {
  const left = new Set(pages.flatMap((page) => page.features));
  const chosen = [];
  while (left.size) {
    const gain = (page) => page.features.filter((feature) => left.has(feature)).length;
    const best = pages.reduce((a, b) => (gain(b) > gain(a) ? b : a));
    best.features.forEach((feature) => left.delete(feature));
    chosen.push(best.name);
  }
  return chosen.sort();
}

/** Holds a built site to some bars. */
async function hold(folder, bars) {
  const found = [];
  const report = (bar, page, says) => found.push({ bar, page, says });
  const all = (bar, list) => list.forEach(({ page, says }) => report(bar, page, says));
  if (bars.has('nu')) all('nu', nu(folder));
  if (bars.has('html-validate')) all('html-validate', htmlValidate(folder));
  if (bars.has('weights')) all('weights', weights(folder));
  const pages = await read(folder, bars);
  for (const page of pages) for (const [bar, says] of page.says) report(bar, page.name, says);
  // A page that sends readers on at once is gone before anything can be asked of it.
  const staying = pages.filter((page) => !page.moves);
  const server = await serve(folder, policy);
  const slow = await serve(folder, policy, 300);
  if ([...LOADED, 'hosts'].some((bar) => bars.has(bar))) {
    await loaded(browser, server.origin, staying.map((page) => page.name), bars, report);
  }
  const chosen = oneOfEach(staying);
  const jobs = chosen.flatMap((name) => Object.keys(kinds).filter((bar) => bars.has(bar)).map((bar) => [name, bar]));
  const work = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      const [name, bar] = job;
      const { origin } = bar === 'cls' ? slow : server;
      const address = new URL(name.replace(/(^|\/)index\.html$/, '$1'), origin).href;
      const late = setTimeout(() => { throw new Error(`${bar} does not come to an end on ${name}`); }, 120_000);
      for (const says of await kinds[bar](browser, address)) report(bar, name, says);
      clearTimeout(late);
    }
  };
  await Promise.all([work(), work()]);
  server.close();
  slow.close();
  return { found, pages: pages.length, chosen };
}

/** Each bar must pass the small good site and report each way in which that site can be spoiled. */
async function tryBars(bars) {
  const good = path.join(HERE, 'good');
  const { found } = await hold(good, bars);
  const wrong = found.map(({ bar, page, says }) => `${bar}: reports the good site: ${page}: ${says}`);
  for (const bar of bars) {
    if (!spoiled.some((way) => way.bar === bar)) wrong.push(`${bar}: nothing shows that it can fail`);
  }
  for (const [number, { bar, file, from, to, expected }] of spoiled.entries()) {
    if (!bars.has(bar)) continue;
    const folder = path.join(scratch, `spoiled-${number}`);
    fs.cpSync(good, folder, { recursive: true });
    const text = fs.readFileSync(path.join(folder, file), 'utf8');
    if (!text.includes(from)) wrong.push(`${bar}: ${file} of the good site has no ${from}`);
    fs.writeFileSync(path.join(folder, file), text.replace(from, () => to));
    const findings = bar === 'same-bytes'
      ? differences([good, folder])
      : (await hold(folder, new Set([bar]))).found;
    if (!findings.some(({ says }) => says.includes(expected))) {
      wrong.push(`${bar}: does not report ${to}: ${JSON.stringify(findings.map(({ says }) => says))}`);
    }
  }
  return wrong;
}

/** Builds the demonstration portal: at two instants between which nothing changes, and with one thread. */
function build() {
  const builds = [[INSTANTS[0]], [INSTANTS[1]], [INSTANTS[0], '-j', '1']];
  return builds.map(([at, ...more], number) => {
    const folder = path.join(scratch, `site-${number}`);
    execFileSync(path.resolve(given.prakat), ['build', '-q', '--at', at, '-o', folder, ...more], { cwd: REPOSITORY, stdio: ['ignore', 'ignore', 'inherit'] });
    return folder;
  });
}

let failed = 0;
try {
  if (given.try || (!given.only && !given.site)) {
    const wrong = await tryBars(wanted);
    wrong.forEach((line) => console.log(line));
    if (wrong.length) throw new Error('bars that do not work');
    console.log(`Each bar passes a good site and reports a spoiled one (${spoiled.length} ways).`);
  }
  const sites = given.site ? [given.site] : build();
  const { found, pages, chosen } = await hold(sites[0], wanted);
  if (process.env.UPDATE && wanted.has('breaks')) {
    await hold(path.join(HERE, 'good'), new Set(['breaks']));
    writeBreaks();
  }
  if (wanted.has('same-bytes')) differences(sites).forEach(({ page, says }) => found.push({ bar: 'same-bytes', page, says }));
  console.log(`${pages} pages; one of each kind: ${chosen.join(' ')}`);
  for (const bar of BARS.filter((name) => wanted.has(name))) {
    const own = found.filter((finding) => finding.bar === bar);
    if (own.length) failed += 1;
    console.log(own.length ? `${bar}: ${own.length} findings` : `${bar}: ok`);
    own.slice(0, 10).forEach(({ page, says }) => console.log(`  ${page}: ${says}`));
    if (own.length > 10) console.log(`  … and ${own.length - 10} more`);
  }
  console.log(`bars: ${wanted.size - failed} passed, ${failed} failed`);
} finally {
  await browser.close();
  fs.rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

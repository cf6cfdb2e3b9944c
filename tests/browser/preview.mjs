// What `prakat serve` is held to in a browser. tests/browser/run starts it after the bars.

import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { nu } from './files.mjs';
import { kinds } from './kinds.mjs';
import { loaded } from './loaded.mjs';
import { markup } from './markup.mjs';

const REPOSITORY = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const INSTANT = '2026-11-22T09:00:00+07:00';
/** Longer than any of it takes on a busy machine. */
const PATIENCE = 30_000;
const ITEM = 'content/services/sign-tax.md';
const ITEM_PAGE = 'services/sign-tax/';
const THEME_CSS = 'themes/default/static/assets/prakat.css';
const DESK = '_prakat/';

const { values: given } = parseArgs({ options: { prakat: { type: 'string' } } });
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'prakat-preview-'));
const browser = await chromium.launch({
  executablePath: execFileSync('sh', ['-c', `command -v "${process.env.CHROMIUM ?? 'chromium'}"`], { encoding: 'utf8' }).trim(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});

/** A copy of the demonstration portal with a preview of it. */
class Preview {
  constructor(folder, child, origin) {
    Object.assign(this, { folder, child, origin });
  }

  static async start(...options) {
    const folder = fs.mkdtempSync(path.join(scratch, 'portal-'));
    for (const name of ['site.toml', 'content', 'themes']) {
      fs.cpSync(path.join(REPOSITORY, name), path.join(folder, name), { recursive: true });
    }
    return Preview.of(folder, '0', ...options);
  }

  /** A preview of a folder. It may take the port of one that ended. */
  static async of(folder, port, ...options) {
    const child = spawn(path.resolve(given.prakat), ['serve', '--port', port, '--at', INSTANT, ...options], {
      cwd: folder, stdio: ['ignore', 'ignore', 'pipe'],
    });
    const lines = createInterface({ input: child.stderr });
    const origin = await new Promise((found, failed) => {
      lines.on('line', (line) => { const address = /http:\/\/[^/\s]+/.exec(line); if (address) found(address[0]); });
      child.on('exit', () => failed(new Error('the preview ended')));
    });
    return new Preview(folder, child, origin);
  }

  read(name) {
    return fs.readFileSync(path.join(this.folder, name), 'utf8');
  }

  /** As editors save: another file takes the place. */
  write(name, text) {
    const file = path.join(this.folder, name);
    fs.writeFileSync(`${file}~`, text);
    fs.renameSync(`${file}~`, file);
  }

  async stop() {
    this.child.removeAllListeners('exit');
    const ended = new Promise((done) => { this.child.on('exit', done); });
    this.child.kill();
    await ended;
  }
}

const found = [];
/** Told of what does not hold. */
const expect = (holds, says) => { if (!holds) found.push(says); };
/** Waits until a function of the page gives true, and says what did not come to pass. */
const comes = async (page, says, check, argument) => {
  const came = await page.waitForFunction(check, argument, { timeout: PATIENCE }).catch(() => null);
  expect(came, says);
};
/** A page whose console must stay empty. */
const open = async (address, options = {}) => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 600 }, reducedMotion: 'reduce', ...options });
  page.on('console', (m) => { if (/error|warning/.test(m.type())) found.push(`console: ${m.text()}`); });
  page.on('pageerror', (error) => found.push(`console: ${error}`));
  await page.goto(address, { waitUntil: 'load' });
  return page;
};

const has = (text) => document.querySelector('main')?.innerText.includes(text);
const box = (text) => document.getElementById('prakat-errors')?.innerText.includes(text);

/** An edit shows without any action; an error is shown over the last good page, and goes. */
async function edits(preview) {
  const page = await open(`${preview.origin}/${ITEM_PAGE}`);
  const good = preview.read(ITEM);
  const height = await page.evaluate(() => { scrollTo(0, 400); return scrollY; });
  expect(height === 400, `the page scrolls to ${height}, not to 400`);
  preview.write(ITEM, `${good}\nถ้อยคำใหม่ท้ายหน้า\n`);
  await comes(page, 'an edit does not show', has, 'ถ้อยคำใหม่ท้ายหน้า');
  await comes(page, 'the scroll is lost when a page is loaded again', () => scrollY === 400);

  preview.write(ITEM, `${good.replace('---\n', '---\npublish_untill: 2569-12-01\n')}\nเสีย\n`);
  for (const part of [ITEM, 'publish_untill: 2569-12-01', 'publish_until`']) {
    await comes(page, `the error box does not say ${part}`, box, part);
  }
  expect(await page.evaluate(has, 'ถ้อยคำใหม่ท้ายหน้า'), 'the last good page is not under the error box');
  await overlay(page);
  preview.write(ITEM, `${good}\nหายแล้ว\n`);
  await comes(page, 'the fixed page does not show', has, 'หายแล้ว');
  await comes(page, 'the error box stays', () => !document.getElementById('prakat-errors'));
  preview.write(ITEM, good);
  await page.close();
}

/** The error box is heard once, folds by the keyboard, stays folded, and holds nobody. */
async function overlay(page) {
  for (const says of await kinds.axe(browser, page.url())) found.push(`error box: ${says}`);
  const heard = () => document.querySelectorAll('#prakat-errors [role=alert]').length;
  expect(await page.evaluate(heard) === 1, 'a new error is not announced');
  await page.reload();
  await comes(page, 'the error box is gone after loading again', box, ITEM);
  expect(await page.evaluate(heard) === 0, 'the same error is announced again');
  await page.keyboard.press('Escape');
  await comes(page, 'Escape does not fold the error box', () => document.querySelector('#prakat-errors details:not([open])'));
  await page.reload();
  await comes(page, 'a folded box unfolds', () => document.querySelector('#prakat-errors details:not([open])'));
  await page.locator('#prakat-errors summary').focus();
  await page.keyboard.press('Enter');
  await comes(page, 'Enter does not unfold the error box', () => document.querySelector('#prakat-errors details[open]'));
  await page.keyboard.press('Shift+Tab');
  expect(await page.evaluate(() => !document.activeElement.closest('#prakat-errors')), 'the error box holds the focus');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  const left = await page.evaluate(() => {
    const end = document.querySelector('footer').getBoundingClientRect().bottom;
    return { end, top: document.getElementById('prakat-errors').getBoundingClientRect().top, height: innerHeight };
  });
  expect(left.end <= left.top + 1, 'on a phone the error box covers the end of the page');
  expect(left.top > left.height * 0.4, 'on a phone the error box leaves no page to read');
}

/** A browser opens six connections to a host: any number of tabs must do with them. */
async function tabs(preview) {
  const good = preview.read(ITEM);
  const context = await browser.newContext();
  const tab = async (address, prepare = () => {}) => {
    const page = await context.newPage();
    await prepare(page);
    await page.goto(`${preview.origin}/${address}`, { waitUntil: 'load', timeout: PATIENCE });
    return page;
  };
  const pages = [];
  for (let number = 0; number < 12; number += 1) pages.push(await tab(ITEM_PAGE));
  // Some browsers have no shared worker.
  pages.push(await tab(ITEM_PAGE, (page) => page.addInitScript(() => { delete window.SharedWorker; })));
  const edit = async (running, text, when) => {
    running.write(ITEM, `${good}\n${text}\n`);
    await Promise.all(pages.map((page, number) => comes(page, `${when}: an edit does not show in tab ${number + 1}`, has, text)));
  };
  await edit(preview, 'ถ้อยคำในทุกแท็บ', 'many tabs');
  const list = await tab(DESK);
  expect(await list.locator('tbody').count() > 0, 'the desk is empty in one tab more');
  // The tab that came first holds nothing that the others need.
  await pages.shift().close();
  await edit(preview, 'แท็บแรกปิดแล้ว', 'the first tab is closed');
  // A page without its script follows nothing.
  await Promise.all(pages.map((page) => page.waitForLoadState('load')));
  await preview.stop();
  const again = await Preview.of(preview.folder, new URL(preview.origin).port, '--watch');
  await edit(again, 'เริ่มใหม่แล้ว', 'the preview was started again');
  again.write(ITEM, good);
  await context.close();
  return again;
}

/** A style sheet is swapped without a page load. */
async function styles(preview) {
  const page = await open(`${preview.origin}/${ITEM_PAGE}`);
  await page.evaluate(() => { window.marker = true; });
  preview.write(THEME_CSS, `${preview.read(THEME_CSS)}\nmain{outline:7px solid rgb(1,2,3)}\n`);
  await comes(page, 'a style sheet is not swapped', () => getComputedStyle(document.querySelector('main')).outlineWidth === '7px');
  await comes(page, 'the old style sheet stays', () => document.querySelectorAll('link[rel=stylesheet][href*="prakat.css"]').length === 1);
  expect(await page.evaluate(() => window.marker), 'the page was loaded again for a style sheet');
  await page.close();
}

/** What is withheld says so, on the screen and on paper, also while its file has errors. */
async function withheld() {
  const preview = await Preview.start('--watch', '--preview');
  const name = 'content/services/venue-fee-revision-draft.md';
  const page = await open(`${preview.origin}/services/venue-fee-revision-draft/`);
  const marked = async (when) => {
    const says = await page.evaluate(() => {
      const band = document.querySelector('.prakat-band');
      const stamp = band && getComputedStyle(band, '::after');
      return {
        robots: document.querySelector('meta[name=robots][content~=noindex]') !== null,
        band: band?.checkVisibility() && band.innerText.length > 10,
        stamp: stamp?.content,
        place: stamp?.position,
      };
    });
    expect(says.robots, `${when}: no noindex`);
    expect(says.band, `${when}: no band`);
    return says;
  };
  expect((await marked('on the screen')).stamp === 'none', 'the watermark is on the screen');
  await page.emulateMedia({ media: 'print' });
  const paper = await marked('on paper');
  expect(/\p{L}/u.test(paper.stamp) && paper.place === 'fixed', 'no watermark on paper');
  await page.emulateMedia({ media: 'screen' });
  for (const says of await kinds.axe(browser, page.url())) found.push(`band: ${says}`);
  preview.write(name, preview.read(name).replace('---\n', '---\npublish_untill: 2569-12-01\n'));
  await comes(page, 'no error box over a withheld page', box, name);
  await marked('under an error box');
  await page.close();
  await preview.stop();
}

/** The desk is held to the bars of pages, and does its work by the keyboard and without scripts. */
async function desk(preview) {
  preview.write(ITEM, `${preview.read(ITEM)}\n[หาย](./gone.md)\n`);
  preview.write('content/plans/tax-collection-2569/unused.csv', 'a,b\n1,2\n');
  const address = `${preview.origin}/${DESK}`;
  const bars = new Set(['console', 'storage', 'reflow', 'targets', 'hosts']);
  await loaded(browser, preview.origin, [`${DESK}index.html`], bars, (bar, _, says) => found.push(`desk: ${bar}: ${says}`));
  for (const bar of ['axe', 'keyboard', 'forced-colors', 'motion']) {
    for (const says of await kinds[bar](browser, address)) found.push(`desk: ${bar}: ${says}`);
  }
  const folder = path.join(scratch, 'desk');
  fs.mkdirSync(path.join(folder, DESK), { recursive: true });
  for (const name of ['', 'desk.css', 'live.css', 'icon.svg']) {
    const text = await (await fetch(address + name)).text();
    fs.writeFileSync(path.join(folder, DESK, name || 'index.html'), text);
  }
  for (const { page, says } of nu(folder)) found.push(`desk: nu: ${page}: ${says}`);

  const page = await open(address);
  const rules = Object.entries(markup).filter(([bar]) => ['headings', 'tables'].includes(bar));
  for (const [bar, rule] of rules) {
    for (const says of await page.evaluate(`({${rule}}).${bar}(document)`)) found.push(`desk: ${bar}: ${says}`);
  }
  const rows = () => [...document.querySelectorAll('tbody')].map((item) => item.innerText);
  const count = page.locator('[role=status]');
  const all = Number(/\d+/.exec((await page.locator('#items').innerText()).replace(/^[^(]*/, ''))[0]);
  expect((await page.evaluate(rows)).length === Math.min(all, 100), 'the desk does not show a hundred items');
  await page.keyboard.press('/');
  await page.keyboard.type('ภาษีป้าย sign-tax');
  await comes(page, 'typing a title and a part of the file name does not leave one row', () => document.querySelectorAll('tbody').length === 1);
  const [one] = await page.evaluate(rows);
  expect(one.includes(ITEM) && one.includes('./gone.md'), `typing a title and a part of the file name leaves ${one}`);
  expect(/\b1\b/.test(await count.innerText()) && (await count.innerText()).includes(all), `announced: ${await count.innerText()}`);
  // An edit elsewhere: the list of items shows it and stays as it was, the caret too.
  preview.write(ITEM, preview.read(ITEM).replace('gone.md', 'gone-too.md'));
  await comes(page, 'the desk does not follow edits', () => document.querySelector('main')?.innerText.includes('./gone-too.md'));
  await page.keyboard.press('Backspace');
  expect(await page.locator('#text').inputValue() === 'ภาษีป้าย sign-ta', 'the filter or its caret is lost when the portal changes');
  await page.locator('#text').fill('');
  await page.locator('input[name=wrong]').check();
  await comes(page, 'what is wrong is not at its row', (name) => location.search === '?wrong=on' && document.querySelector('main').innerText.includes(name), 'plans/tax-collection-2569/index.md');
  await page.locator('input[name=wrong]').uncheck();
  await comes(page, 'the filter does not go', () => location.search === '');
  const sorted = (order) => document.querySelector('thead th').getAttribute('aria-sort') === order;
  const first = () => document.querySelector('tbody code').textContent;
  await page.locator('thead a').first().focus();
  await page.keyboard.press('Enter');
  await comes(page, 'Enter on a head does not sort', sorted, 'ascending');
  const top = await page.evaluate(first);
  await page.keyboard.press('Enter');
  await comes(page, 'Enter on a head does not turn the order, or the focus is lost', sorted, 'descending');
  expect(top !== await page.evaluate(first), 'turning the order moves nothing');
  if (all > 100) {
    await page.locator('#next').focus();
    await page.keyboard.press('Enter');
    await comes(page, 'Enter leads to no further page', () => new URLSearchParams(location.search).get('page') === '2' && document.activeElement.id === 'next' || document.getElementById('previous'));
  }
  await page.close();

  const plain = await open(address, { javaScriptEnabled: false });
  await plain.locator('#text').fill('sign-tax');
  await plain.locator('#apply').click();
  await plain.waitForLoadState();
  expect(await plain.locator('tbody').count() === 1 && await plain.locator('#text').inputValue() === 'sign-tax', 'without scripts the desk filters nothing');
  await plain.locator('thead a').first().click();
  await plain.waitForLoadState();
  expect(await plain.locator('th[aria-sort=ascending]').count() === 1 && await plain.locator('tbody').count() === 1, 'without scripts the desk sorts nothing');
  await plain.close();
}

try {
  let preview = await Preview.start('--watch');
  preview = await tabs(preview);
  await edits(preview);
  await styles(preview);
  await desk(preview);
  await preview.stop();
  await withheld();
  found.forEach((says) => console.log(`preview: ${says}`));
  console.log(found.length ? `preview: ${found.length} findings` : 'preview: ok');
} finally {
  await browser.close();
  fs.rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = found.length ? 1 : 0;

// What readers do with a list: narrow, sort, turn pages, share, go back, and all of it without scripts.
// A small portal is written, built and served. tests/browser/run starts this after the bars.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { htmlValidate, nu } from './files.mjs';
import { kinds } from './kinds.mjs';
import { onePolicy, serve } from './server.mjs';

const REPOSITORY = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const INSTANT = '2026-11-22T09:00:00+07:00';
/** Longer than any of it takes on a busy machine. */
const PATIENCE = 20_000;
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

const { values: given } = parseArgs({ options: { prakat: { type: 'string' }, keep: { type: 'string' }, only: { type: 'string' } } });
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'prakat-lists-'));

const SETTINGS = `[site]
title = "เทศบาลเมืองตัวอย่าง"
base_url = "https://muang.example.go.th/below/"
language = "th"
timezone = "Asia/Bangkok"
calendar = "buddhist"
fiscal_year_start = "10-01"

[[categories]]
id = "works"
title = "งานจ้าง"
view = "table"
columns = ["kind", "way", "budget", "bids_until", "state"]
facets = ["kind", "unit", "fiscal_year", "tag", "state", "way", "has_site_visit"]
per_page = 5

[[categories]]
id = "staff"
title = "ทำเนียบบุคลากร"
view = "cards"
columns = ["post", "tel"]
facets = ["unit"]
dates = false
sort = "title"

[[categories]]
id = "news"
title = "ข่าว"
facets = ["tag"]

[people.clerk]
name = "นายรอบคอบ สมมติการ"
position = "ปลัดเทศบาล"
approves = ["*"]

[[kinds]]
id = "call"
title = "ประกาศเชิญชวน"
step = 10
[[kinds.fields]]
id = "project"
label = "เลขที่โครงการ"
type = "text"
role = "thread"
[[kinds.fields]]
id = "way"
label = "วิธีจัดหา"
type = "choice"
choices = [{ id = "open-bidding", label = "ประกวดราคา" }, { id = "selection", label = "คัดเลือก" }]
required = true
[[kinds.fields]]
id = "budget"
label = "วงเงินงบประมาณ"
type = "money"
[[kinds.fields]]
id = "bids_until"
label = "ยื่นข้อเสนอถึง"
type = "datetime"
role = "deadline"
[[kinds.fields]]
id = "has_site_visit"
label = "มีการดูสถานที่"
type = "boolean"
[[kinds.fields]]
id = "papers"
label = "เอกสารที่ต้องยื่น"
type = "text"
list = true
[[kinds.fields]]
id = "map"
label = "แผนที่"
type = "url"
[[kinds.fields]]
id = "ask"
label = "สอบถาม"
type = "phone"

[[kinds]]
id = "officer"
title = "บุคลากร"
[[kinds.fields]]
id = "post"
label = "ตำแหน่ง"
type = "text"
[[kinds.fields]]
id = "tel"
label = "โทรศัพท์"
type = "phone"

[[kinds]]
id = "review"
title = "ผลการตรวจสอบ"
step = 20
[[kinds.fields]]
id = "project"
label = "เลขที่โครงการ"
type = "text"
role = "thread"

[[kinds]]
id = "result"
title = "ผู้ชนะการเสนอราคา"
step = 30
[[kinds.fields]]
id = "project"
label = "เลขที่โครงการ"
type = "text"
role = "thread"
[[kinds.fields]]
id = "bidders"
label = "ผู้เสนอราคา"
type = "group"
list = true
[[kinds.fields.fields]]
id = "name"
label = "ชื่อ"
type = "text"
required = true
[[kinds.fields.fields]]
id = "price"
label = "ราคาที่เสนอ"
type = "money"
[[kinds.fields.fields]]
id = "ask"
label = "โทรศัพท์"
type = "phone"
`;

const item = (category, front, text = 'ข้อความของเรื่องนี้') => `---\napprover: clerk\npublish_from: 2569-10-05\ncategory: ${category}\n${front.trim()}\n---\n\n${text}\n`;

/** Fourteen calls, three of them open, and two results. The dearest has the most digits, not the first letter. */
function works() {
  const files = {};
  for (let n = 1; n <= 14; n += 1) {
    const isOpen = n > 11;
    files[`works/call-${n}.md`] = item('works', `
title: ${n % 2 ? 'ซ่อมถนน' : 'ขุดท่อ'} สายที่ ${n}
kind: call
unit: ${n % 3 ? 'กองช่าง' : 'กองคลัง'}
fiscal_year: ${n > 7 ? 2570 : 2569}
tags: [${n % 2 ? 'ถนน' : 'ท่อระบายน้ำ'}]
extra:
  project: P-${n}
  way: ${n % 4 ? 'open-bidding' : 'selection'}
  budget: ${n === 5 ? '1250000.50' : n * 9000}
  bids_until: ${isOpen ? `2569-12-${n} 16:30` : `2569-11-${String(n).padStart(2, '0')} 16:30`}
  has_site_visit: ${n % 5 === 0}
  papers: [หนังสือรับรอง, หลักประกัน]
  map: https://maps.example.com/${n}
  ask: 0 5600 0200 ต่อ ${n}`);
  }
  for (const n of [1, 2]) {
    files[`works/result-${n}.md`] = item('works', `
title: ผลการจ้าง สายที่ ${n}
kind: result
unit: กองช่าง
extra:
  project: P-${n}
  bidders:
    - { name: ห้างหุ้นส่วนจำกัด สมมติโยธา, price: 8900, ask: "0 5600 0201" }
    - { name: บริษัท สมมติการทาง จำกัด, price: 9100.25 }`);
  }
  return files;
}

function write(portal) {
  const files = { 'site.toml': SETTINGS };
  const content = { '_index.md': `---\napprover: clerk\npublish_from: 2569-10-01\ntitle: หน้าแรก\n---\n`, ...works() };
  for (const [n, unit] of ['กองช่าง', 'กองคลัง', 'กองช่าง'].entries()) {
    content[`staff/person-${n}.md`] = item('staff', `title: นางตัวอย่าง สมมติคน ${n + 1}\nkind: officer\nunit: ${unit}\nextra:\n  post: หัวหน้าฝ่าย\n  tel: 0 5600 010${n}`);
    content[`news/news-${n}.md`] = item('news', `title: ข่าวที่ ${n + 1}\nsummary: สรุปข่าวที่ ${n + 1}\ntags: [ข่าวดี, "เขต ${n}"]`);
  }
  for (const [name, text] of Object.entries(content)) files[`content/${name}`] = text;
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(portal, name)), { recursive: true });
    fs.writeFileSync(path.join(portal, name), text);
  }
}

const portal = path.join(scratch, 'portal');
const site = given.keep ? path.resolve(given.keep) : path.join(scratch, 'site');
write(portal);
execFileSync(path.resolve(given.prakat), ['build', '-q', '--at', INSTANT, '-o', site], { cwd: portal, stdio: ['ignore', 'inherit', 'inherit'] });

const policy = onePolicy(['docs/deploy.md', 'src/serve/http/response.rs'].map((file) => path.join(REPOSITORY, file)));
const server = await serve(site, policy);
const browser = await chromium.launch({
  executablePath: execFileSync('sh', ['-c', `command -v "${process.env.CHROMIUM ?? 'chromium'}"`], { encoding: 'utf8' }).trim(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});

const found = [];
/** Told of what does not hold. */
const expect = (holds, says) => { if (!holds) found.push(says); };
/** A page whose console must stay empty. Its clock is far ahead: no state may depend on it. */
const open = async (name, options = {}) => {
  const page = await browser.newPage({ viewport: DESKTOP, ...options });
  page.setDefaultTimeout(PATIENCE);
  await page.addInitScript(() => {
    const later = Date.now() + 4e12;
    Date.now = () => later;
    window.shifts = 0;
    new PerformanceObserver((list) => { for (const e of list.getEntries()) window.shifts += e.value; }).observe({ type: 'layout-shift', buffered: true });
  });
  page.on('console', (m) => { if (/error|warning/.test(m.type())) found.push(`${name}: console: ${m.text()}`); });
  page.on('pageerror', (error) => found.push(`${name}: console: ${error}`));
  await page.goto(`${server.origin}/${name}`, { waitUntil: 'load' });
  return page;
};
/** Waits until a function of the page gives what is expected, and says what it gave instead. */
const comes = async (page, what, check, expected) => {
  const wanted = JSON.stringify(expected);
  let is = '';
  for (const start = performance.now(); performance.now() - start < 5_000;) {
    is = JSON.stringify(await page.evaluate(check)).replace(/\u00a0/g, ' ');
    if (is === wanted) return;
    await page.waitForTimeout(20);
  }
  found.push(`${what}: ${is}, not ${wanted}`);
};

const titles = () => [...document.querySelectorAll('.listing tbody th, .listing h3')].map((one) => one.textContent.trim().replace(/\u00a0/g, ' '));
const status = () => document.querySelector('.listing [role=status]').textContent;
const search = () => decodeURIComponent(location.search);
const foot = () => [...document.querySelectorAll('.listing tfoot :is(th,td)')].map((one) => one.textContent.replace(/\s+/g, ' ')).filter(Boolean);
const tick = (page, name) => page.locator('#pk-narrow label').filter({ hasText: name }).locator('input').first();

async function narrows() {
  const page = await open('works/');
  const first = await page.evaluate(titles);
  const whole = await page.evaluate(foot);
  expect(first.length === 5, `the first page shows ${first.length} rows, not 5`);
  await tick(page, 'ผู้ชนะการเสนอราคา').check();
  await comes(page, 'rows of one kind', titles, ['ผลการจ้าง สายที่ 1', 'ผลการจ้าง สายที่ 2']);
  await comes(page, 'what was found', status, 'พบ 2 รายการ จากทั้งหมด 16 รายการ');
  await comes(page, 'the address', search, '?by=kind/result');
  await comes(page, 'how many of the other kind there would be', () => document.querySelector('#pk-narrow label:has([type=checkbox])').lastElementChild.textContent, '14');
  await tick(page, 'ผู้ชนะการเสนอราคา').uncheck();
  await comes(page, 'rows when nothing is chosen', titles, first);
  await comes(page, 'the address when nothing is chosen', search, '');
  await comes(page, 'the sums when nothing is chosen', foot, whole);

  // Values of one facet add up, facets cut.
  await tick(page, 'เปิดรับ').check();
  await comes(page, 'open ones, at whatever time it is', status, 'พบ 3 รายการ จากทั้งหมด 16 รายการ');
  await tick(page, 'กองคลัง').check();
  await comes(page, 'open ones of one unit', titles, ['ขุดท่อ สายที่ 12']);
  await tick(page, 'กองช่าง').check();
  await comes(page, 'open ones of either unit', status, 'พบ 3 รายการ จากทั้งหมด 16 รายการ');
  await comes(page, 'the sum of what is found', foot, ['รวมทั้งหมด 3 รายการ', '351,000']);
  await page.locator('#pk-narrow .words button').click();
  await comes(page, 'rows when choices are cleared', titles, first);
  for (const [name, count] of [['คัดเลือก', 3], ['ใช่', 2], ['2570', 7], ['ท่อระบายน้ำ', 7]]) {
    await tick(page, new RegExp(`^${name}`)).check();
    await comes(page, `found of ${name}`, status, `พบ ${count} รายการ จากทั้งหมด 16 รายการ`);
    await tick(page, new RegExp(`^${name}`)).uncheck();
  }

  // Words, in Thai digits too.
  await page.locator('#pk-words').fill('ถนน สายที่ ๑๓');
  await comes(page, 'rows with words and a number', titles, ['ซ่อมถนน สายที่ 13']);
  await page.locator('#pk-words').fill('ไม่มีคำนี้');
  await comes(page, 'rows with a word that is nowhere', titles, []);
  expect((await page.evaluate(status)).startsWith('ไม่พบ'), 'nothing is said when nothing is found');
  await page.close();
}

async function sorts() {
  const page = await open('works/');
  const first = await page.evaluate(titles);
  const head = page.getByRole('button', { name: 'วงเงินงบประมาณ' });
  await head.focus();
  await page.keyboard.press('Enter');
  await comes(page, 'the lowest budget first', () => document.querySelector('.listing tbody th').textContent, 'ซ่อมถนน สายที่ 1');
  await comes(page, 'aria-sort', () => document.querySelector('[aria-sort]').getAttribute('aria-sort'), 'ascending');
  await page.keyboard.press('Enter');
  await comes(page, 'the highest budget first', () => document.querySelector('.listing tbody th').textContent, 'ซ่อมถนน สายที่ 5');
  await comes(page, 'the order in the address', search, '?sort=-budget');
  await page.keyboard.press('Enter');
  await comes(page, 'rows in their own order', titles, first);
  // By words in their declared order, by deadlines as they come, and by numbers in titles. tests/js/ has all orders.
  const by = async (name, times) => {
    for (let n = 0; n < times; n += 1) await page.getByRole('button', { name }).click();
    await page.waitForTimeout(50);
  };
  await by('วิธีจัดหา', 2);
  await comes(page, 'the last word first', () => document.querySelector('.listing tbody th').textContent.trim(), 'ขุดท่อ สายที่ 4');
  await by('ยื่นข้อเสนอ', 1);
  await comes(page, 'the next deadline first, then the last one that passed', titles, [12, 13, 14, 11, 10].map((n) => `${n % 2 ? 'ซ่อมถนน' : 'ขุดท่อ'} สายที่ ${n}`));
  await by('เรื่อง', 1);
  await comes(page, 'titles by their numbers', titles, [2, 4, 6, 8, 10].map((n) => `ขุดท่อ สายที่ ${n}`));
  await page.close();
}

async function turnsAndComesBack() {
  const page = await open('works/');
  await page.locator('#pk-words').fill('สายที่');
  await comes(page, 'what was found', status, 'พบ 16 รายการ จากทั้งหมด 16 รายการ');
  const next = page.locator('.listing nav button').last();
  await next.click();
  await comes(page, 'the address of the second page', search, '?q=สายที่&page=2');
  await comes(page, 'the focus after a page is turned', () => document.activeElement.id, 'pk-list');
  const second = await page.evaluate(titles);
  expect(second.length === 5, `the second page shows ${second.length} rows`);
  await page.reload();
  await comes(page, 'rows when the address is opened again', titles, second);
  await page.locator('.listing tbody a').first().click();
  await page.waitForSelector('[data-prakat=item]');
  await page.goBack();
  await comes(page, 'rows when the reader comes back', titles, second);
  await page.goForward();
  await page.waitForSelector('[data-prakat=item]');
  await page.close();

  const term = await open('works/by/kind/call/');
  await comes(term, 'what is ticked on the page of a value', () => [...document.querySelectorAll('#pk-narrow :checked')].length, 1);
  await tick(term, 'ผู้ชนะการเสนอราคา').check();
  await comes(term, 'found with a second value', status, 'พบ 16 รายการ จากทั้งหมด 16 รายการ');
  await tick(term, 'ผู้ชนะการเสนอราคา').uncheck();
  await comes(term, 'the address of the page of a value', search, '');
  await tick(term, 'ประกาศเชิญชวน').uncheck();
  await comes(term, 'found with no value at all', status, 'พบ 16 รายการ จากทั้งหมด 16 รายการ');
  await comes(term, 'the address with no value at all', search, '?by=');
  await term.close();

  // Columns come and go with their values.
  const heads = () => [...document.querySelectorAll('.listing thead th:not([hidden])')].map((one) => one.dataset.id).join(' ');
  const isInLine = () => [...document.querySelectorAll('.listing tr')].every((row) => [...row.cells].every((cell, n) => cell.hidden === document.querySelector('.listing thead tr').cells[n].hidden));
  const results = await open('works/by/kind/result/');
  await comes(results, 'columns with a value', heads, 'title kind');
  await tick(results, 'ประกาศเชิญชวน').check();
  await comes(results, 'columns of both kinds', heads, 'title kind way budget bids_until state');
  await comes(results, 'cells below their heads', isInLine, true);
  await comes(results, 'how many there are, said once', () => document.querySelector('#pk-list').textContent, 'พบ 16 รายการ จากทั้งหมด 16 รายการ');
  await tick(results, 'ประกาศเชิญชวน').uncheck();
  await comes(results, 'columns as before', heads, 'title kind');
  await comes(results, 'cells as before', isInLine, true);
  await results.close();
}

/** By keys alone: to a box, to a row. */
async function byKeys() {
  const page = await open('works/');
  await tick(page, 'กองคลัง').focus();
  await page.keyboard.press('Space');
  await comes(page, 'found by the space bar', status, 'พบ 4 รายการ จากทั้งหมด 16 รายการ');
  expect(await page.evaluate(() => document.activeElement.type) === 'checkbox', 'the focus is lost when a box is ticked');
  for (const said of await inEveryTry(() => kinds.keyboard(browser, page.url()))) found.push(`keys: ${said}`);
  await page.close();
}

async function withoutScript() {
  const page = await open('works/', { javaScriptEnabled: false });
  expect(!await page.locator('#pk-words').isVisible(), 'a field of no use is shown without scripts');
  expect((await page.evaluate(titles)).length === 5, 'without scripts the list is not there');
  await page.locator('#pk-narrow a', { hasText: 'เปิดรับ' }).click();
  await page.waitForLoadState();
  expect(page.url().endsWith('/works/by/state/open/'), `without scripts a value leads to ${page.url()}`);
  expect((await page.evaluate(titles)).length === 3, 'the page of open ones does not show three');
  await page.close();

  const phone = await open('works/', { javaScriptEnabled: false, viewport: PHONE });
  expect(!await phone.locator('#pk-narrow a').first().isVisible(), 'on a phone the values are not folded');
  await phone.locator('#pk-narrow summary').click();
  expect(await phone.locator('#pk-narrow a').first().isVisible(), 'on a phone the values do not unfold');
  await phone.close();
}

/** Without list.json the page stays as it was, with a word about it. */
async function failing() {
  const page = await browser.newPage({ viewport: DESKTOP });
  await page.route('**/list.json', (route) => route.abort());
  await page.goto(`${server.origin}/works/`);
  const links = await page.evaluate(() => document.querySelectorAll('#pk-narrow li').length);
  const first = await page.evaluate(titles);
  await tick(page, 'เปิดรับ').click();
  await comes(page, 'links after a failure', () => document.querySelectorAll('#pk-narrow li>a').length, links);
  await comes(page, 'rows after a failure', titles, first);
  await comes(page, 'buttons after a failure', () => document.querySelectorAll('.listing button').length, 0);
  expect((await page.evaluate(status)).startsWith('กรอง'), 'a failure is not said');
  await page.close();
}

/** What each of three tries says. On a busy machine a page may be looked at before its script has run. */
async function inEveryTry(look) {
  let says = await look();
  for (let tries = 1; says.length && tries < 3; tries += 1) {
    const again = await look();
    says = says.filter((said) => again.includes(said));
  }
  return says;
}

const PAGES = ['works/', 'works/page/2/', 'works/by/kind/call/', 'works/?by=state/open&sort=-budget', 'staff/', 'news/', 'tags/', 'units/',
  'works/call-1/', 'works/call-13/', 'works/result-1/', 'units/กองช่าง/', 'tags/ข่าวดี/'];

/** The bars of the theme on the pages of this portal, and on a narrowed list. */
async function bars() {
  nu(site).forEach(({ page, says }) => found.push(`nu: ${page}: ${says}`));
  htmlValidate(site).forEach(({ page, says }) => found.push(`html-validate: ${page}: ${says}`));
  for (const name of PAGES) {
    // What an address has chosen is shown by the script alone.
    for (const bar of ['axe', 'scripts', 'print', 'forced-colors', 'motion'].filter((one) => one !== 'scripts' || !name.includes('?'))) {
      for (const says of await kinds[bar](browser, `${server.origin}/${name}`)) found.push(`${bar}: ${name}: ${says}`);
    }
    for (const viewport of [DESKTOP, PHONE, { width: 320, height: 700 }]) {
      const says = await inEveryTry(async () => {
        const page = await open(name, { viewport });
        await page.waitForTimeout(100);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        const shifts = await page.evaluate(() => window.shifts);
        await page.close();
        return [
          ...(wider > 0 ? [`${name}: too wide for ${viewport.width} px`] : []),
          ...(shifts > 0.02 && !name.includes('?') ? [`${name}: layout shift at ${viewport.width} px`] : []),
        ];
      });
      found.push(...says);
    }
  }
  const page = await open('works/');
  await page.evaluate(() => document.querySelector('.listing tbody tr:last-child').scrollIntoView({ block: 'start' }));
  expect(await page.evaluate(() => document.querySelector('.listing thead th').getBoundingClientRect().top) >= 0, 'the head of a table does not stay in sight');
  await page.close();
}

try {
  const scenarios = [narrows, sorts, turnsAndComesBack, byKeys, withoutScript, failing, bars];
  for (const scenario of scenarios.filter(({ name }) => !given.only || given.only.split(',').includes(name))) {
    await scenario().catch((error) => found.push(`${scenario.name}: ${error}`));
  }
  found.forEach((says) => console.log(`lists: ${says}`));
  console.log(found.length ? `lists: ${found.length} findings` : 'lists: ok');
} finally {
  await browser.close();
  server.close();
  fs.rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = found.length ? 1 : 0;

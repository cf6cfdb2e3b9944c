// What readers do with a long table from a file: search, sort, turn pages, and all of it without scripts or without the JSON.
// A small portal is written, built and served. tests/browser/run starts this after the bars.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { kinds } from './kinds.mjs';
import { onePolicy, serve } from './server.mjs';

const REPOSITORY = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const PATIENCE = 20_000;
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const ROWS = 450;

const { values: given } = parseArgs({ options: { prakat: { type: 'string' }, shots: { type: 'string' } } });
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'prakat-tables-'));

const SETTINGS = `[site]
title = "เทศบาลเมืองตัวอย่าง"
base_url = "https://muang.example.go.th/below/"
language = "th"
timezone = "Asia/Bangkok"
calendar = "buddhist"
digits = "thai"

[[categories]]
id = "works"
title = "งานจ้าง"

[people.clerk]
name = "นายรอบคอบ สมมติการ"
position = "ปลัดเทศบาล"
approves = ["*"]
`;
const ITEM = `---
title: ผลการจัดซื้อจัดจ้าง
category: works
approver: clerk
publish_from: 2569-10-01
---

\`\`\`table
file: works.csv
caption: ผลการจัดซื้อจัดจ้าง ปีงบประมาณ 2569
total: sum
\`\`\`
`;
const rows = Array.from({ length: ROWS }, (_, n) => `${n + 1},งานซ่อมถนนสายที่ ${n + 1},${(n * 7919) % 1000}.50,2569-10-${String(1 + (n % 28)).padStart(2, '0')}`);
const FILES = { 'site.toml': SETTINGS, 'content/works/list/index.md': ITEM, 'content/works/list/works.csv': ['ลำดับ,งาน,วงเงิน,วันที่', ...rows, ''].join('\n') };

const portal = path.join(scratch, 'portal'), site = path.join(scratch, 'site');
for (const [name, text] of Object.entries(FILES)) {
  fs.mkdirSync(path.dirname(path.join(portal, name)), { recursive: true });
  fs.writeFileSync(path.join(portal, name), text);
}
execFileSync(path.resolve(given.prakat), ['build', '-q', '--at', '2026-11-22T09:00:00+07:00', '-o', site], { cwd: portal, stdio: ['ignore', 'inherit', 'inherit'] });

const policy = onePolicy(['docs/deploy.md', 'src/serve/http/response.rs'].map((file) => path.join(REPOSITORY, file)));
const server = await serve(site, policy);
const browser = await chromium.launch({
  executablePath: execFileSync('sh', ['-c', `command -v "${process.env.CHROMIUM ?? 'chromium'}"`], { encoding: 'utf8' }).trim(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});
const ADDRESS = `${server.origin}/works/list/`;
const found = [];
const expect = (holds, says) => { if (!holds) found.push(says); };
const open = async (options = {}) => {
  const page = await browser.newPage({ viewport: DESKTOP, ...options });
  page.setDefaultTimeout(PATIENCE);
  page.on('console', (m) => { if (/error|warning/.test(m.type())) found.push(`console: ${m.text()}`); });
  page.on('pageerror', (error) => found.push(`console: ${error}`));
  await page.goto(ADDRESS, { waitUntil: 'load' });
  return page;
};
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
const shape = () => { const all = [...document.querySelectorAll('.table tbody tr')]; return [all.length, (all[0]?.textContent ?? '').replace(/\u00a0/g, ' ')]; };
const status = () => document.querySelector('.table [role=status]').textContent;
const FIRST = 'แสดง ๒๐๐ แถวแรก จากทั้งหมด ๔๕๐ แถว ดูครบทุกแถวได้ในไฟล์ด้านล่าง';
const ROW_1 = '๑งานซ่อมถนนสายที่ 1๐.๕๐๑ ต.ค. ๒๕๖๙';

async function searches() {
  const page = await open();
  await comes(page, 'the first rows', shape, [200, ROW_1]);
  await page.locator('.table input').fill('สายที่ ๔๔๙');
  await comes(page, 'what was found', status, '๑ จากทั้งหมด ๔๕๐ แถว');
  await comes(page, 'the row that was found', shape, [1, `๔๔๙งานซ่อมถนนสายที่ 449${'๗๑๒.๕๐'}๑ ต.ค. ๒๕๖๙`]);
  await page.locator('.table input').fill('ไม่มีงานนี้');
  await comes(page, 'that nothing was found', status, 'ไม่มีแถวที่มีคำนี้');
  await page.locator('.table input').fill('');
  await comes(page, 'the first rows again', shape, [200, ROW_1]);
  await comes(page, 'what they are', status, FIRST);
  await page.close();
}

async function sortsAndTurns() {
  const page = await open();
  await page.locator('.table th button').nth(2).press('Enter');
  await comes(page, 'the order', () => document.querySelectorAll('.table th')[2].getAttribute('aria-sort'), 'ascending');
  await page.locator('.table th button').nth(2).press('Enter');
  await comes(page, 'the other order', () => document.querySelectorAll('.table th')[2].getAttribute('aria-sort'), 'descending');
  await comes(page, 'the most expensive', () => document.querySelector('.table tbody tr').cells[2].textContent, '๙๙๙.๕๐');
  await page.locator('.table th button').nth(2).press('Enter');
  await comes(page, 'the order of the file', shape, [200, ROW_1]);
  await page.getByRole('button', { name: 'ถัดไป' }).press('Enter');
  await comes(page, 'the second page', shape, [200, '๒๐๑งานซ่อมถนนสายที่ 201๘๐๐.๕๐๕ ต.ค. ๒๕๖๙']);
  await comes(page, 'where the keyboard is', () => document.activeElement.className.split(' ')[0], 'wide');
  await page.getByRole('button', { name: 'ถัดไป' }).press('Enter');
  await comes(page, 'the last page', status, '๔๕๐ จากทั้งหมด ๔๕๐ แถว หน้า ๓ จาก ๓');
  await page.close();
}

/** Without the JSON the page is what it is without scripts. */
async function failing() {
  const page = await browser.newPage({ viewport: DESKTOP });
  await page.route('**/*.json', (route) => route.abort());
  await page.goto(ADDRESS);
  await page.locator('.table th button').first().click();
  await comes(page, 'buttons after a failure', () => document.querySelectorAll('.table :is(button,input)').length, 0);
  await comes(page, 'rows after a failure', shape, [200, ROW_1]);
  await comes(page, 'what they are after a failure', status, FIRST);
  await page.close();
}

async function withoutScript() {
  const page = await open({ javaScriptEnabled: false });
  expect(!await page.locator('.table input').isVisible(), 'a field that does nothing is in sight');
  expect(await page.locator('.table [role=status]').textContent() === FIRST, 'without scripts nobody says that rows are left out');
  await page.close();
}

async function bars() {
  for (const bar of ['axe', 'scripts', 'print', 'forced-colors', 'motion']) {
    for (const says of await kinds[bar](browser, ADDRESS)) found.push(`${bar}: ${says}`);
  }
  for (const viewport of [DESKTOP, PHONE]) {
    const page = await open({ viewport });
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `too wide for ${viewport.width} px`);
    if (given.shots) await page.screenshot({ path: path.join(given.shots, `table-${viewport.width}.png`) });
    await page.close();
  }
}

try {
  for (const scenario of [searches, sortsAndTurns, failing, withoutScript, bars]) {
    await scenario().catch((error) => found.push(`${scenario.name}: ${error}`));
  }
  found.forEach((says) => console.log(`tables: ${says}`));
  console.log(found.length ? `tables: ${found.length} findings` : 'tables: ok');
} finally {
  await browser.close();
  server.close();
  fs.rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = found.length ? 1 : 0;

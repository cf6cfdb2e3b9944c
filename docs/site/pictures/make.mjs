// Makes the pictures of the manual: terminals from what the program prints, pages from what it serves.

import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { png } from './png.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const CONTENT = path.join(HERE, '../content');
const { chromium } = createRequire(path.join(HERE, '../../../tests/browser/'))('playwright-core');
const PRAKAT = process.env.PRAKAT;
const AT = '2026-11-27T09:00';
const ITEM = 'content/procurement/street-lamps/index.md';
const LANGUAGES = [
  { tag: 'th', locale: 'th_TH.UTF-8', title: 'เทศบาลนครสายธารา', page: 'index.md', end: '', today: '2569-11-27' },
  { tag: 'en', locale: 'en_GB.UTF-8', title: 'Saithara City Municipality', page: 'index.en.md', end: '-en', today: '2026-11-27' },
];

const browser = await chromium.launch({
  executablePath: execFileSync('sh', ['-c', `command -v "${process.env.CHROMIUM ?? 'chromium'}"`], { encoding: 'utf8' }).trim(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
// Styles of this file would be against the policy of the pages.
const context = await browser.newContext({ viewport: { width: 1280, height: 640 }, bypassCSP: true });
const tab = await context.newPage();
// Pages that the program serves may not fetch a picture; an empty one may.
const reader = await context.newPage();

const FONTS = path.join(HERE, '../../../themes/default/static/assets/fonts');

/** The typeface of the pages, which a first visit may otherwise show without, and which the dashboard leaves to the computer. */
const TYPEFACE = ['thai', 'latin'].flatMap((script) => [400, 700].map((weight) => {
  const font = fs.readFileSync(path.join(FONTS, `sarabun-${script}-${weight}-normal.woff2`)).toString('base64');
  const range = script === 'thai' ? 'U+E00-E7F,U+200C-200D,U+25CC' : 'U+0-DFF,U+1E00-1FFF,U+2000-200B,U+200E-2FFF';
  return `@font-face{font-family:Sarabun;font-weight:${weight};src:url(data:font/woff2;base64,${font});unicode-range:${range}}`;
})).join('');
const EVERYWHERE = `${TYPEFACE} *:not(code):not(kbd):not(pre){font-family:Sarabun,sans-serif!important}`;

/** Saves what the tab shows, or one element of it. */
async function save(target, name, language, options = {}) {
  const bytes = await target.screenshot(options);
  const { pixels, width, height } = await reader.evaluate(async (address) => {
    const image = await createImageBitmap(await (await fetch(address)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
    canvas.drawImage(image, 0, 0);
    const { data, width, height } = canvas.getImageData(0, 0, image.width, image.height);
    let text = '';
    for (let at = 0; at < data.length; at += 32768) text += String.fromCharCode(...data.subarray(at, at + 32768));
    return { pixels: btoa(text), width, height };
  }, `data:image/png;base64,${bytes.toString('base64')}`);
  const file = path.join(CONTENT, `${name}${language.end}.png`);
  fs.writeFileSync(file, png(Buffer.from(pixels, 'base64'), width, height));
  console.log(`${path.relative(CONTENT, file)}: ${fs.statSync(file).size} bytes`);
}

/** Draws a terminal with commands and what they print. */
async function terminal(name, language, session) {
  const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const lines = session.map((line) => (line.startsWith('$ ') ? `<b>${escape(line)}</b>` : escape(line)));
  await tab.goto('about:blank');
  await tab.setContent(`<style>
    ${TYPEFACE} body{margin:0;background:#fff} main{width:760px;margin:0;background:#1e1e24;color:#e8e8e8;border-radius:8px;overflow:hidden}
    header{background:#3a3a44;color:#ddd;font:13px sans-serif;padding:7px 14px} pre{margin:0;padding:12px 14px 16px;
    font:14px/1.65 "DejaVu Sans Mono",Sarabun,monospace;white-space:pre-wrap;overflow-wrap:anywhere} b{color:#ffd479}
    </style><main><header>Terminal</header><pre>${lines.join('\n')}</pre></main>`);
  await tab.evaluate(() => document.fonts.ready);
  await save(tab.locator('main'), name, language);
}

/** Runs the program as a reader would, on the day of the pages. */
function prakat(portal, language, words, dated = []) {
  const run = `"$0" "$@" 2>&1`;
  const options = { cwd: portal, encoding: 'utf8', env: { ...process.env, LANG: language.locale, LC_ALL: '' } };
  try {
    return execFileSync('sh', ['-c', run, PRAKAT, ...words, ...dated], options).trimEnd().split('\n');
  } catch (error) {
    return error.stdout.trimEnd().split('\n');
  }
}

/** Makes the examples of a new portal as old as the pages of the manual. */
function setBack(folder, language) {
  for (const name of fs.readdirSync(folder, { recursive: true })) {
    const file = path.join(folder, name);
    if (!name.endsWith('.md')) continue;
    const text = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, text.replace(/^publish_from: \d+-\d+-\d+/m, `publish_from: ${language.today}`));
  }
}

/** Saves pages of a preview: their first pixels, those from an element on, or one part. */
async function served(portal, language, flags, shots) {
  const words = ['serve', '--port', '0', '--at', AT, ...flags];
  const child = spawn(PRAKAT, words, { cwd: portal, env: { ...process.env, LANG: language.locale, LC_ALL: '' } });
  const address = await new Promise((resolve) => {
    child.stderr.on('data', (data) => { const found = /http:\/\/[\d.:]+/.exec(data); if (found) resolve(found[0]); });
  });
  for (const { page, name, height = 640, from, part } of shots) {
    await tab.setViewportSize({ width: 1280, height });
    await tab.goto(`${address}${page}`);
    await tab.addStyleTag({ content: EVERYWHERE });
    await tab.evaluate(() => document.fonts.ready);
    if (part) {
      await save(tab.locator(part), name, language);
      continue;
    }
    const y = from ? (await tab.locator(from).first().boundingBox()).y : 0;
    await save(tab, name, language, { fullPage: true, clip: { x: 0, y, width: 1280, height } });
  }
  child.kill();
}

/** A photograph and a PDF file for the tender. */
async function files(folder) {
  await tab.setViewportSize({ width: 640, height: 300 });
  await tab.goto('about:blank');
  await tab.setContent(`<style>body{margin:0}</style><svg viewBox="0 0 640 300" width="640" height="300">
    <path fill="#1c2b52" d="M0 0h640v300H0z"/><path fill="#2c4377" d="M0 150h640v80H0z"/><path fill="#20242e" d="M0 225h640v75H0z"/>
    <path stroke="#e9d9a0" stroke-width="4" stroke-dasharray="44 30" d="M0 264h640"/>
    ${[80, 240, 400, 560].map((x) => `<circle cx="${x + 36}" cy="74" r="34" fill="#ffdf8a" opacity=".22"/>
    <path d="M${x} 225V62q0-14 14-14h22" fill="none" stroke="#aab2c0" stroke-width="6"/><path d="M${x + 28} 48h20l6 16h-32z" fill="#ffe9ad"/>`).join('')}</svg>`);
  fs.writeFileSync(path.join(folder, 'lamp.jpg'), await tab.screenshot({ type: 'jpeg', quality: 80 }));
  fs.writeFileSync(path.join(folder, 'announcement.pdf'), await tab.pdf({ format: 'A4' }));
}

/** A block of a page of the manual, the first one if it is not said which. */
function block(page, fence, number = 1) {
  const text = fs.readFileSync(page, 'utf8');
  return text.split(`\`\`\`${fence}\n`)[number].split('\n```')[0] + '\n';
}

/** Makes a workbook with one sheet of rows that a page shows with commas between their cells. */
function workbook(file, text) {
  const office = 'http://schemas.openxmlformats.org';
  const escape = (cell) => cell.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const rows = text.trimEnd().split('\n').map((line, r) => {
    const cells = line.split(',').map((cell, c) => {
      const place = `${String.fromCharCode(65 + c)}${r + 1}`;
      return /^[\d.]+$/.test(cell) ? `<c r="${place}"><v>${cell}</v></c>` : `<c r="${place}" t="inlineStr"><is><t>${escape(cell)}</t></is></c>`;
    });
    return `<row r="${r + 1}">${cells.join('')}</row>`;
  });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'prakat-workbook-'));
  const parts = {
    '[Content_Types].xml': `<Types xmlns="${office}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${office}/package/2006/relationships"><Relationship Id="r1" Type="${office}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${office}/spreadsheetml/2006/main" xmlns:r="${office}/officeDocument/2006/relationships"><sheets><sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${office}/package/2006/relationships"><Relationship Id="r1" Type="${office}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${office}/spreadsheetml/2006/main"><sheetData>${rows.join('')}</sheetData></worksheet>`,
  };
  for (const [name, part] of Object.entries(parts)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), part);
  }
  execFileSync('zip', ['-qr', file, ...Object.keys(parts)], { cwd: folder });
  fs.rmSync(folder, { recursive: true });
}

/** Writes a file of the portal, and its folder. */
function write(portal, name, text) {
  const file = path.join(portal, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

/** Pictures of the pages in `write/`, from the items that these pages show. */
async function writing(portal, language) {
  const page = (slug) => path.join(CONTENT, 'write', slug, language.page);
  write(portal, 'content/news/water-off.md', block(page('notice'), 'markdown'));
  write(portal, 'content/procurement/road/index.md', block(page('tender'), 'markdown'));
  await files(path.join(portal, 'content/procurement/road'));
  write(portal, 'content/procurement/road-winner.md', block(page('tender'), 'markdown', 2));
  write(portal, 'content/procurement/road-contract.md', block(page('tender'), 'markdown', 3));
  write(portal, 'content/plans/spending/index.md', block(page('table'), 'markdown', 3));
  workbook(path.join(portal, 'content/plans/spending/spending.xlsx'), block(page('table'), 'csv'));
  await served(portal, language, ['--preview'], [
    { page: '/news/water-off/', name: 'write/notice/notice', height: 760 },
    { page: '/procurement/road/', name: 'write/tender/tender', from: 'main', height: 760 },
    { page: '/plans/spending/', name: 'write/table/table', from: 'main', height: 700 },
  ]);
  const steps = ['road/index.md', 'road-winner.md', 'road-contract.md'].map((name) => `content/procurement/${name}`);
  prakat(portal, language, ['approve', ...steps, '--as', 'clerk'], ['--on', AT.slice(0, 10)]);
  await served(portal, language, [], [{ page: '/procurement/road/', name: 'write/tender/thread', part: '[data-prakat=thread]' }]);
}

for (const language of LANGUAGES) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'prakat-pictures-'));
  const portal = path.join(scratch, 'portal');
  const init = ['init', 'portal', '--title', language.title, '--base-url', 'https://saithara.example.go.th/'];
  const made = prakat(scratch, language, init);
  const command = `$ prakat init portal --title "${language.title}" --base-url https://saithara.example.go.th/`;
  await terminal('start/first-hour/init', language, [
    `$ export LANG=${language.locale}`, command, ...made.slice(0, 4), '…', ...made.slice(made.indexOf('portal/site.toml')),
  ]);
  setBack(path.join(portal, 'content'), language);
  await served(portal, language, ['--preview'], [{ page: '/', name: 'start/first-hour/preview' }]);

  prakat(portal, language, ['new', 'procurement/street-lamps', '--kind', 'tender'], ['--at', AT]);
  await files(path.join(portal, path.dirname(ITEM)));
  fs.writeFileSync(path.join(portal, ITEM), block(path.join(CONTENT, 'start/first-hour', language.page), 'markdown'));
  await served(portal, language, ['--preview'], [
    { page: '/procurement/street-lamps/', name: 'start/first-hour/tender', from: 'main', height: 1150 },
    { page: '/_prakat/', name: 'run/daily/dashboard', height: 700 },
  ]);

  const approved = prakat(portal, language, ['approve', ITEM, '--as', 'clerk'], ['--on', AT.slice(0, 10)]);
  await terminal('approve/approve/approve', language, [`$ prakat approve ${ITEM} --as clerk`, ...approved]);
  await served(portal, language, [], [{ page: '/procurement/', name: 'start/first-hour/public', height: 760 }]);

  const wrong = path.join(portal, 'content/news/bridge.md');
  const title = language.tag === 'th' ? 'ปิดสะพานสายธารา ๒ เพื่อซ่อมแซม' : 'Saithara 2 bridge closed for repair';
  fs.writeFileSync(wrong, `---\ntitle: ${title}\ncategory: news\npublish_from: ${language.today}\npublish_untill: ${language.today}\n---\n`);
  const checked = prakat(portal, language, ['check', '-q'], ['--at', AT]);
  await terminal('run/when-it-fails/error', language, ['$ prakat check -q', ...checked]);
  fs.rmSync(wrong);
  await writing(portal, language);
  fs.rmSync(scratch, { recursive: true });
}
await browser.close();

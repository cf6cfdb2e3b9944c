// Bars on every page as it is loaded, on a screen 320 px wide.

import { breaks } from './breaks.mjs';

const IN_STYLE = {
  'with the text spacing of WCAG 1.4.12': '*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}',
  'with text at 150 %': 'html{font-size:150%!important}',
};

/** Sheets made by script are no inline styles: the policy lets them be. */
const withStyle = (page, css) => page.evaluate((text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = text ? [sheet] : [];
}, css);

const sideways = () => {
  const wide = document.documentElement.scrollWidth;
  if (wide <= innerWidth) return '';
  const reaches = [...document.querySelectorAll('body *')]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.wide'))
    .map((e) => `${e.localName}.${e.className}`);
  return `${wide} px wide: ${reaches.slice(0, 3).join(', ')}`;
};

const cut = () => [...document.querySelectorAll('body *')].filter((e) => {
  const style = getComputedStyle(e);
  // The last crumb repeats the title below it, and may end in an ellipsis.
  if (e.matches('[aria-current=page]') && style.textOverflow === 'ellipsis') return false;
  return /hidden|clip/.test(style.overflowX + style.overflowY) && e.clientWidth > 1 && e.textContent.trim()
    && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
}).map((e) => `${e.localName}.${e.className}`);

const low = () => {
  const controls = 'a[href],button,input:not([type=hidden]),select,textarea,summary,[role=button],[role=link]';
  return [...document.querySelectorAll(controls)].filter((e) => !e.disabled && e.checkVisibility()).flatMap((e) => {
    const rects = [...e.getClientRects()].filter((r) => r.width > 0);
    // A link around a picture or a card is as high as what it holds.
    const bad = rects.find((r) => r.height < 23.5);
    return bad ? [`${e.localName} "${e.textContent.trim().slice(0, 40)}" is ${bad.height.toFixed(1)} px high`] : [];
  });
};

/** Loads every page and reports what the bars find. */
export async function loaded(browser, origin, pages, bars, report) {
  const left = [...pages];
  const work = () => holdPages(browser, origin, left, bars, report);
  await Promise.all([work(), work()]);
}

async function holdPages(browser, origin, left, bars, report) {
  const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
  const page = await context.newPage();
  let console_ = [];
  let foreign = [];
  page.on('console', (m) => { if (/error|warning/.test(m.type())) console_.push(m.text()); });
  page.on('pageerror', (e) => console_.push(String(e)));
  page.on('request', (r) => { if (new URL(r.url()).origin !== origin) foreign.push(r.url()); });
  for (let name = left.shift(); name; name = left.shift()) {
    console_ = [];
    foreign = [];
    const reportFor = (bar, says) => { if (bars.has(bar)) report(bar, name, says); };
    await page.goto(new URL(name.replace(/(^|\/)index\.html$/, '$1'), origin).href, { waitUntil: 'load' });
    await page.evaluate(() => document.fonts.ready.then(() => {}));
    for (const text of console_) reportFor('console', text);
    for (const address of foreign) reportFor('hosts', `asks for ${address}`);
    if (bars.has('storage')) {
      const kept = await page.evaluate(async () => [
        ...Object.keys(localStorage).map((key) => `localStorage ${key}`),
        ...Object.keys(sessionStorage).map((key) => `sessionStorage ${key}`),
        ...(await indexedDB.databases()).map((database) => `indexedDB ${database.name}`),
        ...((await globalThis.caches?.keys()) ?? []).map((key) => `cache ${key}`),
      ]);
      for (const cookie of await context.cookies()) kept.push(`cookie ${cookie.name}`);
      for (const what of kept) reportFor('storage', `keeps something before the reader did anything: ${what}`);
      await context.clearCookies();
      await page.evaluate(() => { localStorage.clear(); sessionStorage.clear(); });
    }
    if (bars.has('targets')) for (const what of await page.evaluate(low)) reportFor('targets', what);
    if (bars.has('reflow')) {
      const plain = await page.evaluate(sideways);
      if (plain) reportFor('reflow', plain);
      for (const [how, css] of Object.entries(IN_STYLE)) {
        await withStyle(page, css);
        const wide = await page.evaluate(sideways);
        if (wide) reportFor('reflow', `${how} ${wide}`);
        for (const what of await page.evaluate(cut)) reportFor('reflow', `${how} text is cut off in ${what}`);
      }
    }
    if (bars.has('breaks')) for (const what of await breaks(page)) reportFor('breaks', what);
  }
  await context.close();
}

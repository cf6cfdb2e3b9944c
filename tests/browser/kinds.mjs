// Bars on one page of each kind: what takes long, or needs the page in several states.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import { gzipped } from './files.mjs';

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'wcag2aaa', 'wcag21aaa', 'wcag22aaa', 'best-practice'];
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

/** What axe finds on the page as it is, also by its AAA rules. It runs outside the page's own policy. */
async function axe(page, options = { runOnly: { type: 'tag', values: TAGS }, rules: { 'color-contrast-enhanced': { enabled: true } } }) {
  const found = await page.evaluate(`(async () => {
    if (!window.axe) { ${AXE} }
    const got = await axe.run(document, { ...${JSON.stringify(options)}, resultTypes: ['violations'] });
    return got.violations.map((v) => v.id + ': ' + v.help + ': ' + v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(', '));
  })()`);
  return found;
}

const open = async (page, address) => {
  await page.goto(address, { waitUntil: 'load' });
  await page.evaluate(() => document.fonts.ready.then(() => {}));
};

/** Each bar loads the page for itself and gives sentences. */
export const kinds = {
  async axe(browser, address) {
    const says = [];
    const page = await browser.newPage();
    for (const viewport of [DESKTOP, PHONE]) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        await open(page, address);
        for (const found of await axe(page)) says.push(`${colorScheme}, ${viewport.width} px: ${found}`);
      }
    }
    await page.emulateMedia({ colorScheme: 'light', contrast: 'more' });
    for (const found of await axe(page, { runOnly: ['color-contrast-enhanced', 'color-contrast'] })) says.push(`more contrast: ${found}`);
    await page.close();
    return says;
  },

  /** On a phone the menu opens, is as accessible as the rest, and Escape closes it. */
  async menu(browser, address) {
    const page = await browser.newPage({ viewport: PHONE });
    await open(page, address);
    const says = [];
    const button = page.locator('header button[popovertarget]').first();
    if (await button.count()) {
      const menu = page.locator('header nav');
      await button.click();
      if (!await menu.isVisible()) says.push('the menu does not open');
      for (const found of await axe(page)) says.push(`menu open: ${found}`);
      await page.keyboard.press('Escape');
      if (await menu.isVisible()) says.push('Escape does not close the menu');
    }
    await page.close();
    return says;
  },

  /** The Tab key reaches every control in the order of the page, the skip link first; focus can be seen. */
  async keyboard(browser, address) {
    const page = await browser.newPage({ viewport: DESKTOP, reducedMotion: 'reduce' });
    await open(page, address);
    // A list that its address narrows is filled by a script.
    await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
    const expected = await page.evaluate(() => {
      const controls = 'a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex="0"]';
      // Of radio buttons only the chosen one is a stop.
      const found = [...document.querySelectorAll(controls)]
        .filter((e) => !e.disabled && e.checkVisibility() && !(e.type === 'radio' && !e.checked));
      found.forEach((e, n) => { e.tabStop = n; });
      return found.length;
    });
    const says = [];
    let reached = -1;
    for (let presses = 0; presses < expected + 10 && reached < expected - 1; presses += 1) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(() => {
        const e = document.activeElement;
        if (!e || e === document.body) return null;
        const style = getComputedStyle(e);
        const box = e.getBoundingClientRect();
        return {
          number: e.tabStop ?? -1,
          name: `${e.localName} "${e.textContent.trim().slice(0, 40)}"`,
          ring: style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 3 && style.boxShadow !== 'none',
          seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
          skips: e.localName === 'a' && e.getAttribute('href') === `#${document.querySelector('main')?.id}`,
        };
      });
      if (!stop) break;
      if (presses === 0 && !stop.skips) says.push(`the first Tab stop is no link to the main part: ${stop.name}`);
      if (stop.number >= 0 && stop.number !== reached + 1) says.push(`Tab goes to ${stop.name} out of order`);
      if (!stop.ring) says.push(`no ring of two colours, 3 px wide, around ${stop.name}`);
      if (!stop.seen) says.push(`out of sight with the focus on it: ${stop.name}`);
      reached = Math.max(reached, stop.number);
    }
    if (reached < expected - 1) says.push(`Tab reaches ${reached + 1} of ${expected} controls`);
    await open(page, address);
    await page.keyboard.press('Tab');
    const skips = !says.some((text) => text.startsWith('the first Tab stop'));
    if (skips) await page.keyboard.press('Enter');
    if (skips && !await page.evaluate(() => document.activeElement?.localName === 'main')) says.push('the skip link does not lead into the main part');
    await page.close();
    return says;
  },

  /** Without scripts the page says the same but for what a script offers to press or to fill, and axe has nothing to say either. */
  async scripts(browser, address) {
    const text = async (javaScriptEnabled) => {
      const context = await browser.newContext({ viewport: PHONE, javaScriptEnabled });
      const page = await context.newPage();
      await page.goto(address, { waitUntil: 'load' });
      const read = await page.evaluate(() => {
        for (const control of document.querySelectorAll('main :is(label,button,.listing thead)')) control.style.display = 'none';
        return document.querySelector('main').innerText;
      });
      await context.close();
      return read;
    };
    const says = await text(false) === await text(true) ? [] : ['the main part differs without scripts'];
    // axe is a script itself, so here the page's own scripts are replaced by nothing.
    const page = await browser.newPage({ viewport: PHONE });
    await page.route(/\.m?js$/, (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
    await open(page, address);
    for (const found of await axe(page)) says.push(`without scripts: ${found}`);
    await page.close();
    return says;
  },

  /** On paper: no navigation, heads of tables on every page, totals once, and where it was printed from. */
  async print(browser, address) {
    // A4 less the margins of the style sheet: 182 mm.
    const page = await browser.newPage({ viewport: { width: 688, height: 1000 } });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await open(page, address);
    const says = await page.evaluate(() => {
      const found = [];
      const inked = (e) => e.checkVisibility() && e.getClientRects().length > 0;
      // A head of a table is printed, though a press of it sorts.
      for (const e of document.querySelectorAll('nav,button:not(th button),.skip,[data-prakat=languages]')) {
        if (inked(e)) found.push(`printed, but of no use on paper: ${e.localName}.${e.className}`);
      }
      const display = (selector) => [...document.querySelectorAll(selector)].map((e) => getComputedStyle(e).display);
      if (display('thead').some((d) => d !== 'table-header-group')) found.push('the head of a table does not repeat');
      if (display('tfoot').some((d) => d !== 'table-row-group')) found.push('the foot of a table repeats');
      const address_ = document.querySelector('link[rel=canonical]')?.href;
      if (address_ && ![...document.querySelectorAll('body *')].some((e) => inked(e) && !e.children.length && e.textContent.includes(address_))) {
        found.push('the address of the page is not printed');
      }
      const colour = (e, property) => getComputedStyle(e)[property];
      if (!/^(rgb\(255, 255, 255\)|rgba\(0, 0, 0, 0\))$/.test(colour(document.body, 'backgroundColor'))) found.push('the paper is not white');
      if (colour(document.body, 'color') !== 'rgb(0, 0, 0)') found.push('the ink is not black');
      if (document.documentElement.scrollWidth > innerWidth) found.push(`wider than A4: ${document.documentElement.scrollWidth} px`);
      const sheets = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
      const rules = sheets.flatMap((rule) => (rule.media?.mediaText === 'print' ? [...rule.cssRules] : [rule]));
      if (!rules.some((rule) => rule instanceof CSSPageRule && /a4/i.test(rule.cssText))) found.push('no page size A4');
      return found;
    });
    await page.close();
    return says;
  },

  /** In the colours of the system what is current or pressed still differs from its neighbours. */
  async 'forced-colors'(browser, address) {
    const page = await browser.newPage({ viewport: DESKTOP });
    await page.emulateMedia({ forcedColors: 'active' });
    await open(page, address);
    const says = await page.evaluate(() => {
      // Backgrounds are the system's own, whatever the style sheet says.
      const kept = (e) => {
        const s = getComputedStyle(e);
        return ['borderTopWidth', 'borderBottomWidth', 'borderTopStyle', 'borderBottomStyle', 'outlineStyle',
          'fontWeight', 'textDecorationLine'].map((property) => s[property]).join();
      };
      const found = [];
      for (const e of document.querySelectorAll('a[aria-current],[aria-pressed=true]')) {
        if (!e.checkVisibility()) continue;
        const peers = [...e.closest('ul,ol,[role=group]').querySelectorAll(e.localName)]
          .filter((other) => other !== e && !other.matches('[aria-current],[aria-pressed=true]'));
        if (peers.some((peer) => kept(peer) === kept(e))) found.push(`looks like its neighbours: ${e.textContent.trim()}`);
      }
      for (const e of document.querySelectorAll('body *')) {
        if (getComputedStyle(e).forcedColorAdjust === 'none') found.push(`keeps its own colours: ${e.localName}.${e.className}`);
      }
      return found;
    });
    await page.close();
    return says;
  },

  /** Who asks for less motion gets none. */
  async motion(browser, address) {
    const page = await browser.newPage({ viewport: DESKTOP });
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await open(page, address);
    const says = await page.evaluate(() => [...document.querySelectorAll('*')].flatMap((e) => {
      const style = getComputedStyle(e);
      const moves = [style.transitionDuration, style.animationDuration].some((d) => d.split(',').some((part) => parseFloat(part) > 0))
        || style.scrollBehavior === 'smooth';
      return moves ? [`moves: ${e.localName}.${e.className}`] : [];
    }));
    await page.close();
    return says;
  },

  /** What is read does not jump when fonts and pictures arrive: fonts come late from the server of this bar. */
  async cls(browser, address) {
    const says = [];
    for (const viewport of [DESKTOP, PHONE]) {
      const context = await browser.newContext({ viewport });
      const page = await context.newPage();
      await page.addInitScript(() => {
        window.shifts = 0;
        new PerformanceObserver((list) => { for (const e of list.getEntries()) window.shifts += e.value; })
          .observe({ type: 'layout-shift', buffered: true });
      });
      await open(page, address);
      const shifts = await page.evaluate(() => new Promise((done) => {
        requestAnimationFrame(() => requestAnimationFrame(() => done(window.shifts)));
      }));
      if (shifts > 0.1) says.push(`${viewport.width} px: layout shift ${shifts.toFixed(3)}, at most 0.1`);
      await context.close();
    }
    return says;
  },

  /** The first visit to a home page: requests, and bytes as they travel. */
  async visit(browser, address) {
    const context = await browser.newContext({ viewport: PHONE });
    const page = await context.newPage();
    const answers = [];
    page.on('response', (response) => answers.push(response));
    await page.goto(address, { waitUntil: 'networkidle' });
    let [all, fonts] = [0, 0];
    for (const answer of answers) {
      const body = await answer.body();
      const font = /\.woff2$/.test(answer.url());
      all += /\.(woff2|png|jpe?g|webp|avif|gif)$/.test(answer.url()) ? body.length : gzipped(body);
      fonts += font ? body.length : 0;
    }
    const home = await page.evaluate(() => document.body.dataset.prakat === 'home-page');
    await context.close();
    const over = (what, is, most) => (is > most ? [`${what}: ${is}, at most ${most}`] : []);
    return [
      // A list of people may show a picture of each.
      ...over('requests', answers.filter((answer) => answer.request().resourceType() !== 'image' || /\/assets\//.test(answer.url())).length, 12),
      ...(home ? over('bytes, gzipped', all, 80_000) : []),
      ...(home ? over('bytes without fonts, gzipped', all - fonts, 25_000) : []),
    ];
  },
};

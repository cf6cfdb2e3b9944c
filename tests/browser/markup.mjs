// Bars on the markup of every page, read in Chromium by DOMParser: nothing is loaded, no script runs.
// The functions under `markup` run in the browser. Each gets a document and what the disk says, and gives sentences.

/** What a page is made of: its kind, and what of the theme and of Markdown is in it. Runs in the browser. */
export function features(doc) {
  const kind = doc.body.dataset.prakat ?? 'bare-page';
  const main = doc.querySelector('main') ?? doc.body;
  const found = new Set([`lang ${doc.documentElement.lang}`]);
  for (const element of main.querySelectorAll('*')) {
    if (element.dataset.prakat) found.add(element.dataset.prakat);
    if (/^(table|caption|img|pre|input|sup|ol|figure|kbd|mark|button|form|svg|details)$/.test(element.localName)) found.add(element.localName);
    if (element.localName === 'blockquote') found.add(`blockquote ${element.className}`);
    if (element.classList.contains('num')) found.add('ol num');
  }
  return [...found].map((feature) => `${kind}: ${feature}`);
}

export const markup = {
  /** One h1, which comes first; no level is skipped on the way down. */
  headings(doc) {
    const headings = [...doc.querySelectorAll('h1,h2,h3,h4,h5,h6')];
    const says = [];
    const first = headings.filter((h) => h.localName === 'h1').length;
    if (first !== 1) says.push(`${first} h1`);
    headings.reduce((above, h) => {
      const level = Number(h.localName[1]);
      if (level > above + 1) says.push(`h${level} after h${above}: ${h.textContent}`);
      return level;
    }, 0);
    return says;
  },

  /** Every data table has a name that no other on the page has, head cells with a scope, rows as long as its head. */
  tables(doc) {
    const names = new Set();
    return [...doc.querySelectorAll('table')].flatMap((table) => {
      const says = [];
      const label = (table.caption?.textContent ?? table.getAttribute('aria-label')
        // Without a caption, the frame that it scrolls in names it.
        ?? table.closest('[role=group],[role=region]')?.getAttribute('aria-label') ?? '').trim();
      const name = label || table.textContent.trim().slice(0, 40);
      if (!label) says.push(`a table without a caption or a label: ${name}`);
      if (names.has(label)) says.push(`two tables of one name: ${name}`);
      names.add(label);
      const heads = [...table.querySelectorAll('th')];
      if (!heads.length) says.push(`a table without head cells: ${name}`);
      for (const th of heads) {
        if (!/^(col|row|colgroup|rowgroup)$/.test(th.scope)) says.push(`th without scope in ${name}: ${th.textContent}`);
      }
      const width = (row) => [...row.cells].reduce((n, cell) => n + cell.colSpan, 0);
      const spans = table.querySelector('[rowspan]');
      const rows = [...table.rows];
      if (!spans && rows.some((row) => width(row) !== width(rows[0]))) says.push(`rows of different length in ${name}`);
      return says;
    });
  },

  /** A link to a file says its type and its size, as they are on the disk. The files of a list are made with its pages. */
  files(doc, { sizes, url }) {
    const main = doc.querySelector('main') ?? doc.body;
    const shown = (bytes) => {
      if (bytes < 1000) return `${bytes} B`;
      if (bytes < 999_500) return `${Math.floor((bytes + 500) / 1000)} kB`;
      const tenths = Math.floor((bytes * 10 + 500_000) / 1_000_000);
      return `${Math.floor(tenths / 10)}.${tenths % 10} MB`;
    };
    return [...main.querySelectorAll('a[href]')].flatMap((link) => {
      const target = new URL(link.getAttribute('href'), url);
      const path = decodeURIComponent(target.pathname).slice(1);
      const extension = /\.([a-z0-9]+)$/i.exec(path)?.[1];
      if (target.origin !== new URL(url).origin || link.closest('[data-prakat=downloads]') || !extension || /^(html?|xml)$/i.test(extension)) return [];
      const size = sizes[path];
      if (size === undefined) return [`no such file: ${path}`];
      const expected = `(${extension.toUpperCase()}, ${shown(size)})`;
      const text = link.textContent.replace(/\u00a0/g, ' ');
      return text.includes(expected) ? [] : [`a link to ${path} does not say ${expected}: ${text}`];
    });
  },

  /** A date for readers is the date for machines: the same day and month, the Buddhist year on Thai pages. */
  dates(doc) {
    const months = {
      th: ['ม.ค.|มกราคม', 'ก.พ.|กุมภาพันธ์', 'มี.ค.|มีนาคม', 'เม.ย.|เมษายน', 'พ.ค.|พฤษภาคม', 'มิ.ย.|มิถุนายน', 'ก.ค.|กรกฎาคม',
        'ส.ค.|สิงหาคม', 'ก.ย.|กันยายน', 'ต.ค.|ตุลาคม', 'พ.ย.|พฤศจิกายน', 'ธ.ค.|ธันวาคม'],
      en: ['Jan|January', 'Feb|February', 'Mar|March', 'Apr|April', 'May|May', 'Jun|June', 'Jul|July', 'Aug|August',
        'Sep|September', 'Oct|October', 'Nov|November', 'Dec|December'],
    };
    return [...doc.querySelectorAll('time')].flatMap((time) => {
      const stamp = time.getAttribute('datetime') ?? '';
      const language = time.closest('[lang]')?.lang ?? '';
      const machine = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d))?/.exec(stamp);
      if (!machine || !months[language]) return [`time without a date that can be compared: ${stamp} ${time.textContent}`];
      const [, year, month, day, hour, minute] = machine;
      const shownYear = Number(year) + (language === 'th' ? 543 : 0);
      const words = time.textContent.replace(/\u00a0/g, ' ').split(' ');
      const asShown = words[0] === String(Number(day))
        && months[language][Number(month) - 1].split('|').includes(words[1])
        && words[2]?.replace(/\D+$/, '') === String(shownYear)
        && (hour === undefined || new RegExp(`\\b0?${Number(hour)}[.:]${minute}\\b`).test(time.textContent));
      return asShown ? [] : [`${stamp} is shown as ${time.textContent}`];
    });
  },

  /** Addresses within the site lead somewhere, fragments too. */
  links(doc, { sizes, url, ids }) {
    return [...doc.querySelectorAll('[href],[src]')].flatMap((element) => {
      const written = element.getAttribute('href') ?? element.getAttribute('src');
      const target = new URL(written, url);
      if (target.origin !== new URL(url).origin) return [];
      let path = decodeURIComponent(target.pathname).slice(1);
      if (path === '' || path.endsWith('/')) path += 'index.html';
      if (sizes[path] === undefined) return [`leads nowhere: ${written}`];
      const fragment = decodeURIComponent(target.hash.slice(1));
      return fragment && ids[path] && !ids[path].includes(fragment) ? [`no such place on the page: ${written}`] : [];
    });
  },

  /** What search engines and shared links need: title, language, description, the page's own address. */
  head(doc, { url, bases }) {
    const says = [];
    const content = (name) => doc.querySelector(`meta[name="${name}"]`)?.content ?? '';
    if (!doc.title.trim()) says.push('no title');
    if (!doc.documentElement.lang) says.push('no language');
    if (!/width=device-width/.test(content('viewport'))) says.push('no viewport');
    if (/user-scalable=no|maximum-scale/.test(content('viewport'))) says.push('readers cannot zoom');
    if (/noindex/.test(content('robots'))) return says;
    if (!content('description').trim()) says.push('no description');
    const canonical = doc.querySelector('link[rel="canonical"]')?.getAttribute('href');
    const own = new URL(url).pathname;
    if (!bases.some((base) => canonical === base.replace(/\/$/, '') + own)) says.push(`canonical address ${canonical}, the page is ${own}`);
    const shared = (name) => doc.querySelector(`meta[property="og:${name}"]`)?.content;
    if (!shared('title')?.trim()) says.push('no title for shared links');
    if (shared('url') !== canonical) says.push(`the address for shared links is ${shared('url')}`);
    for (const script of doc.querySelectorAll('script[type="application/ld+json"]')) {
      try {
        const data = JSON.parse(script.textContent);
        if (data['@context'] !== 'https://schema.org' || !data['@type'] || !data.url) says.push('linked data without context, type or address');
      } catch (error) {
        says.push(`linked data that cannot be read: ${error.message}`);
      }
    }
    for (const picture of doc.querySelectorAll('meta[property="og:image"]')) says.push(`a picture for shared links: ${picture.content}`);
    return says;
  },

  /** What is around the text of an item, and around what its kind shows, is light: 20 kB. */
  frame(doc) {
    const article = doc.querySelector('article[data-prakat=item]');
    if (!article) return [];
    const bytes = (text) => new TextEncoder().encode(text).length;
    const own = ['body', 'plan', 'coverage', 'division', 'people', 'documents', 'fields', 'field-group', 'thread'].map((name) => `[data-prakat=${name}]`);
    const text = [...article.querySelectorAll(own.join())].map((e) => e.innerHTML).join('');
    const around = bytes(doc.documentElement.outerHTML) - bytes(text);
    return around > 20_000 ? [`${around} bytes around the text, at most 20000`] : [];
  },

  /** Nothing is asked of another host, nor announced to one. */
  hosts(doc, { url, bases }) {
    const own = new Set([new URL(url).origin, ...bases.map((base) => new URL(base).origin)]);
    const loads = 'script[src],img[src],iframe,embed,object,source,video,audio,track,input[src],image,use,'
      + 'link[href]:not([rel=canonical],[rel=alternate]),form[action]';
    return [...doc.querySelectorAll(loads)].flatMap((element) => {
      const written = element.getAttribute('href') ?? element.getAttribute('src') ?? element.getAttribute('srcset')
        ?? element.getAttribute('action') ?? element.getAttribute('data') ?? '';
      return own.has(new URL(written, url).origin) ? [] : [`${element.localName} reaches ${written}`];
    });
  },
};

// Where lines may end in headings: Thai has no spaces, and browsers find its words in a dictionary that lacks names and official words.

import fs from 'node:fs';

const FILE = new URL('breaks.txt', import.meta.url);

/** Read by a person: `left|right …`, the words between which a line may end. */
const read = new Set(fs.readFileSync(FILE, 'utf8').split('\n').flatMap((line) => {
  const [left, right] = line.split('|');
  return right ? right.split(' ').map((word) => `${left}|${word}`) : [];
}));
if (process.env.UPDATE) read.clear();

/** Breaks at a space that no reading makes right. */
const NEVER = [
  [/(?<!พื้น)(ที่|พ\.ศ\.|มาตรา|ข้อ)$/, /^[0-9๐-๙]/, 'a word and its number'],
  [/(?<!2[45]\d)[0-9๐-๙]$/, /^(บาท|แห่ง|คน|ล้าน|น\.)/, 'a number and its word'],
  [/[0-9๐-๙]$/, /^(มกรา|กุมภา|มีนา|เมษา|พฤษภา|มิถุนา|กรกฎา|สิงหา|กันยา|ตุลา|พฤศจิกา|ธันวา)/, 'a day and its month'],
  [/(คม|ยน|พันธ์)$/, /^(พ\.ศ\. )?2[45]\d\d/, 'a month and its year'],
  [/^(นาย|นาง|นางสาว)$/, /./, 'a title and its name'],
  [/./, /^[ๆฯ–)”]/, 'a word and what belongs behind it'],
];

/** Takes headings and links out of the page, lays them out in no width, so that all lines that may end do end, and returns what is around each end. */
const ends = () => {
  const headings = 'h1,h2,h3,h4,h5,h6,caption,figcaption,th,dt,summary,label,legend,nav a,footer a';
  const texts = new Set([...document.querySelectorAll(headings)].map((e) => e.innerHTML));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`body{display:block;width:0;font-size:16px}body>p,body *{display:inline;width:auto;min-width:0;text-wrap:wrap!important;hyphens:none!important;overflow-wrap:normal!important;word-break:normal!important}
    body>p{display:block!important}body .nb{white-space:nowrap!important;max-width:none!important}body [hidden],body .vh{display:none}`);
  document.adoptedStyleSheets = [sheet];
  document.body.replaceChildren(...[...texts].map((html) => Object.assign(document.createElement('p'), { innerHTML: html })));
  const lines = (paragraph) => {
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const found = [''];
    let top = null;
    while (walker.nextNode()) {
      const node = walker.currentNode;
      for (let at = 0; at < node.length; at += 1) {
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const box = range.getBoundingClientRect();
        const space = /[^\S\u00a0]/.test(node.data[at]);
        // A mark above or below a letter has no width of its own.
        if (!space && box.width && top !== null && box.top > top + 6) found.push('');
        if (!space && box.width) top = box.top;
        if (space || box.width || box.height) found[found.length - 1] += node.data[at];
      }
    }
    return found;
  };
  return [...document.body.children].flatMap((paragraph) => {
    const all = lines(paragraph);
    return all.slice(1).map((right, n) => [all[n], right]);
  });
};

/** What is wrong with the headings of a page, which is of no use afterwards; and the ends of lines in Thai without a space. */
export async function breaks(page) {
  const says = [];
  for (const [left, right] of await page.evaluate(ends)) {
    const space = /\s$/.test(left);
    const thai = /\p{Script=Thai}$/u.test(left) && /^\p{Script=Thai}/u.test(right);
    const words = `${left.trim().split(/\s/).at(-1)}|${right.trim().split(/\s/)[0]}`;
    const rule = NEVER.find(([before, after]) => before.test(left.trim()) && after.test(right) && (space || before.source === '.'));
    if (rule) says.push(`parts ${rule[2]}: ${words}`);
    else if (!space && thai && process.env.UPDATE) read.add(words);
    else if (!space && thai && !read.has(words)) says.push(`a line may end at ${words}, which nobody has read`);
  }
  return says;
}

/** Writes down what was found, to be read before it is committed. */
export function writeBreaks() {
  const lines = new Map();
  for (const pair of [...read].sort()) {
    const [left, right] = pair.split('|');
    lines.set(left, [...(lines.get(left) ?? []), right]);
  }
  fs.writeFileSync(FILE, [...lines].map(([left, right]) => `${left}|${right.join(' ')}\n`).join(''));
}

// Recall of the search, against plain substring search in the same texts:
//   node tests/js/recall.mjs OUTPUT [QUERIES [first]]
// reads OUTPUT/search of a built site, asks fixed queries and QUERIES (default 200) of one to three
// pieces cut from its texts, fetches until all results are there, and prints what was loaded to the
// first ten; with `first` only that.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { find, fold, unpack } from './script.mjs';

const FIXED = ['หอกระจายข่าว', 'จัดจ้าง', 'ซื้อจัดจ้าง', 'จัดซื้อจัดจ้าง', '๒๕๕๒', '2552', 'กองวิชาการฯ', 'นํ้า', 'สําเร็จ',
  'ประกาศเชิญช', 'งบปร', 'ก่อสร้าง ถนน', 'ประชา', 'กอง', 'การ', 'ที่', 'หมู่ที่ ๓', 'น้ำ', 'ท่อ น้ำ', 'e-bid', '5'];

const [output, count = '200', first] = process.argv.slice(2);
const folder = join(output, 'search');
const page = readFileSync(join(folder, 'index.html'), 'utf8');
const shards = Number(/data-shards="(\d+)"/.exec(page)[1]);

const texts = readdirSync(join(folder, 'text'), { recursive: true })
  .filter((name) => name.endsWith('.txt'))
  .map((name) => JSON.parse(unpack(readFileSync(join(folder, 'text', name)))))
  .map(([url, title, , , , details, parts]) => {
    const all = [title, ...details, ...parts.flatMap(([, heading, text]) => [heading, text])];
    return { url, texts: all.map((text) => fold(text).text) };
  });

// A generator that gives the same numbers every time (mulberry32).
let seed = 42;
function random(below) {
  seed = (seed + 0x6D2B79F5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % below;
}

// A piece of a word, of two clusters at least; it may end in the middle of a cluster.
function piece() {
  for (;;) {
    const own = texts[random(texts.length)].texts;
    const words = own[random(own.length)].split(' ').filter((word) => word.length > 3);
    if (!words.length) continue;
    const word = words[random(words.length)], start = random(word.length - 2);
    const cut = word.slice(start, start + 2 + random(14));
    if (!/^[\u0E33\p{M}]/u.test(cut) && cut.replace(/[\u0E33\p{M}]/gu, '').length > 1) return cut;
  }
}

function truth(query) {
  const terms = query.normalize('NFC').split(/\s+/).map((term) => fold(term).text).filter(Boolean);
  return texts.filter((own) => terms.every((term) => own.texts.some((text) => text.includes(term))));
}

// One piece, in a quarter of the queries two, now and then three: also such as are together nowhere.
function pieces() {
  return Array.from({ length: [1, 1, 1, 1, 1, 1, 1, 2, 2, 3][random(10)] }, piece).join(' ');
}

const inOrder = (results) => results.every((result, n) => !n || results[n - 1].field < result.field
  || (results[n - 1].field === result.field && results[n - 1].iso >= result.iso));

const queries = [...FIXED, ...Array.from({ length: Number(count) }, pieces)];
const loaded = [];
let expected = 0, missing = 0, wrong = 0, late = 0;
for (const query of queries) {
  let bytes = 0, files = 0;
  const known = new Map();
  const load = async (path) => {
    if (!known.has(path)) {
      known.set(path, readFileSync(join(folder, path)));
      bytes += known.get(path).length;
      files += 1;
    }
    return known.get(path);
  };
  const search = await find(query, load, shards);
  await search.upTo(10);
  loaded.push({ query, bytes, files });
  if (first) continue;
  const all = await search.upTo(Infinity);
  // A better one may come after the first ten: it is not looked for at any price.
  if (!inOrder(all.results.slice(0, 10)) || !inOrder(all.results.slice(10))) { wrong += 1; console.log(`order: ${query}`); }
  late += Number(!inOrder(all.results));
  const found = new Set(all.results.map((result) => result.url));
  const wanted = truth(query).map((own) => own.url);
  expected += wanted.length;
  missing += wanted.filter((url) => !found.has(url)).length;
  wrong += Number(found.size !== wanted.length);
  if (loaded.length <= FIXED.length) {
    console.log(`${query}: ${wanted.length} documents, ${loaded.at(-1).bytes} bytes in ${loaded.at(-1).files} files to the first ten`);
  }
}
const sizes = loaded.map((one) => one.bytes).sort((a, b) => a - b);
const heaviest = [...loaded].sort((a, b) => b.bytes - a.bytes).slice(0, 5);
console.log(`${texts.length} documents, ${queries.length} queries, ${expected} documents expected, ${missing} missing, ${wrong} wrong, ${late} with a better one after the tenth`);
console.log(`bytes to the first ten: median ${sizes[sizes.length >> 1]}, 95 % ${sizes[Math.floor(sizes.length * 0.95)]}, most ${sizes.at(-1)}; ${sizes.filter((size) => size > 100_000).length} above 100 kB`);
heaviest.forEach(({ query, bytes, files: n }) => console.log(`  ${query}: ${bytes} in ${n} files`));
process.exitCode = missing || wrong ? 1 : 0;

// Search without a server, as fold.rs, pack.rs, postings.rs.
const INVISIBLE = /[\u00AD\u200B-\u200D\u2060\uFEFF]/, TONE = /[\u0E48-\u0E4B]/, DIGIT = /[0-9๐-๙]/;
const IN_WORD = /[\p{Alphabetic}\p{N}\p{M}]/u, SIGN = /[\u0E33\p{M}]/u, CLUSTER = /.[\u0E33\p{M}]{0,3}/gu;
const LAST_DAY = 110000, SLOTS = 2 ** 24, FIELD = 2 ** 42, LONGEST = 8, IN_KEY = 4, PIECE = 10;

// A text, folded; where its units stand.
function fold(text) {
  const out = [], from = [], to = [];
  let gap = '', end = 0;
  for (const c of text) {
    const start = end, n = out.length, last = gap || out[n - 1];
    const add = (unit) => { out.push(unit); from.push(start); to.push(end); };
    const become = (unit) => { out[n - 1] = unit; to[n - 1] = end; };
    end += c.length;
    if (INVISIBLE.test(c)) continue;
    if (c === 'ฯ' || !IN_WORD.test(c)) { gap = c === ',' && DIGIT.test(last) ? c : ' '; continue; }
    if (gap && n && !(gap === ',' && DIGIT.test(c))) add(' ');
    gap = '';
    if (c >= '๐' && c <= '๙') add(String(c.charCodeAt(0) % 16));
    else if (c === 'เ' && last === c) become('แ');
    else if (c === 'า' && last === 'ํ') become('ำ');
    else if (c === 'า' && TONE.test(last) && out[n - 2] === 'ํ') { out[n - 2] = last; become('ำ'); }
    else c.toLowerCase().split('').forEach(add);
  }
  return { text: out.join(''), from, to };
}

const clusters = (word) => word.match(CLUSTER) || [];

function shardOf(gram, shards, count = IN_KEY) {
  const parts = clusters(gram).slice(0, count), last = parts.pop();
  const units = (parts[0] ? parts.join('') + [...last][0] : gram).split('');
  const hash = units.reduce((h, unit) => Math.imul(h ^ unit.charCodeAt(0), 0x01000193), 0x811C9DC5);
  return (hash ^ (hash >>> 15)) & (shards - 1);
}

// SCSU with one window (UTS #6).
function unpack(bytes) {
  let text = '', base = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === 0x18) base = bytes[++i] * 128 - 128;
    else text += String.fromCharCode(byte === 0x0E ? bytes[++i] * 256 + bytes[++i] : byte < 128 ? byte : base + byte);
  }
  return text;
}

function lookups(word) {
  const parts = clusters(word), last = parts.length - LONGEST, cover = [], others = [];
  for (let i = 0; i === 0 || i <= last; i++) {
    (i % LONGEST && i < last ? others : cover).push(parts.slice(i, i + LONGEST).join(''));
  }
  return [cover, others];
}

// Documents with their best field; ids grow with age. Returns the last one's order.
function decode(columns, into) {
  let order = -1;
  columns.forEach((code, field) => {
    let value = 0, scale = 1, age = -1, slot = 0, isNewDay = false;
    for (const c of code) {
      const digit = c.charCodeAt(0) - 33;
      value += digit * scale;
      scale *= 30;
      if (digit >= 60) continue;
      if (isNewDay) slot = value;
      else if (value % 2) slot += (value + 1) / 2;
      else age += value / 2 + 1;
      isNewDay = !isNewDay && value % 2 === 0;
      if (!isNewDay) {
        const id = age * SLOTS + slot;
        order = field * FIELD + id;
        if (!(into.get(id) <= field)) into.set(id, field);
      }
      value = 0;
      scale = 1;
    }
  });
  return order;
}

// The documents with a gram: all up to `bound`; `complete` loads the others. In a file a gram with +
// stands for all that begin so; of one with > the longer ones are elsewhere.
async function listOf(gram, load, shards) {
  const shard = shardOf(gram, shards);
  const rows = async (name) => new TextDecoder().decode(await load(`index/${name}.txt`)).split('\n').map((line) => line.split('\t'));
  const list = { known: new Map(), bound: Infinity, count: 0 }, whole = [];
  let found = await rows(shard);
  const parts = clusters(gram);
  for (let n = IN_KEY; n < parts.length; n++) {
    const apart = found.find(([own]) => own === parts.slice(0, n).join('') + '>');
    if (apart) found = await rows(`${shard}-${Number(apart[6]) + shardOf(gram, apart[7], n + 1)}`);
  }
  for (const [own, title, heading, text, count, file] of found) {
    if (!own.startsWith(gram) && !(own.endsWith('+') && gram.startsWith(own.slice(0, -1)))) continue;
    const before = list.known.size, last = decode([title, heading, text], list.known);
    list.count += Number(count) || list.known.size - before;
    if (!count) continue;
    list.bound = Math.min(list.bound, last);
    whole.push(`${shard}-${file}`);
  }
  list.complete = async () => {
    list.bound = Infinity;
    (await Promise.all(whole.map(rows))).forEach(([row]) => decode(row.slice(1), list.known));
  };
  return list;
}

// The best field in which a document may hold a gram; 3 if it does not.
function fieldIn({ known, bound }, id) {
  const beyond = bound < Infinity ? Math.floor(bound / FIELD) + (id <= bound % FIELD) : 3;
  return Math.min(known.get(id) ?? 3, beyond);
}

// A result; null if a term is missing. In a loose one they may be: it shows where the most are.
function verify(json, terms, loose) {
  const [url, title, category, iso, date, details, parts, kind, year] = JSON.parse(json);
  const texts = [{ field: 0, text: title }, ...details.map((text) => ({ field: 1, text, excerpt: text }))];
  for (const field of [1, 2]) {
    for (const [anchor, heading, excerpt] of parts) texts.push({ field, text: [heading, excerpt][field - 1], anchor, heading, excerpt });
  }
  const folded = texts.map((one) => fold(one.text).text);
  let places = terms.map((term) => texts[folded.findIndex((text) => text.includes(term))]);
  if (loose) {
    const counts = folded.map((text, n) => texts[n].field > 1 && terms.filter((term) => text.includes(term)).length);
    places = [texts[Math.max(0, counts.indexOf(Math.max(1, ...counts)))]];
  } else if (!places.every(Boolean)) return null;
  const best = places.reduce((a, b) => (b.field > a.field ? b : a));
  const excerpt = best.excerpt || parts.map((part) => part[2]).find(Boolean) || '';
  return { ...best, url, title, category, kind, year, iso, date, excerpt };
}

async function textOf(id, load) {
  const day = LAST_DAY - Math.floor(id / SLOTS);
  return unpack(await load(`text/${day >> 5}/${day}-${id % SLOTS}.txt`));
}

// The best field first, then the newest. Lists and texts are loaded as they are needed: what only
// might put a better one first is looked for no longer than half again as many texts.
async function find(query, load, shards) {
  const terms = query.normalize('NFC').split(/\s+/).map((text) => fold(text).text).filter(Boolean);
  const words = [...new Set(terms.join(' ').split(' '))];
  if (!terms.length) return null;
  const long = words.filter((word) => clusters(word).length > 1);
  const grams = (long.length ? long : words).map(lookups);
  const order = ({ field, id }) => field * FIELD + id, inOrder = (a, b) => order(a) - order(b);
  const get = (of) => Promise.all(of.map((gram) => listOf(gram, load, shards)));
  const lists = await get(grams.flatMap((pair) => pair[0]));
  const others = grams.flatMap((pair) => pair[1]), read = new Set(), found = [], given = [];
  // Documents in lists that may be loaded to spare reading: some twenty kilobytes.
  let spare = 20000, shortest, rest;
  if (long.length) others.push(...words.filter((word) => !long.includes(word)));

  function weigh() {
    shortest = lists.reduce((a, b) => (b.count < a.count ? b : a));
    rest = [...shortest.known.keys()].filter((id) => !read.has(id))
      .map((id) => ({ id, field: Math.max(...lists.map((list) => fieldIn(list, id))) }))
      .filter(({ field }) => field < 3).sort(inOrder);
  }
  const next = () => Math.min(shortest.bound, rest.length ? order(rest[0]) : Infinity);
  const sure = () => found.filter((one) => order(one) < next()).length;

  // What is loaded now may spare reading in vain, as this document was.
  async function sharpen(slip) {
    const isVague = (list) => fieldIn(list, slip) < (list.known.get(slip) ?? 3);
    const [vague] = lists.filter(isVague).sort((a, b) => a.count - b.count);
    if (others.length) lists.push(...await get(others.splice(0, 4)));
    else if (vague && (spare -= vague.count) > 0) await vague.complete();
    else return;
    weigh();
  }

  async function readSome(most) {
    const slips = await Promise.all(rest.splice(0, Math.min(most, others.length ? 4 : 5)).map(async ({ id, field }) => {
      read.add(id);
      const is = verify(await textOf(id, load), terms);
      if (is) found.push({ ...is, id });
      return is && is.field === field ? [] : id;
    }));
    found.sort(inOrder);
    return slips.flat();
  }

  async function upTo(count) {
    const missing = count - given.length, enough = read.size + 1.5 * missing;
    while (sure() < missing && next() < Infinity && (found.length < missing || read.size < enough)) {
      if (rest.length && order(rest[0]) <= shortest.bound) {
        const [slip] = await readSome(missing - sure());
        if (slip !== undefined) await sharpen(slip);
      } else {
        await shortest.complete();
        weigh();
      }
    }
    given.push(...found.splice(0, missing));
    const left = shortest.bound < Infinity ? shortest.count - read.size : rest.length;
    return { results: given.slice(), all: next() === Infinity && !found.length, about: given.length + found.length + Math.max(0, left) };
  }
  weigh();
  return { terms, upTo };
}

const KEYS = `1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?`;
const THAI = 'ๅ/-ภถุึคตจขชๆไำพะัีรนยบลฃฟหกดเ้่าสวงผปแอิืทมใฝ+๑๒๓๔ู฿๕๖๗๘๙๐"ฎฑธํ๊ณฯญฐ,ฅฤฆฏโฌ็๋ษศซ.()ฉฮฺ์?ฒฬฦ';

// What was typed with the keyboard in the wrong language.
function otherKeys(text) {
  const [from, to] = /[ก-๙]/.test(text) ? [THAI, KEYS] : [KEYS, THAI];
  return [...text].map((c) => to[from.indexOf(c)] || c).join('');
}

const isLatin = (word) => /^[a-z]/.test(word);
// Whether a text has a word from its beginning: no Latin letter is before it, no Thai vowel that is written first, and no sign after it.
const patterns = new Map();
function has(text, word) {
  if (!patterns.has(word)) patterns.set(word, new RegExp(`(?:^|[^${isLatin(word) ? 'a-z' : 'เแโใไ'}])${word}(?![\\u0E33\\p{M}])`, 'u'));
  return text.includes(word) && patterns.get(word).test(text);
}

function wordsOf(text) {
  if (!Intl.Segmenter) return text.split(/( )/);
  return [...new Intl.Segmenter('th', { granularity: 'word' }).segment(text)].map((one) => one.segment);
}

// What differs from a word by a letter wrong, missing, too many, or by two changed about.
function slipsOf(word) {
  const all = [];
  for (let i = 0; i <= word.length; i++) {
    const a = word.slice(0, i), b = word.slice(i), c = b.slice(1);
    all.push(`${a}\\S${b}`);
    if (c) all.push(a + c[0] + b[0] + c.slice(1));
    if (b) all.push(`${a}\\S${c}`, a + c);
  }
  return new RegExp(isLatin(word) ? `\\b(?:${all.join('|')})\\b` : `(?:${all.join('|')})(?![\\u0E33\\p{M}])`, 'gu');
}

// What a query is about: each part as words that mean the same, the typed one first.
function conceptsOf(query, [sets, ignored, periods]) {
  const found = [], known = [...periods, ...new Set(sets.flat())].filter((word) => query.includes(word));
  const ends = new Set([0]);
  wordsOf(query).reduce((at, word) => { ends.add(at + word.length); return at + word.length; }, 0);
  let text = query;
  for (const word of known.sort((a, b) => b.length - a.length)) {
    for (let at; (at = text.indexOf(word, at + 1 || 0)) >= 0;) {
      const end = at + word.length, isLong = !isLatin(word) && clusters(word).length > 4 && !SIGN.test(text[end]);
      if (!isLong && !(ends.has(at) && ends.has(end))) continue;
      found.push([at, word]);
      text = text.slice(0, at) + ' '.repeat(word.length) + text.slice(end);
    }
  }
  let end = 0, last;
  for (const word of wordsOf(text)) {
    // What is no word to the browser comes in letters.
    if (last && last[0] + last[1].length === end && /^\p{L}\p{M}*$/u.test(word) && !ignored.includes(word)) last[1] += word;
    else if (word.trim() && !ignored.includes(word)) found.push(last = [end, word]);
    end += word.length;
  }
  const words = found.sort((a, b) => a[0] - b[0]).map((one) => one[1]);
  const concepts = words.filter((word) => !periods.includes(word)).map((word) => {
    const same = [word, word.replace(/^([a-z]{2,})(?:(i)es|s)$/, (_, stem, i) => stem + (i ? 'y' : ''))];
    return [...new Set([...same, ...sets.filter((set) => same.some((one) => set.includes(one))).flat()])];
  });
  return { concepts, isNewest: concepts.length < words.length };
}

// The titles with a part of a query, the best first.
function ranked({ concepts, isNewest }, query, rows) {
  const place = ({ title, own, also, about }, word) => {
    if (has(title, word)) return title.startsWith(word) ? 1.2 : 1;
    return has(own, word) ? 1.2 : has(also, word) ? 0.7 : has(about, word) / 2;
  };
  const grid = rows.map((row) => concepts.map((words) => Math.max(...words.map((word, n) => place(row, word) * (n ? 0.8 : 1)))));
  const sum = (list, of) => list.reduce((all, one, n) => all + of(one, n), 0);
  const weights = concepts.map((words, n) => (words.length > 1 ? 1.3 : 1) * Math.log(1 + rows.length / (1 + sum(grid, (places) => places[n] > 0))));
  const latest = Math.max(...rows.map(({ year }) => year)), total = sum(weights, Number) || 1;
  return rows.map(({ id, title, own, flags, year, ...row }, i) => {
    const long = sum(concepts, (words) => Math.max(...words.map((word) => has(title, word) && word.length)));
    const old = (flags & 1) * (0.3 + isNewest) + (/\d/.test(title) && Math.min(0.2, (latest - year) / 20)) + (flags & 2) / 10;
    const score = sum(grid[i], (value, n) => value * weights[n]) / total + long / (2 * title.length + 8) - old
      + (flags & 12 ? 0.1 : 0) + title.includes(query) / 5 + (title === query || has(own, query));
    return { ...row, id, year, score, left: concepts.filter((_, n) => !grid[i][n]).map(([word]) => word) };
  }).filter(({ left }) => left.length < concepts.length).sort((a, b) => b.score - a.score || a.id - b.id);
}

// Answers queries to an index.
async function openSearch(load, shards) {
  const guide = async (name) => JSON.parse(unpack(await load(`index/${name}.txt`)));
  const [[categories, kinds, list], words] = await Promise.all(['titles', 'words'].map(guide));
  const rows = list.map(([id, flags, category, kind, year, title, own, also]) => {
    const names = { category: categories[category], kind: kinds[kind] };
    return { ...names, id, flags, year, title, own, also, about: fold(`${names.category} ${names.kind}`).text };
  });
  const vocabulary = [...rows.flatMap(({ title, own, also }) => [title, own, also]), ...words[0].flat()].join('\n');
  const isThere = async (query) => vocabulary.includes(query) || (await (await find(query, load, shards)).upTo(1)).results.length;

  // A query with one slip taken back: in the whole, or also in parts.
  async function mended(query, inParts) {
    const unknown = [], parts = vocabulary.includes(query) ? [] : wordsOf(query);
    for (const [word] of inParts ? conceptsOf(query, words).concepts : []) if (!await isThere(word)) unknown.push(word);
    for (let size = parts.length; size > (inParts ? 0 : parts.length - 1); size--) {
      for (let at = 0; at + size <= parts.length; at++) {
        const part = parts.slice(at, at + size).join('').trim(), isBad = (word) => part.includes(word) || word.includes(part);
        if (part.length < 5 || !(size === parts.length || unknown.some(isBad))) continue;
        const [word] = (vocabulary.match(slipsOf(part)) || []).filter((one) => one !== part).sort((a, b) => b.length - a.length);
        if (word) return query.replace(part, word);
      }
    }
    return '';
  }

  async function ask(typed, keep = () => true, isMeant = false) {
    const exact = await find(typed, load, shards);
    if (!exact) return null;
    const query = exact.terms.join(' '), about = conceptsOf(query, words), { concepts } = about;
    const titles = ranked(about, query, rows), full = titles.filter(({ left }) => !left.length);
    const first = await exact.upTo(3), count = full.length + first.results.length;
    if (!first.results.length && !isMeant) {
      const other = fold(otherKeys(typed)).text;
      let meant = await mended(query);
      if (!count) meant = other && await isThere(other) ? other : meant || await mended(query, true) || await mended(other);
      const answer = meant && await ask(meant, keep, true);
      if (answer) return { ...answer, meant };
    }
    const terms = [...new Set([...exact.terms, ...concepts.flat().filter((word) => clusters(word).length > 1)])];
    const given = [], seen = new Set();
    let isDone = false, without = '';

    async function* every(search) {
      for (let n = 0, isLast; !isLast;) {
        const { results, all } = await search.upTo(n + PIECE);
        yield* results.slice(n);
        n = results.length;
        isLast = all;
      }
    }
    const read = async ({ id }) => ({ ...verify(await textOf(id, load), terms, true), id });
    async function* answers() {
      for (const one of full) if (keep(one)) yield read(one);
      yield* every(exact);
      if (count > 2 || !concepts.length) return;
      const some = titles.filter(keep).slice(0, 20), parts = concepts.map(([word]) => word);
      // All parts, then what means the same as one of them.
      for (const [text, most] of [[parts.join(' '), PIECE], ...concepts.flatMap((same) => same.slice(1, 6)).map((word) => [word, 3])]) {
        if (most < PIECE && some.length > 2) break;
        for (const one of (await (await find(text, load, shards)).upTo(most)).results) {
          const score = titles.find(({ id }) => id === one.id)?.score || 0;
          some.push({ one, score: score + (most === PIECE ? 0.9 : 0.3) - one.field / 5 });
        }
      }
      for (const { one, ...title } of some.sort((a, b) => b.score - a.score)) {
        if (!one && !seen.has(title.id)) without ||= title.left.join(' ');
        yield one || read(title);
      }
    }
    const source = answers();
    async function upTo(most) {
      while (!isDone && given.length <= most) {
        const { value, done } = await source.next();
        isDone = done;
        if (done || seen.has(value.id) || !keep(value)) continue;
        seen.add(value.id);
        given.push(value);
      }
      return { results: given.slice(0, most), all: isDone && given.length <= most, without, about: Math.max(given.length, full.length, first.about) };
    }
    return { terms, upTo };
  }
  const years = [...new Set(rows.map(({ year }) => year))].sort().reverse();
  return Object.assign(ask, { choices: { category: categories.slice(1), kind: kinds.slice(1), year: years } });
}

function hits(text, terms) {
  const { text: folded, from, to } = fold(text), found = [];
  for (const term of terms) {
    for (let at = -1; (at = folded.indexOf(term, at + 1)) >= 0;) {
      found.push([from[at], wholeAt(text, to[at + term.length - 1], 1)]);
    }
  }
  return found.sort((a, b) => a[0] - b[0]);
}

// The next place that parts no letter and sign.
function wholeAt(text, at, step) {
  while (at > 0 && at < text.length && SIGN.test(text[at])) at += step;
  return at;
}

// The next end of a word, where the browser knows words: in Thai there is no space at it.
function wordAt(text, at, step) {
  const segmenter = Intl.Segmenter && new Intl.Segmenter(undefined, { granularity: 'word' });
  const word = segmenter && segmenter.segment(text).containing(at);
  if (!word || word.index === at) return wholeAt(text, at, step);
  return word.index + (step > 0 ? word.segment.length : 0);
}

function start(page) {
  const words = page.dataset, files = new Map(), part = (name) => page.querySelector(name);
  const form = part('form'), input = form.q, status = part('[role=status]'), list = part('.found'), more = part('.more');
  const everything = document.getElementById('pk-everything');
  const facets = part('.facets'), chosen = [...facets.querySelectorAll('select')], nothing = part('.nothing'), meant = part('.meant');
  let turn = 0, wait = 0, current = null, shown = 0, opening = null;

  async function load(path) {
    if (!files.has(path)) {
      const answer = await fetch(words.index + path);
      if (!answer.ok) throw path;
      files.set(path, new Uint8Array(await answer.arrayBuffer()));
    }
    return files.get(path);
  }

  function element(name, className, ...inside) {
    const made = document.createElement(name);
    made.className = className;
    made.append(...inside);
    return made;
  }

  // A text with its hits.
  function marked(text, from = 0, to = text.length) {
    const pieces = [];
    for (const [first, end] of hits(text, current.terms)) {
      if (first < from || end > to) continue;
      pieces.push(text.slice(from, first), element('mark', '', text.slice(first, end)));
      from = end;
    }
    return [...pieces, text.slice(from, to)];
  }

  function excerpt(text) {
    const [first, end] = hits(text, current.terms)[0] || [0, 0];
    const from = wordAt(text, Math.max(0, first - 60), -1);
    const to = wordAt(text, Math.max(end + 100, from + 180), 1);
    return element('p', 'sum', from > 0 ? '…' : '', ...marked(text, from, to), to < text.length ? '…' : '');
  }

  function entry(result) {
    const { url, title, category, anchor, heading } = result;
    const time = element('time', '', result.date), link = element('a', '', ...marked(title)), meta = element('p', 'meta');
    time.dateTime = result.iso;
    link.href = words.root + url + (anchor ? '#' + encodeURIComponent(anchor) : '');
    if (category) meta.append(element('span', 'tag', category));
    if (heading) meta.append(element('span', '', words.place + ' ', ...marked(heading)));
    const about = [element('h3', '', link), excerpt(result.excerpt), meta];
    return element('li', '', element('div', 'when', time), element('div', '', ...about));
  }

  // A text of the page with words put in.
  const say = (name, values) => Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, () => value), words[name]);

  async function show() {
    const mine = turn, search = current, { results, all, about, without } = await search.upTo(shown + PIECE);
    if (mine !== turn) return;
    list.append(...results.slice(shown).map(entry));
    shown = results.length;
    const isNarrowed = chosen.some((one) => one.value), { query, meant: other } = search;
    const texts = [
      other && say('meant', { query, words: other }),
      say(!shown ? 'none' : all || isNarrowed ? 'count' : 'about', { n: all ? shown : isNarrowed ? `${shown}+` : about }),
      without && say('without', { words: without }),
    ];
    status.textContent = texts.filter(Boolean).join(' · ');
    more.hidden = all;
    nothing.hidden = shown > 0;
    nothing.querySelector('.tried').textContent = say('tried', { words: search.terms.slice(0, 9).join(', ') });
    meant.hidden = !other;
    meant.firstChild.textContent = say('take', { words: other });
  }

  function failed() {
    status.textContent = words.failed;
    everything.hidden = false;
  }

  // Loads what guides the search, once, and fills in what results are narrowed by.
  async function opened() {
    opening ||= openSearch(load, words.shards);
    const ask = await opening.catch(() => { opening = null; throw words; });
    for (const select of chosen.filter((one) => !one.length)) {
      select.add(new Option(words.all, ''));
      ask.choices[select.name].forEach((value) => select.add(new Option(value)));
    }
    return ask;
  }
  const keep = (one) => chosen.every(({ name, value }) => !value || String(one[name]) === value);

  async function run() {
    const mine = ++turn, query = input.value.trim();
    history.replaceState(null, '', '?q=' + encodeURIComponent(query));
    try {
      const search = query ? await (await opened())(query, keep) : null;
      if (mine !== turn) return;
      current = search && { ...search, query };
      shown = 0;
      list.textContent = status.textContent = '';
      list.hidden = more.hidden = facets.hidden = !search;
      nothing.hidden = meant.hidden = true;
      everything.hidden = !!search;
      if (search) await show();
    } catch {
      if (mine === turn) failed();
    }
  }

  function take() {
    input.value = current.meant;
    input.focus();
    run();
  }

  meant.firstChild.onclick = take;
  input.onkeydown = (event) => {
    if (event.key !== 'ArrowDown' || meant.hidden) return;
    event.preventDefault();
    take();
  };
  chosen.forEach((select) => { select.onchange = run; });
  form.onsubmit = (event) => { event.preventDefault(); run(); };
  input.oninput = () => { clearTimeout(wait); wait = setTimeout(run, 250); };
  more.onclick = () => {
    const n = shown;
    show().then(() => list.children[n]?.querySelector('a').focus()).catch(failed);
  };
  input.value = new URLSearchParams(location.search).get('q') || '';
  if (input.value) run();
}

export { fold, clusters, shardOf, unpack, find, hits, wordAt, openSearch, otherKeys };
if (globalThis.document) start(document.getElementById('pk-search'));

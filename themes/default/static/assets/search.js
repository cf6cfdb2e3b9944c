// Search without a server: see fold.rs, pack.rs, postings.rs and search.rs of prakat.
const INVISIBLE = /[\u00AD\u200B-\u200D\u2060\uFEFF]/, TONE = /[\u0E48-\u0E4B]/;
const IN_WORD = /[\p{Alphabetic}\p{N}\p{M}]/u, SIGN = /[\u0E33\p{M}]/u;
const LAST_DAY = 110000, SLOTS = 2 ** 24, LONGEST = 4, PIECE = 10;

// A text as it is compared, and where each unit of that stands in it.
function fold(text) {
  const out = [], from = [], to = [];
  let ends = false, end = 0;
  for (const c of text) {
    const start = end, n = out.length, last = ends ? ' ' : out[n - 1];
    const add = (unit) => { out.push(unit); from.push(start); to.push(end); };
    const become = (unit) => { out[n - 1] = unit; to[n - 1] = end; };
    end += c.length;
    if (INVISIBLE.test(c)) continue;
    if (c === 'ฯ' || !IN_WORD.test(c)) { ends = true; continue; }
    if (ends && n) add(' ');
    ends = false;
    if (c >= '๐' && c <= '๙') add(String(c.charCodeAt(0) - 0x0E50));
    else if (c === 'เ' && last === c) become('แ');
    else if (c === 'า' && last === 'ํ') become('ำ');
    else if (c === 'า' && TONE.test(last) && out[n - 2] === 'ํ') { out[n - 2] = last; become('ำ'); }
    else c.toLowerCase().split('').forEach(add);
  }
  return { text: out.join(''), from, to };
}

function clusters(word) {
  const all = [];
  for (const c of word) {
    const n = all.length - 1;
    if (n >= 0 && SIGN.test(c) && [...all[n]].length < 4) all[n] += c; else all.push(c);
  }
  return all;
}

function shardOf(gram, shards) {
  const parts = clusters(gram), last = parts.pop();
  let hash = 0x811C9DC5;
  for (const unit of (parts.join('') + [...last][0]).split('')) {
    hash = Math.imul(hash ^ unit.charCodeAt(0), 0x01000193);
  }
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

// Grams that cover a word, and the others. Only the end of the word may go on.
function lookups(word) {
  const parts = clusters(word), last = parts.length - LONGEST, cover = [], others = [];
  if (last <= 0) return [[{ gram: word }], others];
  for (let i = 0; i <= last; i++) {
    (i % LONGEST && i < last ? others : cover).push({ gram: parts.slice(i, i + LONGEST).join(''), whole: i < last });
  }
  return [cover, others];
}

// Reads a list of documents: ids grow with age; each keeps its best field.
function decode(code, field, into) {
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
    const id = age * SLOTS + slot;
    if (!isNewDay && !(into.get(id) <= field)) into.set(id, field);
    value = 0;
    scale = 1;
  }
}

// Documents that hold all grams, each with the best field it may have.
async function holders(grams, load, shards) {
  const lists = await Promise.all(grams.map(async ({ gram, whole }) => {
    const list = new Map(), file = await load(`index/${shardOf(gram, shards)}.txt`);
    for (const line of new TextDecoder().decode(file).split('\n')) {
      if (!line.startsWith(whole ? gram + '\t' : gram)) continue;
      line.split('\t').slice(1).forEach((code, field) => decode(code, field, list));
    }
    return list;
  }));
  return lists.reduce((all, list) => new Map([...all].filter(([id]) => list.has(id))
    .map(([id, field]) => [id, Math.max(field, list.get(id))])));
}

// A document as a result, or null if it lacks a term.
function verify(json, terms) {
  const [url, title, category, iso, date, details, parts] = JSON.parse(json);
  const texts = [{ field: 0, text: title }, ...details.map((text) => ({ field: 1, text, excerpt: text }))];
  for (const [anchor, heading, excerpt] of parts) {
    for (const [field, text] of [[1, heading], [2, excerpt]]) texts.push({ field, text, anchor, heading, excerpt });
  }
  texts.sort((a, b) => a.field - b.field);
  for (const one of texts) one.folded = fold(one.text).text;
  const places = terms.map((term) => texts.find((one) => one.folded.includes(term)));
  if (places.includes(undefined)) return null;
  const best = places.reduce((a, b) => (b.field > a.field ? b : a));
  const excerpt = best.excerpt || parts.map((part) => part[2]).find(Boolean);
  return { ...best, url, title, category, iso, date, excerpt };
}

// What a query finds, the best field first, then the newest.
async function find(query, load, shards) {
  const terms = query.normalize('NFC').split(/\s+/).map((text) => fold(text).text).filter(Boolean);
  const words = [...new Set(terms.join(' ').split(' '))], found = [];
  if (!terms.length) return null;
  // Nearly every document has a single letter: it is looked up where there is nothing else.
  const long = words.filter((word) => clusters(word).length > 1);
  const grams = (long.length ? long : words).map(lookups);
  const inOrder = (a, b) => a.field - b.field || a.id - b.id;
  const all = await holders(grams.flatMap((pair) => pair[0]), load, shards);
  let others = grams.flatMap((pair) => pair[1]);
  if (long.length) others.push(...words.filter((word) => !long.includes(word)).map((gram) => ({ gram })));
  let rest = [...all].map(([id, field]) => ({ id, field })).sort(inOrder);
  const sure = () => found.filter((one) => !rest.length || inOrder(one, rest[0]) < 0).length;

  // The first so many results; and whether these are all.
  async function upTo(count) {
    for (let lacking; (lacking = count - sure()) > 0 && rest.length;) {
      const read = await Promise.all(rest.splice(0, others.length ? 4 : lacking).map(async ({ id }) => {
        const file = await load(`text/${LAST_DAY - Math.floor(id / SLOTS)}/${id % SLOTS}.txt`);
        const result = verify(unpack(file), terms);
        return result && { ...result, id };
      }));
      found.push(...read.filter(Boolean));
      found.sort(inOrder);
      if (others.length && read.includes(null)) {
        const fewer = await holders(others, load, shards);
        others = [];
        rest = rest.filter(({ id }) => fewer.has(id));
      }
    }
    return { results: found.slice(0, count), all: !rest.length && found.length <= count };
  }
  return { terms, upTo };
}

// The stretches of a text where terms stand.
function hits(text, terms) {
  const folded = fold(text), found = [];
  for (const term of terms) {
    for (let at = -1; (at = folded.text.indexOf(term, at + 1)) >= 0;) {
      found.push([folded.from[at], wholeAt(text, folded.to[at + term.length - 1], 1)]);
    }
  }
  return found.sort((a, b) => a[0] - b[0]);
}

// The next place at which no sign is parted from its letter.
function wholeAt(text, at, step) {
  while (at > 0 && at < text.length && SIGN.test(text[at])) at += step;
  return at;
}

function start(page) {
  const words = page.dataset, form = page.querySelector('form'), input = form.q, files = new Map();
  const [status, list, more] = ['[role=status]', '.found', '.more'].map((part) => page.querySelector(part));
  const everything = document.getElementById('pk-everything');
  let turn = 0, wait = 0, current = null, shown = 0;

  async function read(path) {
    const answer = await fetch(words.index + path);
    if (!answer.ok) throw new Error(path);
    return new Uint8Array(await answer.arrayBuffer());
  }

  function load(path) {
    if (!files.has(path)) files.set(path, read(path));
    files.get(path).catch(() => files.delete(path));
    return files.get(path);
  }

  function element(name, className, ...inside) {
    const made = document.createElement(name);
    made.className = className;
    made.append(...inside);
    return made;
  }

  // A stretch of a text, with the terms marked.
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
    const from = wholeAt(text, Math.max(0, first - 60), -1);
    const to = wholeAt(text, Math.min(text.length, Math.max(end + 100, from + 180)), 1);
    return element('p', 'sum', from > 0 ? '…' : '', ...marked(text, from, to), to < text.length ? '…' : '');
  }

  function entry(result) {
    const time = element('time', '', result.date), link = element('a', '', ...marked(result.title));
    time.dateTime = result.iso;
    link.href = words.root + result.url + (result.anchor ? '#' + encodeURIComponent(result.anchor) : '');
    const text = element('div', '', element('h3', '', link)), meta = element('p', 'meta');
    if (result.excerpt) text.append(excerpt(result.excerpt));
    if (result.category) meta.append(element('span', 'tag', result.category));
    if (result.heading) meta.append(element('span', '', words.place + ' ', ...marked(result.heading)));
    text.append(meta);
    return element('li', '', element('div', 'when', time), text);
  }

  async function show() {
    const mine = turn, { results, all } = await current.upTo(shown + PIECE);
    if (mine !== turn) return;
    list.append(...results.slice(shown).map(entry));
    shown = results.length;
    status.textContent = words[!shown ? 'none' : all ? 'count' : 'first'].replace('{n}', shown);
    more.hidden = all;
  }

  function failed() {
    status.textContent = words.failed;
    everything.hidden = false;
  }

  async function run() {
    const mine = ++turn, query = input.value.trim();
    history.replaceState(null, '', query ? '?q=' + encodeURIComponent(query) : location.pathname);
    try {
      const search = await find(query, load, Number(words.shards));
      if (mine !== turn) return;
      current = search;
      shown = 0;
      list.textContent = status.textContent = '';
      more.hidden = true;
      list.hidden = !search;
      everything.hidden = Boolean(search);
      if (search) await show();
    } catch (error) {
      if (mine === turn) failed();
    }
  }

  form.addEventListener('submit', (event) => { event.preventDefault(); run(); });
  input.addEventListener('input', () => { clearTimeout(wait); wait = setTimeout(run, 250); });
  more.addEventListener('click', () => {
    const before = shown;
    show().then(() => list.children[before]?.querySelector('a').focus()).catch(failed);
  });
  input.value = new URLSearchParams(location.search).get('q') || '';
  if (input.value) run();
}

export { fold, clusters, shardOf, unpack, find, hits };
if (globalThis.document) start(document.getElementById('pk-search'));

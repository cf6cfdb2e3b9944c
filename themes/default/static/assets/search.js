// Search without a server. Folding and grams are those of prakat's src/fold.rs (tests/js/vectors.json
// holds both to it), the files those of src/postings.rs and src/search.rs.
(function () {
  'use strict';
  const INVISIBLE = /[\u00AD\u200B-\u200D\u2060\uFEFF]/, TONE = /[\u0E48-\u0E4B]/;
  const IN_WORD = /[\p{Alphabetic}\p{N}\p{M}]/u, SIGN = /[\u0E33\p{M}]/u;
  const LAST_DAY = 110000, SLOTS = 2 ** 24, PIECE = 10;

  // The text as it is compared, and for each unit of it where it stands in the text.
  function fold(text) {
    const out = [], from = [], to = [];
    let ends = false, end = 0;
    const add = (unit, start) => { out.push(unit); from.push(start); to.push(end); };
    for (const c of text) {
      const start = end;
      end += c.length;
      if (INVISIBLE.test(c)) continue;
      if (c === 'ฯ' || !IN_WORD.test(c)) { ends = true; continue; }
      if (ends && out.length) add(' ', start);
      ends = false;
      const n = out.length, last = out[n - 1];
      if (c >= '๐' && c <= '๙') add(String(c.charCodeAt(0) - 0x0E50), start);
      else if (c === 'เ' && last === 'เ') { out[n - 1] = 'แ'; to[n - 1] = end; }
      else if (c === 'า' && last === 'ํ') { out[n - 1] = 'ำ'; to[n - 1] = end; }
      else if (c === 'า' && TONE.test(last) && out[n - 2] === 'ํ') {
        out.splice(n - 2, 2, last, 'ำ');
        to[n - 2] = to[n - 1] = end;
      } else for (const unit of c.toLowerCase().split('')) add(unit, start);
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

  function grams(folded) {
    const all = [];
    for (const word of folded.split(' ').filter(Boolean)) {
      const parts = clusters(word);
      all.push(parts[0]);
      for (const size of [2, 3]) {
        for (let i = 0; i + size <= parts.length; i++) all.push(parts.slice(i, i + size).join(''));
      }
    }
    return all;
  }

  function shardOf(gram, shards) {
    const parts = clusters(gram), last = parts.pop();
    const key = parts.join('') + String.fromCodePoint(last.codePointAt(0));
    let hash = 0x811C9DC5;
    for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
    return (hash ^ (hash >>> 15)) & (shards - 1);
  }

  // What to look up for a word: a few grams that cover it, and the others. Only its end may go on.
  function lookups(word) {
    const parts = clusters(word);
    if (parts.length <= 3) return [[{ gram: word }], []];
    const first = [], others = [], end = parts.length - 3;
    for (let i = 0; i <= end; i++) {
      const gram = { gram: parts.slice(i, i + 3).join(''), whole: i < end };
      (i % 3 && i < end ? others : first).push(gram);
    }
    return [first, others];
  }

  // A list of documents: `into` gets their ids, which grow with age, and the best field of each.
  function decode(code, field, into) {
    const numbers = [];
    for (let i = 0, value = 0, scale = 1; i < code.length; i++) {
      const digit = code.charCodeAt(i) - 33;
      value += digit * scale;
      scale *= 30;
      if (digit < 60) { numbers.push(value); value = 0; scale = 1; }
    }
    for (let i = 0, age = -1, slot = 0; i < numbers.length; i++) {
      const step = Math.floor(numbers[i] / 2) + 1;
      if (numbers[i] % 2) slot += step; else { age += step; slot = numbers[++i]; }
      const id = age * SLOTS + slot;
      if (!(into.get(id) <= field)) into.set(id, field);
    }
  }

  // The documents that hold every one of the grams, each with the best field it may have.
  async function holders(wanted, load, shards) {
    const lists = await Promise.all(wanted.map(async ({ gram, whole }) => {
      const list = new Map(), text = await load('index/' + shardOf(gram, shards) + '.txt');
      for (const line of text.split('\n')) {
        if (!line.startsWith(whole ? gram + '\t' : gram)) continue;
        line.split('\t').slice(1).forEach((code, field) => decode(code, field, list));
      }
      return list;
    }));
    return lists.reduce((all, list) => {
      const both = new Map();
      all.forEach((field, id) => { if (list.has(id)) both.set(id, Math.max(field, list.get(id))); });
      return both;
    });
  }

  // Where a term stands in a folded text. One that is single letters begins a word.
  function placeOf(term, folded) {
    if (term.alone) return (' ' + folded.text).indexOf(' ' + term.text);
    return folded.text.indexOf(term.text);
  }

  // A document as a result, or null if a term is not in it.
  function verify(json, terms) {
    const [url, title, category, iso, date, details, parts] = JSON.parse(json);
    const texts = [[0, title]].concat(details.map((text) => [1, text]));
    parts.forEach(([id, heading, text]) => texts.push([1, heading, id, heading], [2, text, id, heading]));
    texts.forEach((text) => text.push(fold(text[1])));
    let field = 0, shown = null;
    for (const term of terms) {
      const hit = [0, 1, 2].map((f) => texts.find((t) => t[0] === f && placeOf(term, t[t.length - 1]) >= 0)).find(Boolean);
      if (!hit) return null;
      if (hit[0] > field || !shown) { field = hit[0]; shown = hit; }
    }
    // Beside a hit in the title or in a heading, the text that says most about it.
    const below = parts.find((part) => part[0] === shown[2] && part[2]) || parts.find((part) => part[2]);
    const isText = shown[0] === 2 || (shown[0] === 1 && shown.length === 3);
    const excerpt = isText ? shown[1] : below ? below[2] : '';
    const [, , id, heading] = shown.length > 3 ? shown : [];
    return { url, title, category, iso, date, field, excerpt, id: id || '', heading: heading || '' };
  }

  // The first documents with all terms of a query, the best field first, then the newest.
  async function find(query, load, shards) {
    const terms = query.normalize('NFC').split(/\s+/).map((text) => ({ text: fold(text).text }));
    const words = [], found = [];
    for (const term of terms) {
      const own = term.text.split(' ').filter(Boolean);
      term.alone = own.every((word) => clusters(word).length === 1);
      words.push(...own);
    }
    const asked = terms.filter((term) => term.text);
    if (!asked.length) return null;
    const long = words.filter((word) => clusters(word).length > 1);
    const grams = [...new Set(long.length ? long : words)].map(lookups);
    let others = grams.flatMap((pair) => pair[1]);
    const inOrder = (a, b) => a.field - b.field || a.number - b.number;
    const queue = (map) => [...map].map(([number, field]) => ({ number, field })).sort(inOrder);
    let rest = queue(await holders(grams.flatMap((pair) => pair[0]), load, shards));
    const sure = () => found.filter((one) => !rest.length || inOrder(one, rest[0]) < 0).length;
    return {
      terms: asked,
      // The results so far, so many more if there are; and whether those are all.
      async upTo(count) {
        for (let lacking = count - sure(); lacking > 0 && rest.length; lacking = count - sure()) {
          const read = await Promise.all(rest.splice(0, lacking).map(async ({ number }) => {
            const path = 'text/' + (LAST_DAY - Math.floor(number / SLOTS)) + '/' + (number % SLOTS) + '.json';
            const result = verify(await load(path), asked);
            return result && Object.assign(result, { number });
          }));
          found.push(...read.filter(Boolean));
          found.sort(inOrder);
          if (others.length && read.includes(null)) {
            const narrower = await holders(others, load, shards);
            others = [];
            rest = rest.filter((one) => narrower.has(one.number));
            rest.forEach((one) => { one.field = Math.max(one.field, narrower.get(one.number)); });
            rest.sort(inOrder);
          }
        }
        return { results: found.slice(0, count), all: !rest.length && found.length <= count };
      },
    };
  }

  // The stretches of a text where terms stand.
  function hits(text, terms) {
    const folded = fold(text), found = [];
    for (const term of terms) {
      const end = (at) => at + term.text.length;
      for (let at = placeOf(term, folded); at >= 0; at = term.alone ? -1 : folded.text.indexOf(term.text, end(at))) {
        let to = folded.to[end(at) - 1];
        while (to < text.length && SIGN.test(text[to])) to++;
        found.push([folded.from[at], to]);
      }
    }
    return found.sort((a, b) => a[0] - b[0]);
  }

  if (typeof module === 'object') {
    module.exports = { fold, grams, shardOf, find, hits };
    return;
  }

  const page = document.getElementById('pk-search');
  if (!page || !window.fetch) return;
  const words = page.dataset, form = page.querySelector('form'), input = form.elements.q;
  const status = page.querySelector('[role=status]'), list = page.querySelector('.found');
  const more = page.querySelector('.more'), everything = document.getElementById('pk-everything');
  const files = new Map();
  let turn = 0, wait = 0, current = null, shown = 0;

  function load(path) {
    if (!files.has(path)) {
      files.set(path, fetch(words.index + path).then((answer) => {
        if (!answer.ok) throw new Error(path);
        return answer.text();
      }));
      files.get(path).catch(() => files.delete(path));
    }
    return files.get(path);
  }

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function marked(name, text, from, to) {
    const made = element(name);
    let at = from;
    for (const [start, end] of hits(text, current.terms)) {
      if (start < at || end > to) continue;
      made.append(text.slice(at, start), element('mark', text.slice(start, end)));
      at = end;
    }
    made.append(text.slice(at, to));
    return made;
  }

  function excerpt(text) {
    const hit = hits(text, current.terms)[0] || [0, 0];
    let from = Math.max(0, hit[0] - 60), to = Math.min(text.length, Math.max(hit[1] + 100, from + 180));
    while (from > 0 && SIGN.test(text[from])) from--;
    while (to < text.length && SIGN.test(text[to])) to++;
    const made = marked('p', text, from, to);
    if (from > 0) made.prepend('…');
    if (to < text.length) made.append('…');
    made.className = 'sum';
    return made;
  }

  function entry(result) {
    const item = element('li'), when = element('div', '', 'when'), time = element('time', result.date);
    time.dateTime = result.iso;
    when.append(time);
    const heading = element('h3'), link = marked('a', result.title, 0, result.title.length);
    link.href = words.root + result.url + (result.id ? '#' + encodeURIComponent(result.id) : '');
    heading.append(link);
    const text = element('div'), meta = element('p', '', 'meta');
    text.append(heading);
    if (result.excerpt) text.append(excerpt(result.excerpt));
    if (result.category) meta.append(element('span', result.category, 'tag'));
    if (result.heading) {
      const place = marked('span', result.heading, 0, result.heading.length);
      place.prepend(words.place + ' ');
      meta.append(' ', place);
    }
    if (meta.firstChild) text.append(meta);
    item.append(when, text);
    return item;
  }

  async function show(search, mine) {
    const { results, all } = await search.upTo(shown + PIECE);
    if (mine !== turn) return;
    list.append(...results.slice(shown).map(entry));
    shown = results.length;
    const phrase = shown === 0 ? words.none : all ? words.count : words.first;
    status.textContent = phrase.replace('{n}', shown);
    more.hidden = all;
  }

  async function run() {
    const mine = ++turn, query = input.value.trim();
    let search = null;
    try {
      if (query) search = await find(query, load, Number(words.shards));
      if (mine !== turn) return;
      current = search;
      shown = 0;
      list.textContent = status.textContent = '';
      more.hidden = true;
      list.hidden = !search;
      everything.hidden = Boolean(search);
      if (search) await show(search, mine);
    } catch (error) {
      if (mine === turn) status.textContent = words.failed;
    }
  }

  function typed() {
    const query = input.value.trim();
    history.replaceState(null, '', query ? '?q=' + encodeURIComponent(query) : location.pathname);
    run();
  }

  form.addEventListener('submit', (event) => { event.preventDefault(); clearTimeout(wait); typed(); });
  input.addEventListener('input', () => { clearTimeout(wait); wait = setTimeout(typed, 250); });
  more.addEventListener('click', async () => {
    const before = shown;
    try { await show(current, turn); } catch (error) { status.textContent = words.failed; }
    const next = list.children[before];
    if (next) next.querySelector('a').focus();
  });
  input.value = new URLSearchParams(location.search).get('q') || '';
  if (input.value) run();
}());

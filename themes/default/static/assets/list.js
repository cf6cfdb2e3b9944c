// Narrows and sorts a list. Without this file, and where list.json cannot be had, the page stays as it is.
(function () {
  'use strict';

  // The values that every item has and that lists show, as list.json calls them.
  const OWN = { title: 'title', document_number: 'document_number', kind: 'kind_title', unit: 'unit', fiscal_year: 'fiscal_year', tags: 'tags',
    issued_on: 'issued_on', publish_from: 'publish_from', publish_until: 'publish_until', valid_until: 'valid_until' };
  // What an item has of a facet, as in the addresses of its values. A state changes with time.
  function valuesOf(item, facet, state) {
    if (facet === 'state') return item.deadline ? [state(item)] : [];
    return item.terms[facet] ?? [];
  }
  // A day or an instant as a number, in the time of the portal.
  const instant = (text) => Date.parse(text.length === 10 ? text : text.replace(/(Z|[+-]\d\d:\d\d)$/, 'Z'));
  // What src/site/order.rs sorts an item by: a rank before a value, or nothing. `is` is a column of list.json.
  function keyOf(item, is, state) {
    if (is.type === 'state') return item.deadline ? [3, state(item) === 'closed' ? 1 : 0] : null;
    if (is.id === 'deadline') return item.deadline ? [0, instant(item.deadline), state(item) === 'closed'] : null;
    const value = [is.id in OWN ? item[OWN[is.id]] : item.fields[is.id]].flat()[0] ?? '';
    if (value === '') return null;
    if (is.deadline_of && is.deadline_of.includes(item.kind)) return [0, instant(item.deadline), state(item) === 'closed'];
    if (is.type === 'item') return [4, (item.titles || {})[is.id]];
    if (is.type === 'choice') return [3, is.choices[item.kind].findIndex((one) => one.id === value)];
    if (is.type === 'boolean') return [3, value ? 0 : 1];
    if (is.type === 'date' || is.type === 'datetime') return [1, instant(value)];
    return [typeof value === 'number' ? 2 : 4, value];
  }
  // Compares items as src/site/order.rs does. Those without a value come last.
  function inOrder(is, isDescending, language, state) {
    const texts = new Intl.Collator(language, { numeric: true });
    const byValue = (a, b) => {
      if (a[0] !== b[0]) return a[0] - b[0];
      if (a[0] === 0 && !isDescending) return a[2] - b[2] || (a[2] ? b[1] - a[1] : a[1] - b[1]);
      return a[0] === 4 ? texts.compare(a[1], b[1]) : a[1] - b[1];
    };
    const rest = (a, b) => instant(b.publish_from) - instant(a.publish_from) || texts.compare(a.title, b.title);
    return (a, b) => {
      const [x, y] = [keyOf(a, is, state), keyOf(b, is, state)];
      return !x - !y || (x && y ? (isDescending ? byValue(y, x) : byValue(x, y)) : 0) || rest(a, b);
    };
  }
  if (typeof module === 'object') { module.exports = { inOrder, valuesOf }; return; }

  const panel = document.getElementById('pk-narrow'), list = document.querySelector('.listing [data-prakat=list]');
  if (!panel || !list || location.protocol === 'file:') return;
  const words = panel.dataset, box = document.querySelector('.listing'), status = box.querySelector('[role=status]');
  const input = panel.querySelector('input'), clear = panel.querySelector('button');
  const rowsOf = (of) => [...(of.tBodies ? of.tBodies[0].rows : of.children)];
  const body = list.tBodies ? list.tBodies[0] : list, own = rowsOf(list), pager = box.querySelector('[data-prakat=pager]');
  const heads = list.tHead ? [...list.tHead.rows[0].cells] : [], sums = list.tFoot ? [...list.tFoot.querySelectorAll('[data-id]')] : [];
  const title = box.querySelector('h2'), titled = [...title.childNodes];
  const language = document.documentElement.lang, root = new URL(words.root, location);
  const isThai = /[๐-๙]/.test(title.textContent);
  let state, turn = 0, wait = 0, data, shownColumns, undo = [];

  const fold = (text) => text.normalize('NFC').toLowerCase().replace(/[\u00AD\u200B-\u200D\u2060\uFEFF]/g, '')
    .replace(/[๐-๙]/g, (c) => c.charCodeAt(0) % 16).replace(/(\d),(?=\d)/g, '$1').replace(/เเ/g, 'แ').replace(/\u0E4D([\u0E48-\u0E4B]?)\u0E32/g, '$1\u0E33').replace(/\s+/g, ' ');
  const shown = (text) => (isThai ? String(text).replace(/\d/g, (d) => String.fromCharCode(0xE50 + Number(d))) : String(text));
  const pathOf = (address, from) => decodeURI(new URL(address, from).href.slice(from.href.length));

  // What the address says: ?by=kind/tender&by=unit/…&q=words&sort=-budget&page=2
  function read() {
    const asked = new URLSearchParams(location.search), by = asked.has('by') ? asked.getAll('by').filter(Boolean) : start();
    return { by: new Set(by), q: asked.get('q') || '', sort: asked.get('sort') || '', page: Number(asked.get('page')) || 1 };
  }
  const start = () => boxes.filter((one) => one.isOwn).map((one) => one.name);
  function write() {
    const { by, q, sort, page } = state, first = start();
    const isFirst = by.size === first.length && first.every((name) => by.has(name));
    const parts = isFirst ? [] : by.size ? [...by].map((name) => 'by=' + name.split('/').map(encodeURIComponent).join('/')) : ['by='];
    if (q) parts.push('q=' + encodeURIComponent(q));
    if (sort) parts.push('sort=' + sort);
    if (page > 1) parts.push('page=' + page);
    history.replaceState(null, '', parts.length ? '?' + parts.join('&') : location.pathname);
    return parts.length > 0;
  }

  // A link becomes a box to tick, and again a link if the list cannot be had.
  const boxes = [...panel.querySelectorAll('li:not(.rest)>a')].map((link) => {
    const label = document.createElement('label'), tick = document.createElement('input'), facet = link.closest('ul').dataset.id;
    const name = facet + '/' + decodeURIComponent(link.pathname.split('/').slice(-2)[0]);
    Object.assign(tick, { type: 'checkbox', autocomplete: 'off' });
    undo.push(() => { link.append(...[...label.childNodes].slice(1)); label.replaceWith(link); });
    label.append(tick, ...link.childNodes);
    link.replaceWith(label);
    tick.onchange = () => { state.by[tick.checked ? 'add' : 'delete'](name); changed(); };
    return { facet, name, tick, count: label.lastElementChild, isOwn: link.hasAttribute('aria-current') };
  });
  const facets = [...new Set(boxes.map((one) => one.facet))];
  heads.forEach((head) => {
    const button = document.createElement('button'), { id } = head.dataset;
    button.type = 'button';
    undo.push(() => { head.append(...button.childNodes); button.remove(); });
    button.append(...head.childNodes);
    head.append(button);
    button.onclick = () => { state.sort = { [id]: '-' + id, ['-' + id]: '' }[state.sort] ?? id; changed(); };
  });

  async function get(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw address;
    return answer;
  }

  const stateOf = ({ deadline }) => (words.closed && Date.parse(deadline) <= Date.parse(words.closed) ? 'closed' : 'open');

  async function load() {
    const { items, columns, sort } = await (await get(words.json)).json(), base = new URL(words.base);
    const texts = (value) => (value && typeof value === 'object' ? Object.values(value).map(texts).join(' ') : /^\d{4}-\d\d-\d\d|^https?:/.test(value) ? '' : value ?? '');
    const entries = items.map((item) => ({
      item, key: pathOf(item.url, base), text: fold(texts({ ...item, terms: '' })),
      by: new Map(facets.map((facet) => [facet, valuesOf(item, facet, stateOf)])),
    }));
    shownColumns = new Map([{ id: 'title', type: 'text' }, sort, ...columns].filter(Boolean).map((one) => [one.id, one]));
    // An order that changes as deadlines pass is not that of list.json.
    if (words.order) sortBy(entries, words.order);
    entries.forEach((entry, place) => { entry.place = place; });
    return entries;
  }
  function sortBy(entries, word) {
    const is = shownColumns.get(word.replace(/^-/, ''));
    if (!is) return;
    const compare = inOrder(is, word[0] === '-', language, stateOf);
    entries.sort((a, b) => compare(a.item, b.item));
  }

  // Rows come from the pages of the whole list, as they were made: first from those where they should be.
  const known = new Map(), seen = new Map();
  function learn(rows, address) {
    for (const row of rows) {
      for (const name of ['href', 'src']) {
        for (const one of row.querySelectorAll(`[${name}]`)) {
          const { origin, pathname, href } = new URL(one.getAttribute(name), address);
          one.setAttribute(name, origin === location.origin ? pathname : href);
        }
      }
      known.set(pathOf(row.querySelector('a').href, root), row);
    }
  }
  function learnPage(n) {
    if (!seen.has(n)) {
      seen.set(n, get(new URL(n ? `page/${n + 1}/` : '.', new URL(words.list, location))).then(async (answer) => {
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
        learn(rowsOf(page.querySelector('.listing [data-prakat=list]')), answer.url);
      }));
    }
    return seen.get(n);
  }
  async function rowsFor(found, all) {
    const missing = () => found.filter(({ key }) => !known.has(key));
    await Promise.all(missing().map(({ place }) => learnPage(Math.floor(place / words.perPage))));
    for (let n = 0; missing().length && n < all / words.perPage; n += 1) await learnPage(n);
    if (missing().length) throw found;
    return found.map(({ key }) => known.get(key));
  }

  const chosen = (facet) => [...state.by].filter((name) => name.startsWith(facet + '/')).map((name) => name.slice(facet.length + 1));
  function matching(entries, but) {
    const terms = fold(state.q).split(' ').filter(Boolean);
    const asked = facets.filter((facet) => facet !== but).map((facet) => [facet, chosen(facet)]).filter(([, some]) => some.length);
    return entries.filter(({ by, text }) => terms.every((term) => text.includes(term)) && asked.every(([facet, some]) => by.get(facet).some((one) => some.includes(one))));
  }

  // How many there would be with each value, whatever else is chosen of its facet.
  function count(entries) {
    const counts = new Map();
    for (const facet of facets) {
      for (const { by } of matching(entries, facet)) for (const value of by.get(facet)) counts.set(facet + '/' + value, (counts.get(facet + '/' + value) || 0) + 1);
    }
    boxes.forEach((one) => { one.count.textContent = shown(counts.get(one.name) || 0); });
  }

  // A sum is that of whole cents, of any size.
  const money = (cents) => [cents / 100n, cents % 100n].map(String).map((text, n) => (n ? text.replace('-', '').padStart(2, '0') : text.replace(/\B(?=(\d{3})+$)/g, ','))).join('.').replace(/\.00$/, '').replace(/^(?=0\.)/, cents < 0n ? '-' : '');
  function total(cell, found) {
    const amounts = found.map(({ item }) => item.fields[cell.dataset.id]).filter((amount) => typeof amount === 'number');
    cell.textContent = amounts.length && isOfOneKind(found) ? shown(money(amounts.reduce((sum, amount) => sum + BigInt(Math.round(amount * 100)), 0n))) : '';
  }

  // Steps of a procedure name the same money again.
  function isOfOneKind(found) {
    const money = heads.map((head) => head.dataset.id).filter((id) => shownColumns.get(id)?.type === 'money');
    return new Set(found.filter(({ item }) => money.some((id) => typeof item.fields[id] === 'number')).map(({ item }) => item.kind)).size < 2;
  }
  // Columns without a value are hidden, as on the page.
  const hidden = heads.map((head) => head.hidden);
  function hide(rows, isHidden) {
    for (const row of [list.tHead.rows[0], ...rows, ...(list.tFoot ? list.tFoot.rows : [])]) isHidden.forEach((is, n) => { row.cells[n].hidden = is; });
  }
  function hideEmpty(rows, found) {
    if (heads.length) hide(rows, heads.map(({ dataset: { id } }) => !found.some(({ item }) => keyOf(item, shownColumns.get(id), stateOf))));
  }

  const turner = document.createElement('nav');
  function turnTo(page) {
    state.page = page;
    changed(true).then(() => { title.tabIndex = -1; title.focus(); });
  }
  function showPager(count) {
    const last = Math.ceil(count / words.perPage), line = document.createElement('p');
    const step = (text, page) => {
      const button = document.createElement('button');
      Object.assign(button, { type: 'button', textContent: text, disabled: page < 1 || page > last, onclick: () => turnTo(page) });
      return button;
    };
    turner.hidden = last < 2;
    line.className = 'pager';
    line.append(step(words.prev, state.page - 1), words.page.replace('{n}', shown(state.page)).replace('{total}', shown(last)), step(words.next, state.page + 1));
    turner.replaceChildren(line);
  }

  function reset() {
    body.replaceChildren(...own);
    if (heads.length) hide(own, hidden);
    if (list.tFoot) list.tFoot.hidden = false;
    title.replaceChildren(...titled);
    status.textContent = status.className = '';
    turner.hidden = true;
    if (pager) pager.hidden = false;
    numbers.forEach(([cell, text]) => { cell.textContent = text; });
  }
  const numbers = [...sums, ...box.querySelectorAll('[data-total]'), ...boxes.map((one) => one.count)].map((cell) => [cell, cell.textContent]);

  async function show(mine) {
    data ||= load();
    const entries = await data, found = matching(entries);
    if (state.sort) sortBy(found, state.sort);
    state.page = Math.max(1, Math.min(state.page, Math.ceil(found.length / words.perPage)));
    const from = (state.page - 1) * words.perPage, rows = await rowsFor(found.slice(from, from + Number(words.perPage)), entries.length);
    if (mine !== turn) return;
    count(entries);
    const isNarrowed = write();
    if (!isNarrowed) { reset(); return; }
    body.replaceChildren(...rows);
    hideEmpty(rows, found);
    status.className = 'vh';
    status.textContent = title.textContent = found.length ? words.found.replace('{n}', shown(found.length)).replace('{total}', shown(entries.length)) : words.none;
    if (pager) pager.hidden = true;
    showPager(found.length);
    sums.forEach((cell) => total(cell, found));
    if (list.tFoot) list.tFoot.hidden = sums.every((cell) => !cell.textContent);
    box.querySelectorAll('[data-total]').forEach((one) => { one.textContent = shown(found.length); });
  }

  function mark() {
    for (const { name, tick } of boxes) tick.checked = state.by.has(name);
    for (const head of heads) {
      const { id } = head.dataset, way = { [id]: 'ascending', ['-' + id]: 'descending' }[state.sort];
      if (way) head.setAttribute('aria-sort', way); else head.removeAttribute('aria-sort');
    }
  }

  async function changed(keepsPage) {
    const mine = ++turn;
    if (!keepsPage) state.page = 1;
    mark();
    list.ariaBusy = 'true';
    try {
      await show(mine);
    } catch {
      if (mine !== turn) return;
      reset();
      undo.forEach((back) => back());
      panel.classList.add('plain');
      status.textContent = words.failed;
    }
    if (mine === turn) list.ariaBusy = 'false';
  }

  // A head stays in sight over a table that fits: one that scrolls sideways cannot.
  const frame = list.parentNode;
  if (heads.length) new ResizeObserver(() => frame.classList.toggle('fits', list.offsetWidth <= frame.clientWidth)).observe(list);

  learn(own, location);
  box.append(turner);
  turner.hidden = true;
  turner.ariaLabel = words.pages;
  input.oninput = () => { clearTimeout(wait); wait = setTimeout(() => { state.q = input.value.trim(); changed(); }, 200); };
  clear.onclick = () => { state = { by: new Set(start()), q: '', sort: '', page: 1 }; input.value = ''; changed(); };
  state = read();
  input.value = state.q;
  mark();
  if (/[?&](by|q|sort|page)=/.test(location.search)) changed(true);
}());

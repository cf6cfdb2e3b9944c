// Filters and sorts a long table, and shows its further rows. Without this file, and where the JSON cannot be had,
// the page keeps the first rows and the links to the files with all of them.
(function () {
  'use strict';
  const { fold, digits, pager } = prakatText;
  const NUMBERS = ['integer', 'decimal', 'money', 'percent'];

  // A value as the page shows it. `words` has the names of the months and what years are counted from.
  function shownOf(value, { type, decimals }, { months, era, isThai }) {
    if (value === null) return '–';
    if (type === 'item') return value.title;
    if (type === 'date') {
      const [day, time] = value.split('T'), [y, m, d] = day.split('-').map(Number);
      const text = months ? `${d} ${months[m - 1]} ${y + era}` : day;
      return digits(time ? `${text} ${time}` : text, isThai);
    }
    if (!NUMBERS.includes(type)) return value;
    const [whole, part] = value.toFixed(decimals).split('.');
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
    return digits((part ? `${grouped}.${part}` : grouped) + (type === 'percent' ? '%' : ''), isThai);
  }
  // Compares rows by a column. Those without a value come last, either way.
  function inOrder(n, { type }, isDescending, language) {
    const texts = new Intl.Collator(language, { numeric: true });
    const compare = (a, b) => (NUMBERS.includes(type) ? a - b : texts.compare(type === 'item' ? a.title : a, type === 'item' ? b.title : b));
    return ({ row: { [n]: a } }, { row: { [n]: b } }) => (a === null || b === null ? (a === null) - (b === null) : isDescending ? compare(b, a) : compare(a, b));
  }
  // The rows that have every word.
  function matching(entries, asked) {
    const words = fold(asked).split(' ').filter(Boolean);
    return words.length ? entries.filter((entry) => words.every((word) => entry.text().includes(word))) : [...entries];
  }
  if (typeof module === 'object') { module.exports = { shownOf, inOrder, matching }; return; }
  if (location.protocol === 'file:') return;

  const make = (name, more) => Object.assign(document.createElement(name), more);
  document.querySelectorAll('figure[data-json]').forEach((figure) => {
    const words = figure.dataset, table = figure.querySelector('table'), frame = table.parentNode;
    const status = figure.querySelector('[role=status]'), first = status.textContent;
    const body = table.tBodies[0], own = [...body.rows], language = document.documentElement.lang;
    const isThai = words.digits === 'thai', shown = (number) => digits(String(number).replace(/\B(?=(\d{3})+$)/g, ','), isThai);
    const ways = { months: words.months && words.months.split('|'), era: Number(words.era), isThai }, perPage = Number(words.rows);
    let data, turn = 0, wait = 0, state = { q: '', sort: -1, isDescending: false, page: 1 };

    async function load() {
      const answer = await fetch(words.json);
      if (!answer.ok) throw answer;
      const { columns, rows } = await answer.json();
      const textOf = (row) => fold(row.map((value, n) => (value === null ? '' : columns[n].type === 'date' ? `${value} ${shownOf(value, columns[n], ways)}` : value.title ?? value)).join(' '));
      return { columns, entries: rows.map((row) => { let text; return { row, text: () => (text ??= textOf(row)) }; }) };
    }

    function cellOf(value, column, like) {
      const cell = like.cloneNode(false), text = shownOf(value, column, ways);
      if (value !== null && column.type === 'item') {
        cell.append(make('a', { href: value.url.startsWith(words.base) ? words.root + value.url.slice(words.base.length) : value.url, textContent: text }));
      } else if (value !== null && column.type === 'date') cell.append(make('time', { dateTime: value, textContent: text }));
      else text.split('\n').forEach((line, n) => cell.append(...(n ? [make('br'), line] : [line])));
      return cell;
    }
    function rowOf({ row }, columns) {
      const line = make('tr');
      line.append(...row.map((value, n) => cellOf(value, columns[n], own[0].cells[n])));
      return line;
    }

    async function show(mine) {
      data ||= load();
      const { columns, entries } = await data;
      if (mine !== turn) return;
      const found = matching(entries, state.q), { sort, isDescending } = state;
      if (sort >= 0) found.sort(inOrder(sort, columns[sort], isDescending, language));
      const last = Math.max(1, Math.ceil(found.length / perPage));
      state.page = Math.min(state.page, last);
      const isFirst = !state.q && sort < 0 && state.page === 1, from = (state.page - 1) * perPage;
      body.replaceChildren(...(isFirst ? own : found.slice(from, from + perPage).map((entry) => rowOf(entry, columns))));
      const page = last > 1 ? ` ${words.page.replace('{n}', shown(state.page)).replace('{total}', shown(last))}` : '';
      status.textContent = isFirst ? first : found.length ? words.found.replace('{n}', shown(found.length)).replace('{total}', shown(entries.length)) + page : words.none;
      showPager(last);
    }
    function showPager(last) {
      const turnTo = (page) => { state.page = page; changed().then(() => { frame.tabIndex = Math.max(frame.tabIndex, -1); frame.focus(); }); };
      // The line below the table says so of the first page.
      pager(nav, { page: state.page, last, words: turn ? words : { ...words, page: '' }, shown, turn: turnTo });
    }
    async function changed() {
      const mine = ++turn;
      heads.forEach(({ head }, n) => {
        if (n === state.sort) head.setAttribute('aria-sort', state.isDescending ? 'descending' : 'ascending'); else head.removeAttribute('aria-sort');
      });
      figure.ariaBusy = 'true';
      try {
        await show(mine);
      } catch {
        if (mine === turn) giveUp();
      }
      if (mine === turn) figure.ariaBusy = 'false';
    }
    // The page is again as it would be without this script.
    function giveUp() {
      body.replaceChildren(...own);
      heads.forEach(({ head, button }) => { head.removeAttribute('aria-sort'); head.replaceChildren(...button.childNodes); });
      filter.remove();
      nav.remove();
      status.textContent = '';
      setTimeout(() => { status.textContent = first; });
    }

    const heads = [...table.tHead.rows[0].cells].map((head, n) => {
      const button = make('button', { type: 'button' });
      button.append(...head.childNodes);
      head.append(button);
      button.onclick = () => {
        const { sort, isDescending } = state, isLast = sort === n && isDescending;
        Object.assign(state, { sort: isLast ? -1 : n, isDescending: sort === n && !isDescending, page: 1 });
        changed();
      };
      return { head, button };
    });
    const filter = figure.querySelector('.words'), input = filter.querySelector('input');
    input.disabled = false;
    input.oninput = () => { clearTimeout(wait); wait = setTimeout(() => { Object.assign(state, { q: input.value.trim(), page: 1 }); changed(); }, 200); };
    const nav = make('nav', { ariaLabel: words.pages });
    status.after(nav);
    showPager(Math.ceil(Number(words.total) / perPage));
  });
}());

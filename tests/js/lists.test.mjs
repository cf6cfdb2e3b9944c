// The script of lists sorts as the program does:
//   node --test tests/js/
// tests/list_order.rs holds the program to the same orders, and list.json to what it writes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { inOrder, valuesOf } from './lists.mjs';

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const { closed, orders } = read('lists.json');
const { columns, items, language } = read('lists/list.json');
const state = ({ deadline }) => (Date.parse(deadline) <= Date.parse(closed) ? 'closed' : 'open');
const nameOf = (item) => item.url.split('/').at(-2);

for (const [word, names] of Object.entries(orders)) {
  test(`the order by ${word}`, () => {
    const is = columns.find(({ id }) => id === word.replace('-', ''));
    assert.ok(is, 'list.json has the column');
    const compare = inOrder(is, word.startsWith('-'), language, state);
    for (const first of [items, [...items].reverse()]) {
      assert.deepEqual([...first].sort(compare).map(nameOf).join(' '), names);
    }
  });
}

test('declared words are values as they are, other texts as slugs', () => {
  const item = { kind: 'a--b', unit: 'กอง  ช่าง', fiscal_year: 2570, tags: ['ข่าว ๑', 'x'], summary: 'no', fields: { way: 'a--b', open: true, note: null } };
  const values = (facet, ...declared) => [...valuesOf(item, facet, () => 'open', (one) => declared.includes(one))];
  assert.deepEqual(values('way'), ['a--b']);
  assert.deepEqual(values('open'), ['yes']);
  assert.deepEqual(values('kind', 'a--b'), ['a--b']);
  assert.deepEqual(values('kind'), ['a-b']);
  assert.deepEqual(values('unit'), ['กอง-ช่าง']);
  assert.deepEqual(values('tag'), ['ข่าว-๑', 'x']);
  assert.deepEqual([values('fiscal_year'), values('fiscal_year', 2570)], [['2570'], ['2570']]);
  assert.deepEqual([values('summary'), values('note'), values('state')], [[], [], []]);
});

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

test('values of facets are those of the program', () => {
  const item = { kind: 'K', tags: ['Straße', 'ΣΟΦΌΣ'], terms: { kind: ['k'], tag: ['strasse', 'σοφόσ'] }, deadline: null };
  assert.deepEqual(['kind', 'tag', 'unit', 'state'].map((facet) => [...valuesOf(item, facet, () => 'open')]), [['k'], ['strasse', 'σοφόσ'], [], []]);
  assert.deepEqual([...valuesOf({ ...item, deadline: '2026-06-01T00:00:00Z' }, 'state', () => 'closed')], ['closed']);
});

// The script of long tables shows, sorts and finds values as the page does:
//   node --test tests/js/
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import vm from 'node:vm';

const asset = (name) => readFileSync(new URL(`../../themes/default/static/assets/${name}`, import.meta.url), 'utf8');
const world = vm.createContext({ module: {}, Intl });
vm.runInContext(asset('text.js'), world);
vm.runInContext(asset('table.js'), world);
const { shownOf, inOrder, matching } = world.module.exports;
const { fold } = world.prakatText;

const MONTHS = 'ม.ค.|ก.พ.|มี.ค.|เม.ย.|พ.ค.|มิ.ย.|ก.ค.|ส.ค.|ก.ย.|ต.ค.|พ.ย.|ธ.ค.'.split('|');
const thai = { months: MONTHS, era: 543, isThai: true };
const plain = { months: '', era: 0, isThai: false };

test('values are shown as on the page', () => {
  const money = { type: 'money', decimals: 2 };
  for (const [value, column, words, shown] of [
    [1250.5, money, plain, '1,250.50'],
    [1250.5, money, thai, '๑,๒๕๐.๕๐'],
    [-1250000, { type: 'integer', decimals: 0 }, plain, '-1,250,000'],
    [12.5, { type: 'percent', decimals: 1 }, plain, '12.5%'],
    ['2026-10-01', { type: 'date' }, thai, '๑ ต.ค. ๒๕๖๙'],
    ['2026-10-01', { type: 'date' }, plain, '2026-10-01'],
    [{ title: 'ก', url: 'https://town.example/a/' }, { type: 'item' }, thai, 'ก'],
    ['ซ่อม 1', { type: 'text' }, thai, 'ซ่อม 1'],
    [null, money, thai, '–'],
  ]) assert.equal(shownOf(value, column, words), shown);
});

test('rows are sorted by type, and those without a value come last', () => {
  const order = (values, type, isDescending) => values.map((value) => ({ row: [value] })).sort(inOrder(0, { type }, isDescending, 'th')).map(({ row: [value] }) => value);
  assert.deepEqual(order([10, null, 9, -1], 'integer', false), [-1, 9, 10, null]);
  assert.deepEqual(order([10, null, 9, -1], 'integer', true), [10, 9, -1, null]);
  assert.deepEqual(order(['งาน 10', 'เกาะ', 'งาน 9', null], 'text', false), ['เกาะ', 'งาน 9', 'งาน 10', null]);
  assert.deepEqual(order(['2026-10-01', '2026-02-01'], 'date', false), ['2026-02-01', '2026-10-01']);
});

test('rows are found by every word, whatever the digits', () => {
  const entries = ['ซ่อมถนน 1250.5', 'ท่อ 50'].map((text) => ({ text: () => fold(text) }));
  const found = (asked) => matching(entries, asked).length;
  assert.deepEqual(['', '๑,๒๕๐', 'ถนน 1250', 'ถนน 50 ท่อ', 'ไม่มี'].map(found), [2, 1, 1, 0, 0]);
});

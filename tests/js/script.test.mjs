// The script of the search page folds, cuts and unpacks as the program does:
//   node --test tests/js/
// The same vectors are read by the tests of src/search/tokens.rs and src/search/scsu.rs.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import test from 'node:test';
import { clusters, fold, hits, shardOf, unpack, wordAt } from './script.mjs';

const vectors = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8'));

test('folding', () => {
  for (const [text, folded] of vectors.fold) assert.equal(fold(text.normalize('NFC')).text, folded, text);
});

test('every unit of a folded text has its place in the text', () => {
  for (const [text] of vectors.fold) {
    const { text: folded, from, to } = fold(text.normalize('NFC'));
    assert.equal(from.length, folded.length);
    assert.equal(to.length, folded.length);
    from.forEach((start, n) => assert.ok(start <= to[n] && (!n || start >= from[n - 1]), text));
  }
});

test('clusters make the grams', () => {
  for (const [folded, grams] of vectors.grams) {
    const words = folded.split(' ').filter(Boolean).map(clusters);
    const long = (rest) => (rest.length > 3 ? [rest.slice(0, 8)] : []);
    const runs = (word, n) => [...long(word.slice(n)), ...[3, 2].filter((size) => n + size <= word.length).map((size) => word.slice(n, n + size))];
    const beginnings = (cluster) => [...cluster].map((_, n, all) => all.slice(0, all.length - n));
    const at = (word, n) => [...runs(word, n), ...beginnings(word[n])].map((run) => run.join(''));
    const all = words.flatMap((word) => word.flatMap((_, n) => at(word, n)));
    assert.deepEqual(all, grams, folded);
  }
});

test('files of the index', () => {
  for (const [gram, shards, shard] of vectors.shards) assert.equal(shardOf(gram, shards), shard, gram);
});

test('unpacking', () => {
  for (const [text, bytes] of vectors.pack) assert.equal(unpack(bytes), text);
});

test('hits are marked with their signs, over what is not compared', () => {
  const marked = (text, query) => hits(text, [fold(query).text]).map(([from, to]) => text.slice(from, to));
  assert.deepEqual(marked('เลขที่ ๑๒/๒๕๕๒ ปี ๒๕๕๒', '2552'), ['๒๕๕๒', '๒๕๕๒']);
  assert.deepEqual(marked('การเก็บนํ้าฝน', 'น้ำ'), ['นํ้า']);
  assert.deepEqual(marked('ดื่มน้ำสะอาด', 'น'), ['น้ำ']);
  assert.deepEqual(marked('หอ\u200bกระจายข่าว', 'หอกระ'), ['หอ\u200bกระ']);
  assert.deepEqual(marked('พ.ศ. 2552', 'พ.ศ'), ['พ.ศ']);
  assert.deepEqual(marked('ไม่มี', '5'), []);
});

test('an excerpt begins and ends with a word', () => {
  const text = 'งานก่อสร้างถนน';
  assert.equal(text.slice(0, wordAt(text, 9, 1)), 'งานก่อสร้าง');
  assert.equal(text.slice(wordAt(text, 9, -1)), 'ก่อสร้างถนน');
  assert.equal(wordAt(text, 3, -1), 3);
  assert.equal(wordAt(text, text.length + 9, 1), text.length + 9);
});

test('the script is small', () => {
  const file = new URL('../../themes/default/static/assets/search.js', import.meta.url);
  assert.ok(statSync(file).size < 26_000);
});

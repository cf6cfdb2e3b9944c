// What the search of a built site answers:
//   node tests/js/ask.mjs OUTPUT/search QUERY…
// prints for each query a line of JSON: [[url, field, heading, excerpt], …]; field 0 is the title, 1 a
// heading, a tag or the like, 2 the text.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { find } from './script.mjs';

const [folder, ...queries] = process.argv.slice(2);
const page = readFileSync(join(folder, 'index.html'), 'utf8');
const shards = Number(/data-shards="(\d+)"/.exec(page)[1]);
const load = async (path) => readFileSync(join(folder, path));
for (const query of queries) {
  const search = await find(query, load, shards);
  const { results } = search ? await search.upTo(Infinity) : { results: [] };
  console.log(JSON.stringify(results.map(({ url, field, heading, excerpt }) => [url, field, heading || '', excerpt || ''])));
}

// Whether questions lead to the pages that they mean:
//   node tests/js/questions.mjs OUTPUT LIST… [LEAST]
// asks the search of a built site the questions of files (query, TAB, address of the page from the site's root, several with |
// between them; lines with # are remarks), prints those whose page is not among the first three results, with what is, and the
// share of the others. Ends with 1 if that is less than LEAST per cent.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSearch } from './script.mjs';

const [output, ...rest] = process.argv.slice(2);
const least = /^\d+$/.test(rest.at(-1)) ? Number(rest.pop()) : 0;
const languages = new Map();

async function language(name) {
  if (!languages.has(name)) {
    const folder = join(output, name, 'search'), page = readFileSync(join(folder, 'index.html'), 'utf8');
    const files = new Map();
    const load = async (path) => {
      if (!files.has(path)) files.set(path, readFileSync(join(folder, path)));
      return files.get(path);
    };
    languages.set(name, { ask: await openSearch(load, Number(/data-shards="(\d+)"/.exec(page)[1])), files });
  }
  return languages.get(name);
}

let isEnough = true;
for (const list of rest) {
  const lines = readFileSync(list, 'utf8').split(/\r?\n/).filter((line) => line.includes('\t') && !line.startsWith('#'));
  const sizes = [];
  let right = 0;
  for (const [query, wanted] of lines.map((line) => line.split('\t'))) {
    const [first] = wanted.split('/');
    const { ask, files } = await language(first && existsSync(join(output, first, 'search', 'index')) ? first : '');
    // Every question is asked by somebody who has just come.
    for (const path of [...files.keys()].filter((name) => !/(titles|words)\.txt$/.test(name))) files.delete(path);
    const search = await ask(query), { results } = search ? await search.upTo(10) : { results: [] };
    sizes.push([...files.values()].reduce((sum, file) => sum + file.length, 0));
    const urls = results.map(({ url }) => decodeURIComponent(url)), place = urls.findIndex((url) => wanted.split('|').includes(url));
    if (place >= 0 && place < 3) right += 1;
    else console.log(`${query}: ${place < 0 ? 'not' : place + 1}${search?.meant ? ` (${search.meant})` : ''}, wanted ${wanted}, first ${urls.slice(0, 3).join(' ')}`);
  }
  sizes.sort((a, b) => a - b);
  const share = (100 * right) / lines.length;
  isEnough &&= share >= least;
  console.log(`${list}: ${right} of ${lines.length} among the first three, ${share.toFixed(1)} %; loaded: median ${Math.round(sizes[sizes.length >> 1] / 1000)} kB, most ${Math.round(sizes.at(-1) / 1000)} kB`);
}
process.exitCode = isEnough ? 0 : 1;

// The script of the search page, as Node reads it.
import { readFileSync } from 'node:fs';

const file = new URL('../../themes/default/static/assets/search.js', import.meta.url);
const code = Buffer.from(readFileSync(file)).toString('base64');
export const { fold, clusters, shardOf, unpack, find, hits, wordAt, openSearch, otherKeys } = await import(`data:text/javascript;base64,${code}`);

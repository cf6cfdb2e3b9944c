// The script of lists, as Node reads it.
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

const file = new URL('../../themes/default/static/assets/list.js', import.meta.url);
const module = {};
vm.runInNewContext(readFileSync(file, 'utf8'), { module, Intl, Date });
export const { inOrder, valuesOf } = module.exports;

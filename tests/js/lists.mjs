// The script of lists, as Node reads it.
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

const asset = (name) => readFileSync(new URL(`../../themes/default/static/assets/${name}`, import.meta.url), 'utf8');
const world = vm.createContext({ module: {}, Intl, Date });
vm.runInContext(asset('text.js'), world);
vm.runInContext(asset('list.js'), world);
export const { inOrder, valuesOf } = world.module.exports;

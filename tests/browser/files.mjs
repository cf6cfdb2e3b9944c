// Bars on the files of a built site, without a browser.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/** Paths of all files below a folder, sorted, with `/` between the parts. */
export function filesBelow(folder) {
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

/** How many bytes a text takes on the way to the reader. */
export const gzipped = (bytes) => gzipSync(bytes, { level: 6 }).length;

const vnu = () => createRequire(import.meta.url).resolve('vnu-jar/build/dist/vnu.jar');

/** Errors and warnings of the Nu validator on all pages, style sheets and SVG pictures: one start of Java. */
export function nu(folder) {
  // It would read attachments as HTML, so it is given a copy without them.
  const copy = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'prakat-nu-')));
  for (const name of filesBelow(folder).filter((file) => /\.(html|css|svg)$/.test(file))) {
    fs.mkdirSync(path.dirname(path.join(copy, name)), { recursive: true });
    fs.copyFileSync(path.join(folder, name), path.join(copy, name));
  }
  const options = ['--format', 'json', '--stdout', '--exit-zero-always', '--also-check-css', '--also-check-svg'];
  const output = execFileSync('java', ['-jar', vnu(), ...options, copy], { encoding: 'utf8', maxBuffer: 1 << 28 });
  fs.rmSync(copy, { recursive: true });
  return JSON.parse(output).messages.map((m) => ({
    page: path.relative(copy, decodeURIComponent((m.url ?? '').replace(/^file:/, ''))),
    says: `${m.subType ?? m.type}: ${m.message} (line ${m.lastLine ?? '?'})`,
  }));
}

/** What html-validate says of the pages by its rules for documents, accessibility and good practice. */
export function htmlValidate(folder) {
  const { HtmlValidate, StaticConfigLoader } = createRequire(import.meta.url)('html-validate');
  const validator = new HtmlValidate(new StaticConfigLoader({
    root: true,
    extends: ['html-validate:recommended', 'html-validate:a11y', 'html-validate:document'],
    rules: {
      // Files of the site itself, served with its pages.
      'require-sri': ['error', { target: 'crossorigin' }],
      // Headings have ids in their own script, as HTML allows.
      'valid-id': ['error', { relaxed: true }],
      // Official titles are as long as they are; lines may break in the numbers that writers link.
      'long-title': 'off',
      'tel-non-breaking': 'off',
    },
  }));
  return filesBelow(folder).filter((name) => name.endsWith('.html')).flatMap((page) => {
    const text = fs.readFileSync(path.join(folder, page), 'utf8');
    const { results } = validator.validateStringSync(text, page);
    return results.flatMap(({ messages }) => messages)
      .map((m) => ({ page, says: `${m.ruleId}: ${m.message} (line ${m.line})` }));
  });
}

const sum = (folder, names, size) => names.reduce((total, name) => total + size(fs.readFileSync(path.join(folder, name))), 0);

/** Bounds on what the theme weighs: bytes as they are, and gzipped. */
export function weights(folder) {
  const names = filesBelow(folder);
  const css = names.filter((name) => name.endsWith('.css'));
  // The search and the lists have bounds of their own: each is loaded where a reader needs it.
  const scripts = names.filter((name) => /\.m?js$/.test(name) && !/search|list/.test(name));
  const lists = names.filter((name) => /list\.js$/.test(name));
  const over = (page, what, is, most) => (is > most ? [{ page, says: `${what}: ${is} bytes, at most ${most}` }] : []);
  const length = (bytes) => bytes.length;
  return [
    ...over(css.join(' '), 'style sheets', sum(folder, css, length), 28_000),
    ...over(css.join(' '), 'style sheets, gzipped', sum(folder, css, gzipped), 7_500),
    ...over(scripts.join(' '), 'scripts', sum(folder, scripts, length), 6_000),
    ...over(lists.join(' '), 'script of lists, gzipped', sum(folder, lists, gzipped), 6_000),
  ];
}

/** Files that differ between folders that should be alike. */
export function differences(folders) {
  const digests = folders.map((folder) => new Map(filesBelow(folder).map((name) => [
    name, createHash('sha256').update(fs.readFileSync(path.join(folder, name))).digest('hex'),
  ])));
  const names = new Set(digests.flatMap((digest) => [...digest.keys()]));
  return [...names]
    .filter((name) => new Set(digests.map((digest) => digest.get(name))).size > 1)
    .map((page) => ({ page, says: 'differs between builds that should be alike' }));
}

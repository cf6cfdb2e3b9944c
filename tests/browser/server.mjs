// A server of static files on the loopback address, with the content security policy of docs/deploy.md.

import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json', '.svg': 'image/svg+xml', '.xml': 'application/xml', '.woff2': 'font/woff2',
  '.png': 'image/png', '.jpg': 'image/jpeg', '.webp': 'image/webp', '.pdf': 'application/pdf',
  '.csv': 'text/csv; charset=utf-8', '.txt': 'text/plain; charset=utf-8',
};

/** What a page is first shown without. */
const LATE = /woff2|png|jpe?g|webp|svg/;

/** The one content security policy that the guide for hosts gives and the preview server sends. */
export function onePolicy(files) {
  const texts = files.map((file) => fs.readFileSync(file, 'utf8'));
  const found = new Set(texts.flatMap((text) => [...text.matchAll(/default-src 'self';[^"\n]+/g)].map(([policy]) => policy.trim())));
  if (found.size !== 1) throw new Error(`not one content security policy: ${[...found].join(' | ')}`);
  return [...found][0];
}

/** Serves a folder. `delay` holds back fonts and pictures by so many milliseconds, so that a page is first shown without them. */
export async function serve(folder, policy, delay = 0) {
  const root = fs.realpathSync(folder);
  const server = http.createServer((request, response) => {
    let name = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    if (name.endsWith('/')) name += 'index.html';
    let file = path.join(root, path.normalize(name));
    let status = 200;
    if (!file.startsWith(root + path.sep) || !fs.existsSync(file) || fs.statSync(file).isDirectory()) {
      status = 404;
      file = path.join(root, '404.html');
    }
    const body = fs.existsSync(file) ? fs.readFileSync(file) : Buffer.from('not found');
    const extension = path.extname(file).toLowerCase();
    const send = () => response.writeHead(status, {
      'content-type': TYPES[extension] ?? 'application/octet-stream',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
    }).end(body);
    if (delay && LATE.test(extension)) setTimeout(send, delay); else send();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

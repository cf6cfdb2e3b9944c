// The search page in a browser, under the strict content security policy, with keys alone:
//   node tests/js/browser.mjs OUTPUT [CHROMIUM]
// serves OUTPUT, a built site, and asks the browser over its debugging pipe.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';

const [output, chromium = 'chromium'] = process.argv.slice(2);
const TYPES = { html: 'text/html; charset=utf-8', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml', woff2: 'font/woff2', txt: 'text/plain; charset=utf-8' };
let loaded = 0;
const server = createServer((request, response) => {
  let path = join(output, normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname)));
  if (existsSync(path) && statSync(path).isDirectory()) path = join(path, 'index.html');
  if (!existsSync(path)) { response.writeHead(404).end(); return; }
  if (path.includes('/search/index/') || path.includes('/search/text/')) loaded += statSync(path).size;
  const policy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
  response.writeHead(200, { 'Content-Type': TYPES[path.split('.').pop()] || 'application/octet-stream', 'Content-Security-Policy': policy });
  createReadStream(path).pipe(response);
});
await new Promise((ready) => { server.listen(0, '127.0.0.1', ready); });
const site = `http://127.0.0.1:${server.address().port}/`;

const profile = mkdtempSync(join(tmpdir(), 'prakat-search-'));
const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank'];
const browser = spawn(chromium, flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
const waiting = new Map(), troubles = [];
let last = 0, text = '';
browser.stdio[4].on('data', (data) => {
  text += data;
  const messages = text.split('\0');
  text = messages.pop();
  for (const message of messages.map((one) => JSON.parse(one))) {
    if (message.id) waiting.get(message.id)(message);
    if (message.method === 'Log.entryAdded') troubles.push(message.params.entry.text);
    if (message.method === 'Runtime.exceptionThrown') troubles.push(message.params.exceptionDetails.text);
  }
});
let session;
function send(method, params = {}) {
  last += 1;
  browser.stdio[3].write(`${JSON.stringify({ id: last, method, params, sessionId: session })}\0`);
  return new Promise((done, failed) => {
    waiting.set(last, (answer) => (answer.error ? failed(new Error(answer.error.message)) : done(answer.result)));
  });
}
async function evaluate(expression) {
  const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
  assert.equal(exceptionDetails, undefined, expression);
  return result.value;
}
// Waits until an expression is true; ends with an error after ten seconds.
async function until(expression) {
  for (const start = Date.now(); Date.now() - start < 10000;) {
    // While a page gives way to another, there is none to ask.
    if (await evaluate(`Boolean(${expression})`).catch(() => false)) return;
    await new Promise((done) => { setTimeout(done, 20); });
  }
  assert.fail(expression);
}
async function press(key, code, windowsVirtualKeyCode, keyText) {
  await send('Input.dispatchKeyEvent', { type: 'keyDown', key, code, windowsVirtualKeyCode, text: keyText });
  await send('Input.dispatchKeyEvent', { type: 'keyUp', key, code, windowsVirtualKeyCode });
}
async function open(path) {
  await send('Page.navigate', { url: 'about:blank' });
  await until("location.href === 'about:blank'");
  await send('Page.navigate', { url: site + path });
  await until(`location.href.startsWith(${JSON.stringify(site)}) && document.readyState === 'complete'`);
}
const answered = "document.querySelector('#pk-search [role=status]').textContent !== ''";
const results = () => evaluate(`[...document.querySelectorAll('.found > li')].map((li) => ({
  href: li.querySelector('a').getAttribute('href'), title: li.querySelector('a').textContent,
  date: li.querySelector('time').textContent, category: (li.querySelector('.tag') || {}).textContent,
  marks: [...li.querySelectorAll('mark')].map((mark) => mark.textContent) }))`);
const status = () => evaluate("document.querySelector('#pk-search [role=status]').textContent");

try {
  const { targetInfos } = await send('Target.getTargets');
  const { targetId } = targetInfos.find((target) => target.type === 'page');
  session = (await send('Target.attachToTarget', { targetId, flatten: true })).sessionId;
  for (const domain of ['Page', 'Runtime', 'Log']) await send(`${domain}.enable`);

  // By address: every query is answered, each result has what a reader needs.
  const queries = (process.env.QUERIES || 'หอกระจายข่าว|จัดจ้าง|ซื้อจัดจ้าง|๒๕๕๒|2552|กองวิชาการฯ|น\u0E4D\u0E49า|ประกา|จัดซื').split('|');
  for (const query of queries) {
    loaded = 0;
    await open(`search/?q=${encodeURIComponent(query)}`);
    await until(answered);
    const found = await results();
    console.log(`${query}: ${await status()} (${found.length} shown, ${loaded} bytes)`);
    for (const one of found) {
      assert.ok(one.href && one.title && one.date, JSON.stringify(one));
      assert.ok(one.marks.length || one.category, `nothing is marked: ${JSON.stringify(one)}`);
      const { status: code } = await fetch(new URL(one.href, `${site}search/`));
      assert.equal(code, 200, one.href);
    }
    assert.ok(found.length === 0 || await evaluate("document.getElementById('pk-everything').hidden"));
  }
  assert.equal(await evaluate("new Set(['๒๕๕๒', '2552']).size"), 2);

  // By keys alone: from another page, half a word, then on to the first result.
  await open('');
  await evaluate("document.getElementById('pk-find').focus()");
  await send('Input.insertText', { text: 'ประกา' });
  await press('Enter', 'Enter', 13, '\r');
  await until(`location.pathname === '/search/' && document.readyState === 'complete' && ${answered}`);
  assert.ok((await results()).length > 0, 'the form of every page leads to results');
  assert.equal(await evaluate("document.getElementById('pk-q').value"), 'ประกา');
  await evaluate("document.getElementById('pk-q').focus()");
  await send('Input.insertText', { text: 'ศ' });
  await until("location.search === '?q=' + encodeURIComponent('ประกาศ')");
  await until(`document.querySelector('.found mark') && [...document.querySelectorAll('.found > li')].every((one) => [...one.querySelectorAll('mark')].some((mark) => mark.textContent === 'ประกาศ'))`);
  // The button, what narrows the results, and the first of them.
  for (let n = 0; n < 3; n++) await press('Tab', 'Tab', 9);
  assert.equal(await evaluate("document.activeElement.closest('.found > li') === document.querySelector('.found > li')"), true);
  await press('Enter', 'Enter', 13, '\r');
  await until("location.pathname !== '/search/' && document.readyState === 'complete'");

  // Nothing has it: what was tried, the categories, and the office.
  await open('search/?q=xyzzyx');
  await until(answered);
  assert.equal(await evaluate("document.querySelector('.nothing').hidden"), false);
  assert.ok(await evaluate("document.querySelector('.tried').textContent.includes('xyzzyx') && document.querySelectorAll('.nothing li a').length > 0"));

  // One slip: said, and taken by one key.
  const { slip, word, narrowed } = { slip: 'ปรกาศ', word: 'ประกาศ', narrowed: 'select[name=category]' };
  await open(`search/?q=${encodeURIComponent(slip)}`);
  await until(answered);
  assert.ok((await status()).includes(word), await status());
  await evaluate("document.getElementById('pk-q').focus()");
  await press('ArrowDown', 'ArrowDown', 40);
  await until(`location.search === '?q=' + encodeURIComponent('${word}') && ${answered} && document.querySelector('.meant').hidden`);
  assert.equal(await evaluate("document.activeElement.id"), 'pk-q');

  // Narrowed by keys: every result is of the category.
  await evaluate(`document.querySelector('.facets').open = true, document.querySelector('${narrowed}').focus()`);
  await press('ArrowDown', 'ArrowDown', 40);
  await until(`document.querySelector('${narrowed}').value && ${answered} && document.querySelector('.found > li')`);
  assert.ok(await evaluate(`[...document.querySelectorAll('.found .tag')].every((tag) => tag.textContent === document.querySelector('${narrowed}').value)`));

  // What is typed is never markup.
  await open(`search/?q=${encodeURIComponent('<img src=x onerror=alert(1)>')}`);
  await until(answered);
  assert.equal(await evaluate("document.querySelectorAll('#pk-search img, #pk-search script').length"), 0);

  // Without a script the page is the list of everything, and the form leads to it.
  await send('Emulation.setScriptExecutionDisabled', { value: true });
  await send('Page.navigate', { url: `${site}search/?q=x` });
  await new Promise((done) => { setTimeout(done, 500); });
  await send('Emulation.setScriptExecutionDisabled', { value: false });
  assert.equal(await evaluate("document.getElementById('pk-everything').hidden"), false);
  assert.ok(await evaluate("document.querySelectorAll('#pk-everything .items a').length > 0"));

  assert.deepEqual(troubles, [], 'the console is empty');
  console.log('all well');
} finally {
  session = undefined;
  const closed = new Promise((done) => { browser.on('close', done); });
  await send('Browser.close').catch(() => browser.kill());
  await closed;
  server.close();
  // Its helpers may still write as they go.
  for (let tries = 0; tries < 50 && existsSync(profile); tries++) {
    try { rmSync(profile, { recursive: true, force: true }); } catch { await new Promise((done) => { setTimeout(done, 100); }); }
  }
}

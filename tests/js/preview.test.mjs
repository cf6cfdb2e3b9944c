// How the pages of a preview learn its state, in browsers made up here:
//   node --test tests/js/
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { afterEach, beforeEach, mock } from 'node:test';
import vm from 'node:vm';

const asset = (name) => readFileSync(new URL(`../../src/serve/assets/${name}`, import.meta.url), 'utf8');
const { follow } = await import(`data:text/javascript;base64,${Buffer.from(asset('state.js')).toString('base64')}`);

/** What browsers share: the channels of one origin, the workers, and a server with a state. */
let channels, workers, streams, requests, state, runs;

class Channel extends EventTarget {
  constructor(name) { super(); this.name = name; channels.push(this); }

  postMessage(data) {
    for (const other of channels) {
      if (other !== this && other.name === this.name) other.dispatchEvent(new MessageEvent('message', { data: structuredClone(data) }));
    }
  }
}

class Stream extends EventTarget {
  static CLOSED = 2;

  constructor(address) { super(); this.address = address; this.readyState = 1; streams.push(this); }

  send(data) { this.dispatchEvent(new MessageEvent('state', { data: JSON.stringify(data) })); }

  fail(readyState) { this.readyState = readyState; this.dispatchEvent(new Event('error')); }
}

const startWorker = () => vm.runInNewContext(asset('stream.js'), { BroadcastChannel: Channel, EventSource: Stream, JSON, setTimeout: (...given) => setTimeout(...given) });

/** One for each address, as in a browser. */
class Worker extends EventTarget {
  constructor(address) {
    super();
    if (!workers.has(address)) { workers.set(address, []); startWorker(); }
    workers.get(address).push(this);
  }
}

const page = Object.assign(new EventTarget(), { hidden: false });
const globals = { BroadcastChannel: Channel, SharedWorker: Worker, document: page };

beforeEach(() => {
  Object.assign(globalThis, globals);
  [channels, workers, streams, requests, runs, state] = [[], new Map(), [], 0, true, { build: '1-1' }];
  page.hidden = false;
  const window = new EventTarget();
  globalThis.addEventListener = window.addEventListener.bind(window);
  globalThis.dispatchEvent = window.dispatchEvent.bind(window);
  globalThis.fetch = async (address) => {
    assert.equal(address, '/_prakat/state');
    requests += 1;
    if (!runs) throw new TypeError('refused');
    return { ok: true, json: async () => structuredClone(state) };
  };
  mock.timers.enable({ apis: ['setTimeout'] });
});
afterEach(() => mock.timers.reset());

/** A page that follows the preview, and the builds that it was told. */
const open = async () => {
  const told = [];
  await follow(({ build }) => told.push(build));
  return told;
};
/** Lets answers arrive that were asked for. */
const arrived = async () => { for (let n = 0; n < 20; n += 1) await Promise.resolve(); };
const pass = async (milliseconds) => { mock.timers.tick(milliseconds); await arrived(); };

test('twenty pages share one stream', async () => {
  const pages = await Promise.all(Array.from({ length: 20 }, open));
  assert.equal(streams.length, 1);
  assert.equal(streams[0].address, '/_prakat/events');
  streams[0].send({ build: '1-2' });
  for (const told of pages) assert.deepEqual(told, ['1-1', '1-2']);
  await pass(60_000);
  assert.equal(requests, 20, 'each page asks once');
});

test('a stream that was refused is opened again, one that was cut off is left to the browser', async () => {
  const told = await open();
  streams[0].fail(0);
  await pass(60_000);
  assert.equal(streams.length, 1);
  streams[0].fail(2);
  await pass(2_000);
  assert.equal(streams.length, 2);
  streams[1].send({ build: '2-1' });
  assert.deepEqual(told, ['1-1', '2-1']);
});

test('a page that comes back from the history asks', async () => {
  const told = await open();
  state = { build: '1-9' };
  dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }));
  dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  await arrived();
  assert.deepEqual(told, ['1-1', '1-9']);
});

const without = {
  'no shared worker': () => { delete globalThis.SharedWorker; },
  'no channel': () => { delete globalThis.BroadcastChannel; },
  'a worker that is refused': () => { globalThis.SharedWorker = class { constructor() { throw new DOMException('', 'SecurityError'); } }; },
};
for (const [what, spoil] of Object.entries(without)) {
  test(`with ${what} a page asks while it is in sight`, async () => {
    spoil();
    const told = await open();
    state = { build: '1-2' };
    await pass(2_000);
    assert.deepEqual(told, ['1-1', '1-2']);
    runs = false;
    await pass(2_000);
    runs = true;
    page.hidden = true;
    const before = requests;
    for (let n = 0; n < 10; n += 1) await pass(2_000);
    assert.equal(requests, before, 'a page out of sight asks');
    state = { build: '2-1' };
    page.hidden = false;
    page.dispatchEvent(new Event('visibilitychange'));
    await arrived();
    assert.equal(told.at(-1), '2-1');
  });
}

test('a page asks if the worker cannot be loaded, once', async () => {
  const told = await open();
  const [worker] = workers.get('/_prakat/stream.js');
  worker.dispatchEvent(new Event('error'));
  worker.dispatchEvent(new Event('error'));
  state = { build: '1-2' };
  await pass(2_000);
  assert.deepEqual(told, ['1-1', '1-2']);
});

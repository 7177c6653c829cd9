import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SignalrOptions } from '../line.ts';
import { PretendHub } from './pretend-hub.ts';
import { NoSuchMethod, signalrLine } from './signalr.ts';
import { RealEnv, States, until } from './test-env.ts';

let hub: PretendHub;
let env: RealEnv;
let states: States;
let ends: (() => void)[] = [];
beforeEach(async () => {
  hub = await PretendHub.start();
  env = new RealEnv();
  env.base = hub.url;
  states = new States();
  ends = [];
});
afterEach(async () => {
  for (const end of ends) end();
  await until(() => env.timers === 0);
  await until(() => hub.connections === 0);
  await hub.stop();
});

const options = { name: 'hub', path: '/hub', staleMs: 60_000, silentMs: 30_000, backoff: { firstMs: 20, mostMs: 50 } };

for (const transport of ['WebSockets', 'ServerSentEvents', 'LongPolling'] as const) {
  test(`over ${transport}: joins, hears, and leaves nothing behind`, async () => {
    hub.transports = [transport];
    const heard: unknown[] = [];
    const line = signalrLine(env, {
      ...options,
      onState: states.onState,
      onOpen: async (it) => {
        await it.invoke('Join', 'all');
      },
      on: {
        DeviceUpdate: (args, out) => {
          heard.push(args[0]);
          out.put('devices', 'd1', { at: Date.now() - 40, atFrom: 'source' });
        },
      },
    });
    line.start();
    await until(() => line.state.is === 'connected-no-data' && hub.joined === 1);
    hub.say('deviceupdate', { id: 1 });
    hub.say('Surprise', 1);
    await until(() => heard.length === 1 && line.status().counts['unknown:Surprise'] === 1);
    expect(line.state.is).toBe('live');
    expect(line.status()).toMatchObject({ records: 1, attempts: 1, connects: 1 });
    expect(line.status().latencyMs?.p50).toBeGreaterThanOrEqual(40);
    line.stop();
    await until(() => hub.connections === 0);
    await until(() => env.timers === 0);
    expect(states.words).toEqual(['connecting', 'connected-no-data', 'live', 'idle']);
  });
}

function open(more: Partial<SignalrOptions> = {}) {
  const on: SignalrOptions['on'] = { News: (args, out) => out.put('things', String(args[0]), {}) };
  const line = signalrLine(env, { ...options, on, onState: states.onState, ...more });
  ends.push(() => line.close());
  line.start();
  return line;
}
const END = '\x1e';
const news = (key: string): string => JSON.stringify({ type: 1, target: 'News', arguments: [key] }) + END;

test('records may be cut anywhere, the answer to the handshake too', async () => {
  hub.cut = (text) => [...text];
  const line = open();
  await until(() => line.state.is === 'connected-no-data');
  hub.sendRaw(news('a') + news('b'));
  await until(() => line.status().records === 2);
  expect(line.status().connects).toBe(1);
});

for (const [record, leastMs] of [
  ['{"type":7,"error":"shutting down","allowReconnect":true}', 0],
  ['{"type":7,"error":"shutting down"}', 5_000],
] as const) {
  test(`a hub that says ${record} is come back to`, async () => {
    const closes: unknown[] = [];
    const line = open({ onClose: () => closes.push(1) });
    await until(() => line.state.is === 'connected-no-data');
    hub.sendRaw(record + END);
    await until(() => line.state.is === 'retrying' || line.status().connects === 2);
    expect(states.words[2]).toBe('retrying: the hub closed the connection: shutting down');
    const retrying = states.all[2];
    if (retrying?.is !== 'retrying') throw new Error('not retrying');
    expect(retrying.nextAt - retrying.since).toBeGreaterThanOrEqual(leastMs);
    expect(closes).toEqual([1]);
    if (leastMs === 0) await until(() => line.status().connects >= 2);
  });
}

test('a hub that vanishes is come back to, and joined again', async () => {
  const line = open({ onOpen: async (it) => void (await it.invoke('Join')) });
  await until(() => hub.joined === 1);
  hub.drop();
  await until(() => hub.joined === 2);
  expect(states.words).toContain('retrying: the connection broke (1006)');
  expect(line.status()).toMatchObject({ attempts: 2, connects: 2 });
});

test('a record that cannot be read costs itself; five in a row cost the connection', async () => {
  const line = open();
  await until(() => line.state.is === 'connected-no-data');
  hub.sendRaw(`{"type":1,"tar${END}[]${END}nonsense${END}{"type":1}${END}${news('a')}x${END}`);
  await until(() => line.status().records === 1);
  expect(line.status()).toMatchObject({ connects: 1, counts: { 'dropped:bad-record': 5 } });
  hub.sendRaw(`x${END}x${END}x${END}x${END}${news('lost')}`);
  await until(() => line.status().connects >= 2);
  expect(states.words).toContain('retrying: 5 records in a row that cannot be read');
  expect(line.status().records).toBe(1);
});

test('a record of 20 MB is dropped, counted, and costs the connection', async () => {
  const line = open();
  await until(() => line.state.is === 'connected-no-data');
  hub.sendRaw(news('x'.repeat(20 << 20)));
  await until(() => line.status().connects >= 2);
  hub.sendRaw(news('a'));
  await until(() => line.status().records === 1);
  expect(line.status().counts).toEqual({ 'dropped:too-large': 1 });
});

test('10,000 records at once all come', async () => {
  const line = open();
  await until(() => line.state.is === 'connected-no-data');
  hub.sendRaw(Array.from({ length: 10_000 }, (_, index) => news(`${index}`)).join(''));
  await until(() => line.status().records === 10_000);
});

test('a method that does not exist is told apart, and not asked for again', async () => {
  const line = open();
  await until(() => line.state.is === 'connected-no-data');
  await expect(line.invoke('Dance')).rejects.toThrow(NoSuchMethod);
  const asked = hub.said.length;
  await expect(line.invoke('Dance')).rejects.toThrow('the hub has no method Dance');
  expect(hub.said).toHaveLength(asked);
  expect(line.status().counts).toEqual({ 'unknown:method Dance': 1 });
});

test('a hub that lacks what the line needs is refused; any other trouble with it is tried again', async () => {
  const line = open({ onOpen: async (it) => void (await it.invoke('Dance')) });
  await until(() => line.state.is === 'refused');
  expect(line.state).toMatchObject({ why: 'the hub has no method Dance' });
  line.close();
  let tries = 0;
  const other = open({
    onOpen: async () => {
      tries++;
      if (tries === 1) throw new Error('no snapshot');
    },
  });
  await until(() => tries === 2);
  expect(states.words).toContain('retrying: connected, but not as wanted: no snapshot');
  expect(other.state.is).toBe('connected-no-data');
});

test('an invocation that is cut off is rejected', async () => {
  const line = open();
  await until(() => line.state.is === 'connected-no-data');
  const asked = line.invoke('Silent');
  const rejected = expect(asked).rejects.toThrow('Silent: ');
  line.stop();
  await rejected;
  await expect(line.invoke('Join')).rejects.toThrow('Join: not connected');
});

for (const [status, becomes] of [
  [401, 'refused'],
  [403, 'refused'],
  [404, 'refused'],
  [429, 'retrying'],
  [500, 'retrying'],
  [503, 'retrying'],
] as const) {
  test(`${status} in place of a negotiation is ${becomes}`, async () => {
    hub.refusal = (response) => response.writeHead(status, { 'retry-after': '9' }).end('no');
    const line = open();
    await until(() => line.state.is === becomes);
    expect(line.state).toMatchObject({ why: expect.stringContaining(`${status}`) });
    if (line.state.is === 'retrying') expect(line.state.nextAt - line.state.since).toBeGreaterThan(8_900);
    expect(hub.negotiations).toBe(1);
  });
}

test('HTML in place of a negotiation is told as that', async () => {
  hub.refusal = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
  const line = open();
  await until(() => line.state.is === 'retrying');
  expect(line.state).toMatchObject({ why: expect.stringMatching(/^HTML instead of a hub/) });
});

for (const [what, hang] of [
  [
    'negotiation',
    () => {
      hub.refusal = () => undefined;
    },
  ],
  [
    'handshake',
    () => {
      hub.isMute = true;
    },
  ],
] as const) {
  test(`a ${what} that hangs is given up; stopping in the middle of one leaves nothing`, async () => {
    hang();
    const line = open({ handshakeMs: 100 });
    await until(() => line.status().attempts >= 2);
    expect(states.words[1]).toBe('retrying: no answer within 0.1 s');
    line.stop();
    expect(line.state.is).toBe('idle');
  });
}

test('where no WebSocket comes through, the next best way is taken', async () => {
  hub.blocksUpgrades = true;
  const line = open();
  await until(() => line.state.is === 'connected-no-data');
  hub.sendRaw(news('a'));
  await until(() => line.state.is === 'live');
  // How the first way failed is not how the second one ends.
  hub.drop();
  await until(() => states.is === 'retrying');
  expect(line.state).not.toMatchObject({ why: expect.stringContaining('1006') });
});

test('silence while connected ends the connection, but not while a long poll waits', async () => {
  const line = open({ silentMs: 60 });
  await until(() => line.status().connects >= 2);
  expect(states.words).toContain('retrying: connected, but not one byte for 0.1 s');
  line.close();
  hub.transports = ['LongPolling'];
  const polling = open({ silentMs: 60 });
  await until(() => polling.state.is === 'connected-no-data');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(polling.status().attempts).toBe(1);
});

test('why it could not be opened is told in the words of whoever knows best', async () => {
  hub.handshakeError = 'The protocol json is not supported.';
  const line = open();
  await until(() => line.state.is === 'retrying');
  expect(line.state).toMatchObject({ why: 'Server returned handshake error: The protocol json is not supported.' });
  line.close();
  states.all.length = 0;
  env.base = 'http://127.0.0.1:1';
  open();
  await until(() => states.is === 'retrying');
  expect(states.all.at(-1)).toMatchObject({ why: expect.stringMatching(/^cannot be reached: (?!fetch failed)/) });
});

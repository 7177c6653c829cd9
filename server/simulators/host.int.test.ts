import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { BURST_MESSAGES, HUGE_BYTES } from './faults.ts';
import { type Simulators, startSimulators } from './host.ts';
import type { SimulatorKind } from './simulator.ts';

/** A clock that ticks over every transport, refuses one path and answers one question. */
const ticking: SimulatorKind = {
  slug: 'natureos',
  about: 'ticks',
  faults: { rude: 'says nothing friendly' },
  dials: { everyMs: { initial: 10, most: 1_000, about: 'between ticks' } },
  start: (host) => ({
    http(request) {
      if (request.path === '/tick') return { json: { now: host.now(), rude: host.fault('rude'), body: request.body } };
      if (request.path === '/fails')
        return {
          stream: () => {
            throw new Error('of the stream');
          },
        };
      if (request.path === '/throws') throw new Error('of the simulator');
      if (request.path !== '/stream') return undefined;
      return { stream: (stream) => host.every(host.dial('everyMs'), () => stream.event('{"n":1}', 'tick', '7')) };
    },
    socket(path, query, socket) {
      if (path !== '/ws') return 403;
      socket.send(JSON.stringify({ type: 'connected', query: query.get('q') }));
      socket.onClose(host.every(host.dial('everyMs'), () => socket.send('{"type":"tick"}')));
      socket.onMessage((data) => socket.send(typeof data === 'string' ? `echo ${data}` : data));
      return undefined;
    },
  }),
};

let simulators: Simulators;
const complaints: string[] = [];
beforeEach(async () => {
  complaints.length = 0;
  const complain = (_slug: string, error: unknown) => complaints.push(String(error));
  simulators = await startSimulators({ kinds: [ticking], complain });
});
afterEach(() => simulators.close());

const state = () => {
  const [one] = simulators.state();
  if (one === undefined) throw new Error('it does not run');
  return one;
};
const ask = (path = '/tick') => fetch(simulators.url('natureos') + path);
const open = (path = '/ws') => {
  const ws = new WebSocket(simulators.url('natureos').replace('http', 'ws') + path);
  const heard: string[] = [];
  ws.on('message', (data: Buffer) => heard.push(data.toString()));
  ws.on('error', () => undefined);
  const closed = new Promise<number>((resolve) => ws.on('close', resolve));
  return { ws, heard, closed };
};
const statusOf = async (path = '/ws') => {
  const { ws } = open(path);
  const [, response] = (await once(ws, 'unexpected-response')) as [unknown, { statusCode: number }];
  ws.terminate();
  return response.statusCode;
};

test('answers, streams and sockets, counted', async () => {
  expect(await (await ask()).json()).toMatchObject({ rude: false });
  expect((await ask('/else')).status).toBe(404);
  expect((await ask('/throws').catch(() => 'cut')) === 'cut').toBe(true);
  expect(complaints).toEqual(['Error: of the simulator']);
  const stream = await ask('/stream');
  const reader = stream.body?.getReader();
  const first = await reader?.read();
  expect(new TextDecoder().decode(first?.value)).toContain('id: 7\nevent: tick\ndata: {"n":1}\n\n');
  const { ws, heard, closed } = open('/ws?q=a');
  await expect.poll(() => heard.length).toBeGreaterThan(2);
  expect(heard[0]).toBe('{"type":"connected","query":"a"}');
  ws.send('hi');
  await expect.poll(() => heard.includes('echo hi')).toBe(true);
  expect(state()).toMatchObject({ sockets: 1, streams: 1, requests: 4, handshakes: 1, failures: 1 });
  expect(await statusOf('/other')).toBe(403);
  ws.close();
  await closed;
  await reader?.cancel();
  await expect.poll(() => state().sockets + state().streams).toBe(0);
});

test('closes, cuts and flaps as it is told', async () => {
  const polite = open();
  await once(polite.ws, 'open');
  await simulators.setFault('natureos', 'close-1000', true);
  expect(await polite.closed).toBe(1000);
  expect(await open().closed).toBe(1000);
  await simulators.setFault('natureos', 'close-1000', false);
  const cut = open();
  await once(cut.ws, 'open');
  await simulators.setFault('*', 'drop', true);
  expect(await cut.closed).toBe(1006);
  await simulators.setFault('*', 'drop', false);
  await simulators.setFault('*', 'flap', true);
  expect(await open().closed).toBe(1000);
  expect(await open().closed).toBe(1006);
});

test('gone is a refused connection, and it comes back at the same address', async () => {
  const before = simulators.url('natureos');
  const { ws, closed } = open();
  await once(ws, 'open');
  await simulators.setFault('natureos', 'gone', true);
  expect(await closed).toBe(1006);
  const failure = await ask().catch((error: Error) => (error.cause as NodeJS.ErrnoException).code);
  expect(failure).toBe('ECONNREFUSED');
  await simulators.setFault('natureos', 'gone', false);
  expect(simulators.url('natureos')).toBe(before);
  expect((await ask()).status).toBe(200);
});

test('a hanging server lets go once it is switched off', async () => {
  await simulators.setFault('natureos', 'hang', true);
  const answer = ask().catch(() => 'cut');
  const { closed } = open();
  await new Promise((resolve) => setTimeout(resolve, 100));
  await simulators.setFault('natureos', 'hang', false);
  expect(await answer).toBe('cut');
  expect(await closed).toBe(1006);
});

test('every status, a page instead of data, an expired token: for requests and handshakes', async () => {
  for (const [fault, status] of [
    ['status-403', 403],
    ['status-404', 404],
    ['status-422', 422],
    ['status-429', 429],
    ['status-500', 500],
    ['status-503', 503],
    ['token-expired', 401],
    ['html', 200],
  ] as const) {
    await simulators.setFault('natureos', fault, true);
    const answer = await ask();
    expect(answer.status, fault).toBe(status);
    if (fault === 'html') expect(answer.headers.get('content-type')).toContain('text/html');
    if (fault === 'status-429') expect(answer.headers.get('retry-after')).toBe('60');
    expect(await statusOf(), fault).toBe(status);
    await simulators.setFault('natureos', fault, false);
  }
});

test('silence, halves, doubles, bursts, 20 MB and a clock that is 3 h off', async () => {
  const { ws, heard } = open();
  await expect.poll(() => heard.length).toBeGreaterThan(1);
  await simulators.setFault('*', 'silence', true);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const before = heard.length;
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect(heard.length).toBe(before);
  await simulators.setFault('*', 'silence', false);
  await simulators.setFault('*', 'half-frame', true);
  await expect.poll(() => heard.includes('{"type"')).toBe(true);
  await expect(ask().then((answer) => answer.json())).rejects.toThrow();
  await simulators.setFault('*', 'half-frame', false);
  await simulators.setFault('*', 'burst', true);
  await expect.poll(() => heard.length).toBeGreaterThan(BURST_MESSAGES);
  await simulators.setFault('*', 'huge-frame', true);
  await expect.poll(() => heard.some(({ length }) => length > HUGE_BYTES - 100), { timeout: 10_000 }).toBe(true);
  await simulators.setFault('*', 'huge-frame', false);
  await simulators.setFault('*', 'clock-3h', true);
  const { now } = (await (await ask()).json()) as { now: number };
  expect(now - Date.now()).toBeGreaterThan(10_700_000);
  ws.terminate();
});

test('faults and dials of its own; unknown ones are said to be unknown', async () => {
  expect(await simulators.setFault('natureos', 'rude', true)).toBe(true);
  expect(await (await ask()).json()).toMatchObject({ rude: true });
  expect(await simulators.setFault('natureos', 'nothing', true)).toBe(false);
  expect(await simulators.setFault('crep', 'rude', true)).toBe(false);
  expect(simulators.setDial('natureos', 'everyMs', 20)).toBe(true);
  expect(simulators.setDial('natureos', 'everyMs', 2_000)).toBe(false);
  expect(simulators.setDial('natureos', 'everyMs', Number.NaN)).toBe(false);
  expect(state().dials).toMatchObject([{ name: 'everyMs', value: 20, most: 1_000 }]);
});

test('words that every object has are no faults and no dials', async () => {
  const { ws, heard } = open();
  await expect.poll(() => heard.length).toBeGreaterThan(0);
  for (const name of ['constructor', '__proto__', 'toString']) {
    expect(await simulators.setFault('natureos', name, true), name).toBe(false);
    expect(simulators.setDial('natureos', name, 1), name).toBe(false);
  }
  expect(ws.readyState).toBe(WebSocket.OPEN);
});

test('gone while handshakes hang: it is gone all the same', async () => {
  await simulators.setFault('natureos', 'hang', true);
  const { closed } = open();
  await expect.poll(() => state().handshakes).toBe(1);
  expect(await simulators.setFault('natureos', 'gone', true)).toBe(true);
  expect(await closed).toBe(1006);
}, 3_000);

test('a stream that fails at its begin is not counted for ever', async () => {
  await ask('/fails').catch(() => undefined);
  await expect.poll(() => complaints).toEqual(['Error: of the stream']);
  await expect.poll(() => state().streams).toBe(0);
});

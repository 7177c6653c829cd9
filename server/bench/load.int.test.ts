import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Load, runLoad, runResume, whyNoLoad } from './load.ts';
import { payload } from './payload.ts';

const LOAD: Load = { mode: 'rate', rate: 200, subs: 3, pubs: 2, warm: 0.1, dur: 0.4 };
const SIX_MESSAGES = Array.from({ length: 6 }, (_, seq) => payload(0, seq));
const canRun = whyNoLoad() === undefined;

let server: WebSocketServer | undefined;
afterEach(() => {
  for (const client of server?.clients ?? []) client.terminate();
  server?.close();
});

/** A server whose every delivery goes through `deliver`; `count` is that of the messages so far. */
async function serve(deliver: (subscriber: WebSocket, message: string, count: number) => void) {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  const subscribers = new Set<WebSocket>();
  let count = 0;
  server.on('connection', (socket, request) => {
    if (request.url === '/sub') subscribers.add(socket);
    socket.on('message', (data: Buffer) => {
      count++;
      for (const subscriber of subscribers) deliver(subscriber, data.toString(), count);
    });
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { sub: `ws://127.0.0.1:${port}/sub`, pub: `ws://127.0.0.1:${port}/pub`, args: [] };
}

test.skipIf(!canRun)('an honest server: nothing is missing, nothing is doubled', async () => {
  const wire = await serve((subscriber, message) => subscriber.send(message));
  expect(await runLoad(wire, [], LOAD)).toMatchObject({ lost: 0, gaps: 0, dups: 0, dead: 0, stalled: 0 });
});

test.skipIf(!canRun)('a server that loses some and doubles others is found out', async () => {
  const wire = await serve((subscriber, message, count) => {
    if (count % 10 !== 0) subscriber.send(message);
    if (count % 25 === 1) subscriber.send(message);
  });
  const { gaps, dups } = await runLoad(wire, [], LOAD);
  expect({ areGapsSeen: gaps > 0, areDuplicatesSeen: dups > 0 }).toEqual({
    areGapsSeen: true,
    areDuplicatesSeen: true,
  });
});

test.skipIf(!canRun)('payloads made here are counted, many in one message, and what is missing is told', async () => {
  const wire = await serve(() => undefined);
  server?.on('connection', (socket) => socket.send(`{"records":[${SIX_MESSAGES.join(',')}]}`));
  expect(await runResume(wire, [], 4, 6)).toMatchObject({ missing: 0, dead: 0 });
});

test('a payload is JSON of the generator’s size', () => {
  expect(SIX_MESSAGES.map((text) => text.length)).toEqual(SIX_MESSAGES.map(() => 128));
  expect(JSON.parse(payload(7, 42))).toMatchObject({ ch: 'b', m: '~T0000000000000000000700000042' });
});

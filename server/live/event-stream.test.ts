import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Principal } from '../access/principal.ts';
import type { Bus } from '../bus/bus.ts';
import { makeMemoryBus } from '../bus/memory.ts';
import { Pulse } from '../bus/pulse.ts';
import { DEFAULT_LIMITS } from '../config.ts';
import { FakeClock } from '../fake-clock.ts';
import { Relay } from '../relay/relay.ts';
import { type DeliveryContext, makeDelivery } from './delivery.ts';
import { EventStream } from './event-stream.ts';
import type { Flow } from './log-reader.ts';

const flow = (since?: Flow['since']): Flow => ({
  since,
  rewind: 0,
  every: undefined,
  lag: undefined,
  onLag: undefined,
});
const OWNER = new Principal(
  { id: 'open', name: 'test', kind: 'open', role: 'owner' },
  { channels: undefined, boards: undefined },
  100,
  { hits: 0, misses: 0, evicted: 0 },
);

/** The client's side: keeps what it is sent; stops reading when it is told. */
class FakeSocket extends Duplex {
  text = '';
  reads = true;
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  override _read(): void {}
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    if (this.reads) done();
  }
  /** The lines that say where the client is, of events and by themselves. */
  ids(): string[] {
    return this.text.split('\n').filter((line) => line.startsWith('id: '));
  }
}

let clock: FakeClock;
let pulse: Pulse;
let bus: Bus;
let relay: Relay;
let delivery: DeliveryContext;
/** While set, channels do not open: the bus is far away. */
let far: Promise<void> | undefined;
beforeEach(() => {
  clock = new FakeClock();
  pulse = new Pulse({ windowMs: 0 });
  const memory = makeMemoryBus(DEFAULT_LIMITS, clock, pulse);
  bus = {
    ...memory,
    async openLog(channel) {
      if (channel === 'events/far') await far;
      return memory.openLog(channel);
    },
  };
  far = undefined;
  relay = new Relay(DEFAULT_LIMITS, bus, clock);
  delivery = makeDelivery({ bus, relay, clock, limits: DEFAULT_LIMITS, pulse });
});
afterEach(async () => {
  relay.close();
  delivery.close();
  pulse.close();
  await bus.close();
});

function connect(): { readonly stream: EventStream; readonly socket: FakeSocket } {
  const socket = new FakeSocket();
  const response = new ServerResponse(new IncomingMessage(socket as unknown as Socket));
  response.assignSocket(socket as unknown as Socket);
  socket.on('close', () => response.emit('close'));
  const stream = new EventStream(response, { who: OWNER, client: 'c', onClose: () => undefined }, delivery);
  return { stream, socket };
}
const turns = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test('who is cut before anything came knows already where to go on', async () => {
  const { stream, socket } = connect();
  await stream.subscribe(new Map([['events/a', flow()]]));
  const { epoch } = (await bus.openLog('events/a')).channel;
  expect(socket.ids()).toEqual([`id: events/a=${epoch}:0`]);
});

test('a channel that is not open yet keeps its place in the id', async () => {
  const open = Promise.withResolvers<void>();
  far = open.promise;
  const { stream, socket } = connect();
  const subscribed = stream.subscribe(
    new Map([
      ['events/near', flow()],
      ['events/far', flow({ epoch: 'e', offset: 7 })],
    ]),
  );
  await turns();
  bus.publish('events/near', { t: 'events', records: [1] });
  await turns();
  expect(socket.ids().length).toBeGreaterThan(0);
  for (const id of socket.ids()) expect(id).toContain('events/far=e:7');
  open.resolve();
  await subscribed;
});

test('who leaves while its channels are being opened leaves nothing open', async () => {
  const open = Promise.withResolvers<void>();
  far = open.promise;
  const { stream, socket } = connect();
  const subscribed = stream.subscribe(
    new Map([
      ['events/far', flow()],
      ['events/near', flow()],
    ]),
  );
  await turns();
  socket.destroy();
  await turns();
  open.resolve();
  await subscribed;
  expect([...stream.subscriptions.readers()]).toEqual([]);
  expect([...delivery.presence.channels()]).toEqual([]);
});

test('who is sent away and does not read is cut off', async () => {
  const { stream, socket } = connect();
  socket.reads = false;
  await stream.subscribe(new Map([['events/a', flow()]]));
  stream.end();
  await turns();
  expect(socket.destroyed).toBe(false);
  clock.advance(DEFAULT_LIMITS.closeMs);
  expect(socket.destroyed).toBe(true);
});

test('a snapshot says itself where all channels are: who is cut right behind it goes on from it', async () => {
  const { stream, socket } = connect();
  bus.put('state/a', 'key', 1);
  await stream.subscribe(
    new Map([
      ['events/a', flow()],
      ['state/a', flow()],
    ]),
  );
  await turns();
  const snapshot = socket.text.split('\n\n').find((event) => event.includes('"snapshot":true'));
  const { epoch } = (await bus.openState('state/a')).channel;
  expect(snapshot).toContain(`state/a=${epoch}:1`);
  expect(snapshot).toContain('id: events/a=');
});

import { expect, test } from 'vitest';
import { FakeClock } from '../../server/fake-clock.ts';
import { RelaySocket } from './relay-socket.ts';

/** A server that is there when the test says so. */
class FakeWebSocket extends EventTarget {
  // By which it is known as one.
  static readonly CLOSING = 2;
  static readonly made: FakeWebSocket[] = [];
  readyState = 0;
  binaryType = 'blob';
  bufferedAmount = 0;

  constructor() {
    super();
    FakeWebSocket.made.push(this);
  }

  open(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }

  close(code = 1006): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event('close'), { code, reason: '', wasClean: code !== 1006 }));
  }

  send(): void {}
}

function setUp() {
  FakeWebSocket.made.length = 0;
  const clock = new FakeClock();
  const waits: number[] = [];
  const socket = new RelaySocket({
    url: () => 'ws://relay.example/live',
    WebSocket: FakeWebSocket as unknown as typeof WebSocket,
    now: clock.now,
    schedule: clock.schedule,
    // The longest wait there can be.
    random: () => 1,
    onOpen: () => undefined,
    onMessage: () => undefined,
    onSamples: () => undefined,
    onDown: (_, nextAt) => waits.push(nextAt - clock.now()),
    onConnecting: () => undefined,
    onRefused: () => undefined,
    onDrop: () => undefined,
  });
  /** The socket that is made next, once its time has come. */
  const next = async (): Promise<FakeWebSocket> => {
    const count = FakeWebSocket.made.length;
    for (let turn = 0; FakeWebSocket.made.length === count && turn < 1_000; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      clock.advance(waits.at(-1) ?? 0);
    }
    const made = FakeWebSocket.made.at(-1);
    if (made === undefined || FakeWebSocket.made.length === count) throw new Error('it does not come back');
    return made;
  };
  return { clock, socket, waits, next };
}

test('each attempt that fails waits longer', async () => {
  const { socket, waits, next } = setUp();
  for (let attempt = 0; attempt < 4; attempt++) (await next()).close();
  expect(waits).toEqual([500, 1_000, 2_000, 4_000]);
  socket.close();
});

test('a server that said goodbye is tried from the beginning, though it said so a moment after the last time', async () => {
  const { socket, waits, next } = setUp();
  for (let restart = 0; restart < 3; restart++) {
    const connection = await next();
    connection.open();
    socket.comeBackAfter(200);
    connection.close(1001);
    // It is not there yet.
    (await next()).close();
  }
  expect(waits).toEqual([200, 1_000, 200, 1_000, 200, 1_000]);
  socket.close();
});

test('a connection that held for a while is no failed attempt, one that broke at once is', async () => {
  const { clock, socket, waits, next } = setUp();
  (await next()).close();
  const short = await next();
  short.open();
  short.close();
  const long = await next();
  long.open();
  clock.advance(10_000);
  long.close();
  expect(waits).toEqual([500, 1_000, 500]);
  socket.close();
});

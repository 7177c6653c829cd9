import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { CONTRACT_VERSION } from '../../src/contract/version.ts';
import { Principal } from '../access/principal.ts';
import { makeMemoryBus } from '../bus/memory.ts';
import { Pulse } from '../bus/pulse.ts';
import { DEFAULT_LIMITS } from '../config.ts';
import { FakeClock } from '../fake-clock.ts';
import { makeMetrics } from '../health.ts';
import { Relay } from '../relay/relay.ts';
import { clientFrame } from '../wire/client-frame.ts';
import { OPCODE } from '../wire/frame-encode.ts';
import { Connection } from './connection.ts';
import { deflated } from './deflated.ts';
import { makeDelivery } from './delivery.ts';
import { ReceivedCounts } from './received-counts.ts';

/** A client that reads when it is told, and answers nothing. */
class SlowSocket extends Duplex {
  readonly remoteAddress = '192.0.2.1';
  bytesWritten = 0;
  #take: (() => void) | undefined;
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  override _read(): void {}
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.bytesWritten += chunk.length;
    this.#take = done;
  }
  /** Reads one write of the server's. */
  readOne(): void {
    const done = this.#take;
    this.#take = undefined;
    done?.();
  }
}

function connect() {
  const clock = new FakeClock();
  const pulse = new Pulse({ windowMs: 0 });
  const limits = DEFAULT_LIMITS;
  const bus = makeMemoryBus(limits, clock, pulse);
  const relay = new Relay(limits, bus, clock);
  const delivery = makeDelivery({ bus, relay, clock, limits, pulse });
  onTestFinished(async () => {
    relay.close();
    delivery.close();
    pulse.close();
    await bus.close();
  });
  const who = new Principal(
    { id: 'open', name: 'test', kind: 'open', role: 'owner' },
    { channels: undefined, boards: undefined },
    100,
    { hits: 0, misses: 0, evicted: 0 },
  );
  const socket = new SlowSocket();
  const connection = new Connection(socket as unknown as Socket, false, who, {
    limits,
    clock,
    metrics: makeMetrics(),
    delivery,
    counts: new ReceivedCounts(),
    peers: { maxMessageBytes: 65_536, maxFragments: 64, closeMs: 1, clock, onPongSkipped: () => undefined },
    rates: { publish: () => 0, publishForBoard: () => 0 },
    server: 's',
    build: 'b',
    deflated,
    onHello: () => undefined,
    onClose: () => undefined,
  });
  const client = { id: 'a-secret-of-ten', name: 'slow' };
  const hello = { t: 'hello', contract: CONTRACT_VERSION, build: 'test', client };
  connection.start(clientFrame({ opcode: OPCODE.text, payload: JSON.stringify(hello) }));
  for (let n = 0; n < 50; n++) connection.send({ t: 'pong', at: n, serverMs: n });
  return { socket, connection };
}

test('who reads slowly and has not come to our pings yet is there; who takes nothing is not', async () => {
  const { socket, connection } = connect();
  for (let beat = 0; beat < 10; beat++) {
    socket.readOne();
    await new Promise((resolve) => setImmediate(resolve));
    connection.checkAlive();
  }
  expect(socket.destroyed).toBe(false);
  for (let beat = 0; beat < 3; beat++) connection.checkAlive();
  expect(socket.destroyed).toBe(true);
});

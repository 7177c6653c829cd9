import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../clock.ts';
import { FakeClock } from '../fake-clock.ts';
import { clientFrame } from './client-frame.ts';
import { deflateFrame, frameOf, frameText } from './frame-encode.ts';
import { parseUpgrade, refusalResponse } from './handshake.ts';
import { type PeerOptions, type PeerOwner, PeerSocket } from './web-socket.ts';

/** Keeps what a socket's owner is told; answers with what the test says. */
class Owner implements PeerOwner {
  readonly peer: PeerSocket;
  readonly messages: { readonly text: string; readonly isBinary: boolean }[] = [];
  readonly refused: string[] = [];
  readonly closed: { readonly code: number; readonly reason: string }[] = [];
  pongs = 0;
  drains = 0;
  onText: (text: string) => void = () => undefined;
  #waiters: (() => void)[] = [];

  constructor(socket: Socket, options: PeerOptions, deflate: boolean) {
    this.peer = new PeerSocket(socket, this, options, deflate);
  }

  onMessage(data: Buffer, isBinary: boolean): void {
    this.messages.push({ text: data.toString('latin1'), isBinary });
    this.onText(data.toString());
    this.#changed();
  }
  onDrain(): void {
    this.drains++;
    this.#changed();
  }
  onPong(): void {
    this.pongs++;
    this.#changed();
  }
  onRefused(code: string): void {
    this.refused.push(code);
    this.#changed();
  }
  onClosed(code: number, reason: string): void {
    this.closed.push({ code, reason });
    this.#changed();
  }
  #changed(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter();
  }
  async until(isTrue: (owner: this) => boolean): Promise<void> {
    while (!isTrue(this)) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }
  /** How it ended. Waits a little for a second end, which must not come. */
  async end(): Promise<{ readonly code: number; readonly reason: string } | undefined> {
    await this.until(({ closed }) => closed.length > 0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(this.closed).toHaveLength(1);
    return this.closed[0];
  }
}

let server: Server;
let port: number;
let owners: Owner[];
let options: PeerOptions;
let pongsSkipped: number;
/** What an owner does as soon as it has its socket, before anything is read. */
let prepare: (owner: Owner, socket: Socket) => void;
const clients: { terminate?(): void; destroy?(): void }[] = [];

beforeEach(async () => {
  owners = [];
  pongsSkipped = 0;
  prepare = () => undefined;
  options = {
    maxMessageBytes: 1_048_576,
    maxFragments: 128,
    closeMs: 5_000,
    clock: systemClock,
    onPongSkipped: () => pongsSkipped++,
  };
  server = createServer();
  server.on('upgrade', (request, socket: Socket, head: Buffer) => {
    const upgrade = parseUpgrade(request, { subprotocol: 'hyphae.v1', deflate: true });
    if (!upgrade.ok) {
      socket.end(refusalResponse(upgrade));
      return;
    }
    socket.write(upgrade.headers);
    const owner = new Owner(socket, options, upgrade.deflate);
    owners.push(owner);
    prepare(owner, socket);
    owner.peer.start(head);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  for (const client of clients.splice(0)) {
    client.terminate?.();
    client.destroy?.();
  }
  for (const { peer } of owners) peer.destroy();
  await new Promise((resolve) => server.close(resolve));
});

/** A real client, open; and the owner of the other end. */
async function open(perMessageDeflate: boolean | object = false): Promise<{ client: WebSocket; owner: Owner }> {
  const client = new WebSocket(`ws://127.0.0.1:${port}/`, ['hyphae.v1'], { perMessageDeflate });
  clients.push(client);
  await once(client, 'open');
  return { client, owner: owners.at(-1) as Owner };
}

const UPGRADE =
  'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: hyphae.v1\r\n\r\n';

/** A client that speaks bytes; `first` goes out together with the upgrade request. */
async function openRaw(...first: Buffer[]): Promise<{ socket: Socket; owner: Owner; read: () => string }> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  clients.push(socket);
  socket.on('error', () => undefined);
  const chunks: Buffer[] = [];
  socket.write(Buffer.concat([Buffer.from(UPGRADE), ...first]));
  const all = (): string => Buffer.concat(chunks).toString('latin1');
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (all().includes('\r\n\r\n')) resolve();
    });
  });
  const read = (): string => Buffer.from(all().split('\r\n\r\n').slice(1).join('\r\n\r\n'), 'latin1').toString('hex');
  return { socket, owner: owners.at(-1) as Owner, read };
}

const message = async (client: WebSocket): Promise<{ data: Buffer; isBinary: boolean }> => {
  const [data, isBinary] = (await once(client, 'message')) as [Buffer, boolean];
  return { data, isBinary };
};
const closeOf = async (client: WebSocket): Promise<{ code: number; reason: string }> => {
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  return { code, reason: reason.toString() };
};

test.each([false, true, { threshold: 0 }])('messages both ways with a real client, deflate %j', async (deflate) => {
  const { client, owner } = await open(deflate);
  expect(client.protocol).toBe('hyphae.v1');
  expect(client.extensions).toBe(deflate ? 'permessage-deflate' : '');
  owner.onText = (text) => {
    owner.peer.write(frameText(`${text}!`));
  };
  for (const text of ['', 'µ😀', 'x'.repeat(200), 'y'.repeat(70_000), 'again', 'again']) {
    const answer = message(client);
    client.send(text);
    expect(await answer).toEqual({ data: Buffer.from(`${text}!`), isBinary: false });
  }
});

test.each([false, true])('a message of 1 MiB both ways, deflate %j', async (deflate) => {
  const { client, owner } = await open(deflate);
  const large = Buffer.from(Uint8Array.from({ length: 1_048_576 }, (_, at) => (at * 7919) >>> 5));
  client.send(large);
  await owner.until(({ messages }) => messages.length === 1);
  expect(owner.messages[0]?.isBinary).toBe(true);
  expect(owner.messages[0]?.text === large.toString('latin1')).toBe(true);
  const answer = message(client);
  owner.peer.write(deflate ? deflateFrame(large, 'binary') : frameOf(large, 'binary'));
  const { data, isBinary } = await answer;
  expect(isBinary).toBe(true);
  expect(data.equals(large)).toBe(true);
});

test('one compressed frame is read by every client, in any order with plain ones', async () => {
  const batch = JSON.stringify(Array.from({ length: 500 }, (_, at) => ({ at, name: 'freezer' })));
  const shared = deflateFrame(Buffer.from(batch), 'text');
  const all = [await open(true), await open(true), await open({ clientMaxWindowBits: 10 })];
  for (const { client, owner } of all) {
    const texts: string[] = [];
    client.on('message', (data: Buffer) => texts.push(data.toString()));
    owner.peer.writeMany([shared, frameText('between'), shared, shared]);
    while (texts.length < 4) await once(client, 'message');
    expect(texts).toEqual([batch, 'between', batch, batch]);
  }
});

test('a client that asks for a small window of ours is served without deflate', async () => {
  const { client, owner } = await open({ serverMaxWindowBits: 10 });
  expect(client.extensions).toBe('');
  client.send('plain');
  await owner.until(({ messages }) => messages.length === 1);
});

test.each([false, true])('a message sent in fragments, with a ping in between, deflate %j', async (deflate) => {
  const { client, owner } = await open(deflate);
  client.send('one ', { fin: false, compress: deflate });
  client.send('two ', { fin: false });
  client.ping('here?');
  client.send('three', { fin: true });
  const [pong] = (await once(client, 'pong')) as [Buffer];
  expect(pong.toString()).toBe('here?');
  await owner.until(({ messages }) => messages.length === 1);
  expect(owner.messages[0]).toEqual({ text: 'one two three', isBinary: false });
});

test('a ping of ours is answered', async () => {
  const { owner } = await open();
  owner.peer.ping();
  await owner.until(({ pongs }) => pongs === 1);
});

test('frames written together arrive in their order', async () => {
  const { client, owner } = await open();
  const texts: string[] = [];
  client.on('message', (data: Buffer) => texts.push(data.toString()));
  const sent = Array.from({ length: 1_000 }, (_, at) => `record ${at}`);
  owner.peer.writeMany(sent.map(frameText));
  while (texts.length < sent.length) await once(client, 'message');
  expect(texts).toEqual(sent);
});

test('what came along with the upgrade request is heard first', async () => {
  const { owner } = await openRaw(
    clientFrame({ opcode: 1, payload: 'early' }),
    clientFrame({ opcode: 1, payload: 'torn' }).subarray(0, 7),
  );
  await owner.until(({ messages }) => messages.length === 1);
  (clients.at(-1) as Socket).write(clientFrame({ opcode: 1, payload: 'torn' }).subarray(7));
  await owner.until(({ messages }) => messages.length === 2);
  expect(owner.messages.map(({ text }) => text)).toEqual(['early', 'torn']);
});

test.each([1000, 1001, 3000, 4999])('the client closes with %i: it is told the same, the owner too', async (code) => {
  const { client, owner } = await open();
  client.close(code, 'µ done');
  expect(await closeOf(client)).toEqual({ code, reason: '' });
  expect(await owner.end()).toEqual({ code, reason: 'µ done' });
  expect(owner.refused).toEqual([]);
});

test('the client closes without a code, and no timer stays', async () => {
  const clock = new FakeClock();
  options = { ...options, clock };
  const { client, owner } = await open();
  client.close();
  expect(await closeOf(client)).toEqual({ code: 1005, reason: '' });
  expect(await owner.end()).toEqual({ code: 1005, reason: '' });
  expect(clock.pending).toBe(0);
});

test.each([1000, 1008, 1012, 4001])(
  'we close with %i: the client is told why, after what was pending',
  async (code) => {
    const { client, owner } = await open();
    const last = message(client);
    const closed = closeOf(client);
    owner.peer.write(frameText('last'));
    owner.peer.close(code, 'because');
    expect(owner.peer.isOpen).toBe(false);
    expect((await last).data.toString()).toBe('last');
    expect(await closed).toEqual({ code, reason: 'because' });
    expect(await owner.end()).toMatchObject({ code });
  },
);

test('after our close nothing is written and nothing is heard', async () => {
  const { socket, owner, read } = await openRaw();
  owner.peer.close(1000);
  owner.peer.close(1001);
  expect(owner.peer.write(frameText('late'))).toBe(false);
  expect(owner.peer.writeMany([frameText('late')])).toBe(false);
  expect(owner.peer.isFull(1_000_000)).toBe(true);
  owner.peer.ping();
  socket.write(clientFrame({ opcode: 1, payload: 'late too' }));
  socket.write(clientFrame({ opcode: 10 }));
  socket.write(clientFrame({ opcode: 8, payload: Buffer.from('03e8', 'hex') }));
  await once(socket, 'end');
  socket.end();
  expect(await owner.end()).toEqual({ code: 1000, reason: '' });
  expect(read()).toBe('880203e8');
  expect(owner.messages).toEqual([]);
  expect(owner.pongs).toBe(0);
});

test('who answers our close with nonsense is not refused on top of it', async () => {
  const { socket, owner } = await openRaw();
  owner.peer.close(1000);
  socket.write(clientFrame({ opcode: 1, payload: 'x', mask: undefined }));
  await once(socket, 'end');
  socket.end();
  expect(await owner.end()).toEqual({ code: 1006, reason: '' });
  expect(owner.refused).toEqual([]);
});

test('both close at once', async () => {
  const { client, owner } = await open();
  const closed = closeOf(client);
  client.close(4001, 'client');
  owner.peer.close(4002, 'server');
  await closed;
  expect(await owner.end()).toEqual({ code: 4001, reason: 'client' });
});

test('a code that must not be sent is our mistake, and the socket stays open', async () => {
  const { client, owner } = await open();
  expect(() => owner.peer.close(1006)).toThrow('1006');
  client.send('still here');
  await owner.until(({ messages }) => messages.length === 1);
});

test('who does not answer our close is cut off after closeMs', async () => {
  const clock = new FakeClock();
  options = { ...options, clock };
  const { socket, owner } = await openRaw();
  owner.peer.close(1000);
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(4_999);
  await new Promise((resolve) => setImmediate(resolve));
  expect(owner.closed).toEqual([]);
  clock.advance(1);
  expect(await owner.end()).toEqual({ code: 1006, reason: '' });
  expect(clock.pending).toBe(0);
  socket.destroy();
});

test('who does not end after its own close is cut off as well, and no timer stays', async () => {
  const clock = new FakeClock();
  options = { ...options, clock };
  const { socket, owner, read } = await openRaw();
  socket.write(clientFrame({ opcode: 8, payload: Buffer.from('03e9', 'hex') }));
  await once(socket, 'end');
  expect(read()).toBe('880203e9');
  socket.write(clientFrame({ opcode: 1, payload: 'goes on talking' }));
  expect(owner.closed).toEqual([]);
  clock.advance(5_000);
  expect(await owner.end()).toEqual({ code: 1001, reason: '' });
  expect(clock.pending).toBe(0);
  expect(owner.messages).toEqual([]);
});

test('a client that ends without a close frame', async () => {
  const { socket, owner } = await openRaw();
  socket.end();
  await once(socket, 'end');
  expect(await owner.end()).toEqual({ code: 1006, reason: '' });
});

test('a client that ends in the middle of a message', async () => {
  const { socket, owner } = await openRaw();
  socket.end(clientFrame({ opcode: 1, payload: 'never whole' }).subarray(0, 9));
  expect(await owner.end()).toEqual({ code: 1006, reason: '' });
  expect(owner.messages).toEqual([]);
});

test('an abrupt reset is one end, with the system’s word for it', async () => {
  const { socket, owner } = await openRaw();
  socket.resetAndDestroy();
  expect(await owner.end()).toEqual({ code: 1006, reason: 'ECONNRESET' });
  expect(owner.peer.write(frameText('late'))).toBe(false);
});

test('a reset while we write is one end', async () => {
  const { socket, owner } = await openRaw();
  socket.pause();
  const frame = frameOf(Buffer.alloc(100_000), 'binary');
  for (let at = 0; at < 100; at++) owner.peer.write(frame);
  socket.resetAndDestroy();
  expect(await owner.end()).toMatchObject({ code: 1006 });
  owner.peer.write(frame);
  owner.peer.close(1000);
  owner.peer.destroy();
  await owner.end();
});

test('two hundred clients that reset at any moment are two hundred ends', async () => {
  for (let round = 0; round < 4; round++) {
    const all = await Promise.all(Array.from({ length: 50 }, () => openRaw(clientFrame({ opcode: 1, payload: 'hi' }))));
    all.forEach(({ socket }, at) => {
      const owner = owners[round * 50 + at] as Owner;
      owner.peer.write(frameText('hello'));
      if (at % 4 === 0) owner.peer.close(1000);
      if (at % 4 === 1) owner.peer.destroy();
      if (at % 3 === 0) socket.resetAndDestroy();
      else socket.destroy();
    });
    for (const owner of owners) await owner.end();
  }
  expect(owners).toHaveLength(200);
});

test('destroy ends it without a word, also from within a message', async () => {
  const { client, owner } = await open();
  owner.onText = () => owner.peer.destroy();
  client.send('a');
  client.send('b');
  const closed = await closeOf(client);
  expect(closed.code).toBe(1006);
  expect(await owner.end()).toEqual({ code: 1006, reason: '' });
  expect(owner.messages).toHaveLength(1);
});

test('a socket that was gone before it was handed over still ends once', async () => {
  let given: Socket | undefined;
  prepare = (_, socket) => {
    given = socket;
    socket.destroy();
  };
  const socket = connect({ port, host: '127.0.0.1' });
  clients.push(socket);
  socket.on('error', () => undefined).resume();
  socket.write(UPGRADE);
  await once(socket, 'close');
  expect(await (owners[0] as Owner).end()).toMatchObject({ code: 1006 });
  const late = new Owner(given as Socket, options, false);
  late.peer.start(clientFrame({ opcode: 1, payload: 'nobody is there' }));
  expect(late.closed).toEqual([]);
  expect(await late.end()).toMatchObject({ code: 1006 });
  expect(late.messages).toEqual([]);
});

test.each([
  ['an unmasked frame', clientFrame({ opcode: 1, payload: 'x', mask: undefined }), 'ws-unmasked', 1002],
  ['bad UTF-8', clientFrame({ opcode: 1, payload: Buffer.from('ff', 'hex') }), 'ws-bad-utf8', 1007],
  ['a promise of 4 GiB', Buffer.from('82ff0000000100000000', 'hex'), 'ws-message-too-big', 1009],
  ['compression not agreed on', clientFrame({ opcode: 1, rsv: 0x40, payload: 'x' }), 'ws-reserved-bits', 1002],
])('%s: refused by name, told why, closed', async (_, bytes, code, closeCode) => {
  const { socket, owner, read } = await openRaw();
  socket.write(
    Buffer.concat([clientFrame({ opcode: 1, payload: 'good' }), bytes, clientFrame({ opcode: 1, payload: 'x' })]),
  );
  await once(socket, 'end');
  socket.end();
  expect(await owner.end()).toEqual({ code: 1006, reason: '' });
  expect(owner.refused).toEqual([code]);
  expect(owner.messages.map(({ text }) => text)).toEqual(['good']);
  const close = Buffer.from(read(), 'hex');
  expect(close[0]).toBe(0x88);
  expect(close.readUInt16BE(2)).toBe(closeCode);
  expect(close.length).toBeGreaterThan(10);
});

test('a real client that sends too much is told 1009', async () => {
  options = { ...options, maxMessageBytes: 1_000 };
  const { client, owner } = await open(true);
  client.send(Buffer.alloc(100_000));
  expect((await closeOf(client)).code).toBe(1009);
  await owner.end();
  expect(owner.refused).toEqual(['ws-message-too-big']);
});

test.each([1_000, 20_000, 1_000_000])(
  'a client that does not read is full at %i bytes, and drains when it reads',
  async (high) => {
    const { socket, owner } = await openRaw();
    socket.pause();
    const frame = frameOf(Buffer.alloc(900), 'binary');
    let written = 0;
    while (!owner.peer.isFull(high)) {
      owner.peer.write(frame);
      written++;
      if (written % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(owner.peer.pendingBytes).toBeGreaterThanOrEqual(high);
    expect(owner.peer.pendingBytes).toBeLessThan(high + 1_000);
    for (let again = 0; again < 100; again++) expect(owner.peer.isFull(high)).toBe(true);
    let got = 0;
    socket.on('data', (chunk: Buffer) => (got += chunk.length));
    socket.resume();
    await owner.until(({ drains }) => drains > 0);
    expect(owner.peer.isFull(high)).toBe(false);
    while (got < written * frame.length) await once(socket, 'data');
    expect(got).toBe(written * frame.length);
  },
);

test('who pings without reading is not answered without end', async () => {
  const { socket, owner } = await openRaw();
  socket.pause();
  const pings = Buffer.concat(
    Array.from({ length: 2_000 }, () => clientFrame({ opcode: 9, payload: Buffer.alloc(125) })),
  );
  for (let round = 0; round < 300 && pongsSkipped === 0; round++)
    await new Promise((resolve) => socket.write(pings, resolve));
  expect(pongsSkipped).toBeGreaterThan(0);
  expect(owner.peer.pendingBytes).toBeLessThan(200_000);
});

test('a socket gets one listener for each event, and keeps none of the HTTP server’s time limits', async () => {
  const events = ['data', 'end', 'error', 'close', 'drain'];
  server.setTimeout(60_000);
  let given: Socket | undefined;
  let before: readonly number[] = [];
  prepare = (_, socket) => {
    given = socket;
    before = events.map((event) => socket.listenerCount(event));
  };
  const { client } = await open();
  expect(events.map((event, at) => (given?.listenerCount(event) ?? 0) - (before[at] ?? 0))).toEqual([1, 1, 1, 1, 1]);
  expect(given?.timeout).toBe(0);
  client.terminate();
});

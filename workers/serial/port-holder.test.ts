import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CommandRequest } from '../../src/contract/board-command.ts';
import type { FromHolder } from '../../src/contract/board-link.ts';
import { type BoardHealth, EMPTY_HEALTH, EMPTY_IDENTITY } from '../../src/contract/board-status.ts';
import { decodeSampleBatch } from '../../src/contract/sample-batch.ts';
import { systemClock } from '../../src/serial/clock.ts';
import { FakeSerial } from '../../src/serial/fake-serial.ts';
import { makeFakeFamily } from './fake-family.ts';
import { makePortHolder, type PortHolder } from './port-holder.ts';

const BOARD = { usbVendorId: 0x303a, usbProductId: 0x1001 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** A hub that listens, and says of every port that it is a new board. */
function makeHub(holder: PortHolder, health?: BoardHealth) {
  const messages: FromHolder[] = [];
  return {
    messages,
    postMessage(message: FromHolder) {
      messages.push(message);
      if (message.t !== 'port') return;
      const { key, known = { board: `b-${key}`, identity: EMPTY_IDENTITY, health } } = message;
      queueMicrotask(() => holder.handle({ t: 'assign', key, known }));
    },
    of: <T extends FromHolder['t']>(t: T) =>
      messages.filter((message): message is Extract<FromHolder, { t: T }> => message.t === t),
    phases: (key: string) =>
      messages.flatMap((message) => (message.t === 'phase' && message.key === key ? [message.phase.is] : [])),
    rows: (key: string) =>
      messages.flatMap((message) =>
        message.t === 'samples' && message.key === key ? [...(decodeSampleBatch(message.buffer).columns[0] ?? [])] : [],
      ),
  };
}

async function holding(picked: readonly number[] = [], health?: BoardHealth) {
  const bus = new FakeSerial();
  const { family, sessions } = makeFakeFamily();
  const troubles: unknown[] = [];
  let keys = 0;
  const holder = makePortHolder({
    serial: bus,
    families: [family],
    clock: systemClock,
    random: () => 1,
    os: 'linux',
    signal: new AbortController().signal,
    newKey: () => `k${++keys}`,
    wasPicked: async (usb) => picked.includes(usb.usbVendorId ?? -1),
    onTrouble: (cause) => troubles.push(cause),
  });
  await holder.start();
  const hub = makeHub(holder, health);
  holder.connectHub(hub);
  return { bus, sessions, holder, hub, troubles };
}

const request: CommandRequest = { id: 'c1', board: 'b1', name: 'blink', params: {}, by: 'test', deadline: 0 };

describe('port holder', () => {
  test('opens what is granted, feeds it to a session, and tells the hub', async () => {
    const { bus, sessions, hub } = await holding();
    const port = bus.plug(BOARD);
    await pass(0);
    port.send('I am one');
    await pass(0);
    expect(hub.of('port')).toEqual([
      { t: 'port', key: 'k1', usb: { vendorId: 0x303a, productId: 0x1001 }, known: undefined },
    ]);
    expect(hub.phases('k1')).toEqual(['opening', 'opening', 'open']);
    expect(hub.of('identity')).toMatchObject([
      { identity: { deviceId: 'one' }, commands: ['blink'], hasOutputs: true },
    ]);
    expect(hub.rows('k1')).toEqual([8]);
    expect(hub.of('console')).toHaveLength(1);
    expect(sessions[0]?.text).toBe('I am one');
    expect(port.signals).toEqual([]);
  });

  test('leaves alone what no family claims and nobody chose, and what is never a board', async () => {
    const { bus, hub } = await holding([0x1234]);
    const console = bus.plug({});
    const other = bus.plug({ usbVendorId: 0x2341 });
    const phantom = bus.plug({ usbVendorId: 0x303a, usbProductId: 0xffb0 });
    const chosen = bus.plug({ usbVendorId: 0x1234 });
    await pass(10);
    expect([console, other, phantom, chosen].map((port) => port.opens)).toEqual([0, 0, 0, 1]);
    expect(hub.of('port')).toHaveLength(1);
  });

  test('eight boards at once', async () => {
    const { bus, hub } = await holding();
    const ports = Array.from({ length: 8 }, () => bus.plug(BOARD));
    await pass(0);
    for (const [index, port] of ports.entries()) port.send(`I am ${index}`);
    await pass(20);
    expect(hub.of('identity').map(({ key, identity }) => `${key} ${identity.deviceId}`)).toEqual(
      ports.map((_, index) => `k${index + 1} ${index}`),
    );
  });

  test('unplug with a read that stays pending, then replug: same key, known identity, totals go on, the gap is told', async () => {
    const { bus, sessions, holder, hub } = await holding();
    const port = bus.plug(BOARD);
    await pass(0);
    port.send('I am one');
    holder.handle({ t: 'assign', key: 'k1', known: { board: 'b1', identity: EMPTY_IDENTITY } });
    await pass(0);
    bus.unplug(port, { hangUp: false });
    await pass(5_000);
    expect(sessions[0]?.closed).toBe('unplugged');
    expect(port.opened).toBeUndefined();
    expect(hub.phases('k1').at(-1)).toBe('unplugged');

    const start = Date.now();
    const again = bus.plug(BOARD);
    await pass(0);
    again.send('hello');
    await pass(0);
    expect(Date.now() - start).toBeLessThan(50);
    expect(hub.of('port')).toHaveLength(1);
    expect(hub.phases('k1').slice(-3)).toEqual(['unplugged', 'opening', 'open']);
    expect(sessions[1]?.options.known).toMatchObject({ deviceId: 'one', presumed: false });
    expect(sessions[1]?.health).toMatchObject({ bytesIn: 13, gaps: 1, reopened: 1 });
    expect(hub.of('gap')).toMatchObject([{ gap: { why: 'unplugged', toMs: start } }]);
    expect(hub.rows('k1')).toEqual([8, 5]);
  });

  test('a hang-up a moment before the unplug event does not lead to a hasty reopening', async () => {
    const { bus, hub } = await holding();
    const port = bus.plug(BOARD);
    await pass(0);
    port.hangUp();
    await pass(20);
    expect(hub.of('phase').at(-1)?.phase).toMatchObject({ is: 'retrying', code: 'port-lost' });
    bus.unplug(port);
    await pass(1_000);
    expect(hub.phases('k1').at(-1)).toBe('unplugged');
    expect(port.opens).toBe(1);
  });

  test('a hang-up without an unplug is reopened', async () => {
    const { bus, hub } = await holding();
    const port = bus.plug(BOARD);
    await pass(0);
    port.hangUp();
    await pass(200);
    expect(hub.phases('k1').slice(-2)).toEqual(['opening', 'open']);
    expect(port.opens).toBe(2);
  });

  test('a read error is counted, and reading goes on', async () => {
    const { bus, sessions, hub } = await holding();
    const port = bus.plug(BOARD);
    await pass(0);
    port.failRead('BufferOverrunError');
    await pass(0);
    port.send('after');
    await pass(0);
    expect(sessions).toHaveLength(1);
    expect(sessions[0]?.health.errors).toEqual({ 'read-error': 1 });
    expect(sessions[0]?.notes).toEqual([expect.stringContaining('BufferOverrunError')]);
    expect(hub.rows('k1')).toEqual([5]);
  });

  test('a port in use says so, and opens when it is free', async () => {
    const { bus, hub } = await holding();
    const port = bus.plug(BOARD, { inUse: true });
    await pass(0);
    expect(hub.of('phase').at(-1)?.phase).toMatchObject({
      is: 'retrying',
      attempt: 1,
      code: 'port-open-failed',
      reason: 'open: Failed to open serial port.',
    });
    port.inUse = false;
    await pass(200);
    expect(hub.phases('k1').at(-1)).toBe('open');
  });

  test('two alike that come back together are each presumed to be the one of their order', async () => {
    const { bus, sessions } = await holding();
    const ports = [bus.plug(BOARD), bus.plug(BOARD)];
    await pass(0);
    for (const [index, port] of ports.entries()) port.send(`I am ${index}`);
    await pass(0);
    for (const port of ports) bus.unplug(port);
    // Plugged in again the other way round: only their words can tell.
    for (const name of ['1', '0']) {
      const port = bus.plug(BOARD);
      await pass(10);
      port.send(`I am ${name}`);
    }
    await pass(20);
    expect(sessions.slice(2).map(({ options }) => options.known)).toMatchObject([
      { deviceId: '0', presumed: true },
      { deviceId: '1', presumed: true },
    ]);
    expect(sessions.slice(2).map(({ text }) => text)).toEqual(['I am 1', 'I am 0']);
  });

  test('released: closed for other programs, through a replug too, until it is opened again', async () => {
    const { bus, holder, hub } = await holding();
    const port = bus.plug(BOARD);
    await pass(0);
    holder.handle({ t: 'release', key: 'k1' });
    await pass(0);
    expect(port.opened).toBeUndefined();
    expect(hub.phases('k1').at(-1)).toBe('released');
    bus.unplug(port);
    const again = bus.plug(BOARD);
    await pass(1_000);
    expect(again.opens).toBe(0);
    expect(hub.phases('k1').slice(-2)).toEqual(['unplugged', 'released']);
    holder.handle({ t: 'open', key: 'k1' });
    await pass(0);
    expect(again.opened).toBeDefined();
    expect(hub.phases('k1').at(-1)).toBe('open');
  });

  test('release and open in one breath leaves it open', async () => {
    const { bus, holder, hub } = await holding();
    const port = bus.plug(BOARD);
    await pass(0);
    holder.handle({ t: 'release', key: 'k1' });
    holder.handle({ t: 'open', key: 'k1' });
    await pass(10);
    expect(port.opened).toBeDefined();
    expect(hub.phases('k1').at(-1)).toBe('open');
  });

  test('reset pulses the line; commands and bytes reach the session', async () => {
    const { bus, sessions, holder, hub } = await holding();
    const port = bus.plug(BOARD);
    await pass(0);
    holder.handle({ t: 'reset', key: 'k1' });
    holder.handle({ t: 'command', key: 'k1', request });
    holder.handle({ t: 'cancel-command', key: 'k1', id: 'c1' });
    holder.handle({ t: 'write', key: 'k1', bytes: Uint8Array.of(1, 2), by: 'test' });
    await pass(100);
    expect(port.signals).toHaveLength(2);
    expect(sessions[0]?.notes).toEqual(['Reset line pulsed.', 'cancelled c1']);
    expect(port.written.map((bytes) => [...bytes])).toEqual([[1, 2]]);
    expect(hub.of('command')).toMatchObject([{ update: { id: 'c1', state: { is: 'sent' } } }]);
  });

  test('what a closed board cannot do is said, not swallowed', async () => {
    const { bus, holder, hub } = await holding();
    bus.unplug(bus.plug(BOARD));
    bus.plug(BOARD, { inUse: true });
    await pass(20);
    for (const message of [
      { t: 'reset', key: 'k1' },
      { t: 'write', key: 'k1', bytes: Uint8Array.of(1), by: 'test' },
      { t: 'command', key: 'k1', request },
    ] as const)
      holder.handle(message);
    await pass(20);
    expect(hub.of('command')).toMatchObject([
      { update: { state: { is: 'failed', error: { code: 'board-not-open' } } } },
    ]);
    expect(hub.of('console').flatMap(({ records }) => records)).toMatchObject([
      { dir: 'note', text: expect.stringContaining('not reset') },
      { dir: 'note', text: expect.stringContaining('not sent') },
    ]);
  });

  test('forgotten: permission withdrawn, gone from the hub, and new when it is granted again', async () => {
    const { bus, holder, hub } = await holding();
    const port = bus.plug(BOARD);
    await pass(0);
    holder.handle({ t: 'forget', key: 'k1' });
    await pass(0);
    expect(port.forgotten).toBe(true);
    expect(hub.of('port-gone')).toEqual([{ t: 'port-gone', key: 'k1' }]);
    bus.plug(BOARD);
    holder.handle({ t: 'rescan' });
    await pass(0);
    expect(hub.of('port').map(({ key }) => key)).toEqual(['k1', 'k2']);
  });

  test('a new hub hears of every port with what is known, then of what happened in between', async () => {
    const { bus, holder, hub } = await holding();
    const port = bus.plug(BOARD);
    await pass(0);
    port.send('I am one');
    await pass(0);
    holder.handle({ t: 'assign', key: 'k1', known: { board: 'b1', identity: { ...EMPTY_IDENTITY, deviceId: 'one' } } });
    holder.disconnectHub();
    const before = hub.messages.length;
    port.send('in between');
    await pass(300);
    const next = makeHub(holder);
    holder.connectHub(next);
    expect(hub.messages).toHaveLength(before);
    expect(next.messages.map(({ t }) => t)).toEqual(['port', 'phase', 'identity', 'health', 'samples', 'console']);
    expect(next.of('port')[0]?.known).toMatchObject({ board: 'b1', identity: { deviceId: 'one' } });
    expect(next.of('health')[0]?.health.bytesIn).toBe(18);
    expect(next.rows('k1')).toEqual([10]);
    port.send('after');
    await pass(20);
    expect(next.rows('k1')).toEqual([10, 5]);
  });

  test('a board that another tab held before goes on from its totals', async () => {
    const { bus, sessions } = await holding([], { ...EMPTY_HEALTH, items: 700, gaps: 1 });
    bus.plug(BOARD);
    await pass(0);
    expect(sessions[0]?.options.health).toMatchObject({ items: 700, gaps: 1 });
  });

  test('a hub that does not say whose port it is is not waited for', async () => {
    const { bus, sessions, holder } = await holding();
    holder.disconnectHub();
    const port = bus.plug(BOARD);
    await pass(900);
    expect(port.opens).toBe(0);
    await pass(200);
    expect(port.opens).toBe(1);
    expect(sessions[0]?.options.known).toBeUndefined();
  });

  test('health is told at most four times a second, and the last one always', async () => {
    const { bus, hub } = await holding();
    const port = bus.plug(BOARD);
    await pass(0);
    for (let index = 0; index < 100; index++) {
      port.send('x');
      await pass(10);
    }
    await pass(1_000);
    expect(hub.of('health').length).toBeLessThanOrEqual(6);
    expect(hub.of('health').at(-1)?.health.bytesIn).toBe(100);
  });

  test('trouble with listing the ports is told', async () => {
    const { bus, holder, troubles } = await holding();
    bus.refuses = new DOMException('no', 'SecurityError');
    holder.handle({ t: 'rescan' });
    await pass(0);
    expect(troubles).toHaveLength(1);
  });

  test('until the real ports are ours, none is opened', async () => {
    const bus = new FakeSerial();
    const port = bus.plug(BOARD);
    let keys = 0;
    const holder = makePortHolder({
      serial: bus,
      families: [makeFakeFamily().family],
      clock: systemClock,
      random: () => 1,
      os: 'linux',
      signal: new AbortController().signal,
      newKey: () => `k${++keys}`,
      wasPicked: async () => true,
      onTrouble: (cause) => {
        throw cause;
      },
    });
    const hub = makeHub(holder);
    holder.connectHub(hub);
    holder.handle({ t: 'rescan' });
    const later = bus.plug(BOARD);
    await pass(5_000);
    expect([port.opens, later.opens]).toEqual([0, 0]);
    await holder.start();
    await pass(5_000);
    expect([port.opens, later.opens]).toEqual([1, 1]);
  });
});

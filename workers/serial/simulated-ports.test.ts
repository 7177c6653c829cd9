import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MYCOBRAIN } from '../../src/boards/mycobrain/family.ts';
import type { CommandRequest } from '../../src/contract/board-command.ts';
import type { FromHolder, SimulatedPortChange } from '../../src/contract/board-link.ts';
import { EMPTY_IDENTITY } from '../../src/contract/board-status.ts';
import { decodeSampleBatch } from '../../src/contract/sample-batch.ts';
import { systemClock } from '../../src/serial/clock.ts';
import { FakeSerial } from '../../src/serial/fake-serial.ts';
import { makePortHolder } from './port-holder.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const KEY = 'simulated-b1';
const known = { board: 'b1', identity: EMPTY_IDENTITY };

function holding() {
  const holder = makePortHolder({
    serial: new FakeSerial(),
    families: [MYCOBRAIN],
    clock: systemClock,
    random: () => 1,
    os: 'linux',
    signal: new AbortController().signal,
    newKey: () => 'real',
    wasPicked: async () => false,
    onTrouble: (cause) => {
      throw cause;
    },
  });
  const messages: FromHolder[] = [];
  const postMessage = (message: FromHolder) => {
    messages.push(message);
    if (message.t === 'port' && message.known !== undefined) {
      const { key, known: announced } = message;
      queueMicrotask(() => holder.handle({ t: 'assign', key, known: announced }));
    }
  };
  const connect = () => holder.connectHub({ postMessage });
  connect();
  const change = (one: SimulatedPortChange) => holder.handle({ t: 'simulate', key: KEY, ...one });
  const batches = () =>
    messages.flatMap((message) => (message.t === 'samples' ? [decodeSampleBatch(message.buffer)] : []));
  const phase = () => messages.findLast((message) => message.t === 'phase')?.phase.is;
  const of = <T extends FromHolder['t']>(t: T) =>
    messages.filter((message): message is Extract<FromHolder, { t: T }> => message.t === t);
  return { holder, messages, connect, change, batches, phase, of };
}

describe('simulated ports', () => {
  test('a board moves within a second, several times a second, and every reading is simulated', async () => {
    const { change, batches, of } = holding();
    change({ do: 'add', known });
    await pass(1_000);
    expect(of('port')).toMatchObject([{ key: KEY, simulated: true, known: { board: 'b1' } }]);
    expect(batches().length).toBeGreaterThan(2);
    await pass(9_000);
    const before = batches().length;
    await pass(10_000);
    expect(batches().length - before).toBeGreaterThan(30);
    expect(new Set(batches().map((batch) => batch.provenance))).toEqual(new Set(['simulated']));
  });

  test('a second add is the same board, and the next hub is told of it', async () => {
    const { holder, change, connect, messages, of } = holding();
    change({ do: 'add', known });
    change({ do: 'add', known });
    await pass(3_000);
    expect(of('port')).toHaveLength(1);
    holder.disconnectHub();
    messages.length = 0;
    connect();
    expect(messages[0]).toMatchObject({ t: 'port', key: KEY, simulated: true, known: { board: 'b1' } });
  });

  test('unplug, replug and removal are those of a real port; the absence is a gap', async () => {
    const { change, phase, of, batches } = holding();
    change({ do: 'add', known });
    await pass(3_000);
    change({ do: 'fault', fault: 'unplug' });
    await pass(2_000);
    expect(phase()).toBe('unplugged');
    const before = batches().length;
    await pass(5_000);
    expect(batches()).toHaveLength(before);
    change({ do: 'fault', fault: 'replug' });
    await pass(5_000);
    expect(phase()).toBe('open');
    expect(of('gap')).toMatchObject([{ gap: { why: 'unplugged' } }]);
    expect(batches().length).toBeGreaterThan(before);
    change({ do: 'remove' });
    await pass(1_000);
    expect(of('port-gone')).toMatchObject([{ key: KEY }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('the reset line boots it anew', async () => {
    const { holder, change, of } = holding();
    change({ do: 'add', known });
    await pass(5_000);
    holder.handle({ t: 'reset', key: KEY });
    await pass(5_000);
    expect(of('health').at(-1)?.health.resets).toBeGreaterThan(0);
  });

  test('its session refuses what no build could take, in words', async () => {
    const { holder, change, of } = holding();
    change({ do: 'add', known });
    await pass(5_000);
    const ask = (name: string, params: CommandRequest['params']) =>
      holder.handle({
        t: 'command',
        key: KEY,
        request: { id: name, board: 'b1', name, params, by: 'me', deadline: Date.now() + 5_000 },
      });
    ask('no-such', {});
    ask('set-rate', { interval_s: 'soon' });
    await pass(100);
    const errors = of('command').flatMap(({ update: { state } }) => (state.is === 'failed' ? [state.error.code] : []));
    expect(errors).toEqual(['command-not-supported', 'command-bad-parameter']);
  });
});

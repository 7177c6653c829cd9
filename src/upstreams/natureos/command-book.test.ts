import { expect, test } from 'vitest';
import type { NatureosCommand, NatureosCommandType } from '../../contract/upstream/natureos.ts';
import { CommandBook, readSent } from './command-book.ts';
import { KeptOut } from './kept-out.ts';
import { readMycoBrain } from './telemetry.ts';

const NOW = Date.UTC(2026, 8, 2, 8, 0, 0);

function lab() {
  const book = new CommandBook(45_000);
  const out = new KeptOut();
  const context = (ms = 0) => ({ now: NOW + ms, simulated: true });
  const stamp = (ms: number) =>
    ({ at: NOW + ms, atFrom: 'source', rx: NOW + ms, provenance: 'simulated', flags: [] }) as const;
  return {
    book,
    out,
    context,
    send: (command: NatureosCommandType, parameters: object = {}, sequence = 1) =>
      book.sending({ device: 'a', command, parameters: { ...parameters }, sequence }, context(), out),
    telemetry: (ms: number, data: object, device = 'a') =>
      book.telemetry(device, readMycoBrain({ ...data }, NOW), stamp(ms), out),
    echo: (sequence: number, ms = 0) =>
      book.read(
        { deviceId: 'a', commandId: 'SetMosfet', sequence, timestamp: new Date(NOW + ms).toISOString() },
        context(ms),
        out,
      ),
    states: () => out.of<NatureosCommand>('commands').map(({ state, by }) => `${state} ${by}`),
    last: () => out.of<NatureosCommand>('commands').at(-1),
  };
}

const switched = (on: boolean) => ({ side_a: { mosfet_states: { m1: on }, uptime_ms: 5_000 } });

test('sending, queued, confirmed by what the device says, and nothing after that', () => {
  const { book, send, telemetry, states, last, context, out } = lab();
  send('set_mosfet', { mosfet: 'm1', state: true });
  telemetry(1, switched(true));
  expect(states()).toEqual(['sending us']);
  book.queued('a/1', context(), out);
  telemetry(2, switched(false));
  telemetry(3, switched(true), 'b');
  telemetry(4, switched(true));
  telemetry(5, switched(true));
  book.age(context(100_000), out);
  expect(states()).toEqual(['sending us', 'queued us', 'confirmed us']);
  expect(last()).toMatchObject({ why: 'mosfet m1 is on', command: 'SetMosfet', provenance: 'simulated', at: NOW + 4 });
  expect(book.waiting).toBe(0);
});

test('without evidence it is unconfirmed after a while', () => {
  const { book, send, states, context, out } = lab();
  send('set_analog_label', { name: 'ai1', label: 'x' });
  book.queued('a/1', context(), out);
  book.age(context(45_000), out);
  book.age(context(45_001), out);
  expect(states()).toEqual(['sending us', 'queued us', 'unconfirmed us']);
});

test('the hub’s own word about it is the same command, told once; of others it is theirs', () => {
  const { book, send, echo, states, context, out } = lab();
  send('set_mosfet');
  echo(1);
  book.queued('a/1', context(), out);
  echo(9);
  echo(9);
  expect(states()).toEqual(['sending us', 'queued us', 'queued others']);
  expect(out.counts).toEqual(['deduped:same-command a/9']);
});

test('a number of the source’s own is known as ours', () => {
  const { book, send, echo, states, context, out } = lab();
  send('reset');
  book.queued('a/1', context(), out, 777);
  echo(777);
  expect(states()).toEqual(['sending us', 'queued us']);
});

test('refused is not sent; what failed on the way may yet turn out to be queued', () => {
  const { book, send, echo, states, context, out } = lab();
  send('reset');
  book.notSent('a/1', 'unknown_command_type', true, context(), out);
  expect(book.waiting).toBe(0);
  send('reset', {}, 2);
  book.notSent('a/2', 'it did not answer', false, context(), out);
  echo(2, 1_000);
  expect(states()).toEqual(['sending us', 'not-sent us', 'sending us', 'not-sent us', 'queued us']);
  send('reset', {}, 3);
  book.notSent('a/3', 'it did not answer', false, context(), out);
  book.age(context(60_000), out);
  expect(book.waiting).toBe(0);
  expect(states().at(-1)).toBe('unconfirmed us');
});

test('a reset shows in the device’s uptime, new firmware in its version', () => {
  const { book, send, telemetry, last, context, out } = lab();
  telemetry(0, { fw_version: '1', side_a: { uptime_ms: 90_000 } });
  send('reset', {}, 1);
  send('firmware_update', { version: '2' }, 2);
  book.queued('a/1', context(), out);
  book.queued('a/2', context(), out);
  telemetry(1, { fw_version: '1', side_a: { uptime_ms: 91_000 } });
  expect(last()?.state).toBe('queued');
  telemetry(2, { fw_version: '1', side_a: { uptime_ms: 2_000 } });
  expect(last()).toMatchObject({ id: 'a/1', state: 'confirmed', why: 'up for 2 s' });
  telemetry(3, { fw_version: '2', side_a: { uptime_ms: 3_000 } });
  expect(last()).toMatchObject({ id: 'a/2', state: 'confirmed', why: 'firmware is 2' });
});

test('there is an end to how many are under way', () => {
  const { send } = lab();
  for (let n = 0; n < 200; n += 1) expect(send('reset', {}, n)).toBe(true);
  expect(send('reset', {}, 999)).toBe(false);
});

test('only “sent” is a yes', () => {
  expect(readSent({ Status: 'sent', sequence: 7 })).toEqual({ sequence: 7 });
  expect(readSent({ status: 'accepted' })).toBeUndefined();
  expect(readSent('sent')).toBeUndefined();
});

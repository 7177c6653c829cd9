import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from './clock.ts';
import { FakeSerial } from './fake-serial.ts';
import { closePort, type OpenRetry, openPort } from './open-port.ts';
import { resetBoard } from './reset-board.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function opening() {
  const port = new FakeSerial().plug({ usbVendorId: 0x303a });
  const stop = new AbortController();
  const retries: OpenRetry[] = [];
  const open = () =>
    openPort(port, {
      baudRate: 115_200,
      bufferSize: 65_536,
      clock: systemClock,
      random: () => 1,
      circumstances: () => ({ os: 'windows', openedBefore: false }),
      signal: stop.signal,
      onRetry: (retry) => retries.push(retry),
    });
  return { port, stop, retries, open };
}

test('opens with the big buffer and never touches the modem lines', async () => {
  const { port, open } = opening();
  expect(await open()).toBe(true);
  expect(port.opened).toEqual({ baudRate: 115_200, bufferSize: 65_536 });
  expect(port.signals).toEqual([]);
});

test('a port in use is tried until it is free, each time with the reason and the next moment', async () => {
  const { port, retries, open } = opening();
  port.inUse = true;
  const start = Date.now();
  const done = open();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(retries.map(({ attempt, nextAt }) => [attempt, nextAt - start])).toEqual([
    [1, 150],
    [2, 450],
    [3, 1_050],
    [4, 2_250],
    [5, 4_650],
  ]);
  expect(retries[0]?.error).toEqual({ code: 'port-in-use', message: 'open: Failed to open serial port.' });
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(retries.length).toBeGreaterThan(900);
  port.inUse = false;
  await vi.advanceTimersByTimeAsync(4_000);
  expect(await done).toBe(true);
});

test('stops at once when it is told, in the middle of a wait', async () => {
  const { port, stop, open } = opening();
  port.inUse = true;
  const done = open();
  await vi.advanceTimersByTimeAsync(10);
  stop.abort();
  expect(await done).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test('a port that opened just after it was told to stop is closed again', async () => {
  const { port, stop, open } = opening();
  const done = open();
  stop.abort();
  expect(await done).toBe(false);
  expect(port.opened).toBeUndefined();
});

test('a port that cannot be closed says why', async () => {
  const { port } = opening();
  expect(await closePort(port)).toBe('close: The port is already closed.');
});

test('reset pulses RTS with DTR low, 100 ms', async () => {
  const { port, open, stop } = opening();
  await open();
  const done = resetBoard(port, systemClock, stop.signal);
  await vi.advanceTimersByTimeAsync(99);
  expect(port.signals).toEqual([{ dataTerminalReady: false, requestToSend: true }]);
  await vi.advanceTimersByTimeAsync(1);
  await done;
  expect(port.signals).toEqual([
    { dataTerminalReady: false, requestToSend: true },
    { dataTerminalReady: false, requestToSend: false },
  ]);
});

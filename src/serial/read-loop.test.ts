import { describe, expect, test } from 'vitest';
import type { AppError } from '../contract/error-codes.ts';
import { FakeSerial } from './fake-serial.ts';
import { readPort } from './read-loop.ts';

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

async function reading() {
  const bus = new FakeSerial();
  const port = bus.plug({ usbVendorId: 1 });
  await port.open({ baudRate: 115_200, bufferSize: 65_536 });
  const stop = new AbortController();
  const seen = { text: '', errors: [] as AppError[] };
  const end = readPort(port, {
    signal: stop.signal,
    onBytes: (bytes) => {
      seen.text += new TextDecoder().decode(bytes);
    },
    onReadError: (error) => seen.errors.push(error),
  });
  return { bus, port, stop, seen, end };
}

describe('read loop', () => {
  test.each(['BufferOverrunError', 'BreakError', 'FramingError', 'ParityError'])('goes on after %s', async (name) => {
    const { port, stop, seen, end } = await reading();
    port.send('before ');
    await settle();
    port.failRead(name);
    await settle();
    port.send('after');
    await settle();
    expect(seen.text).toBe('before after');
    expect(seen.errors.map((error) => error.code)).toEqual(['port-read-error']);
    stop.abort();
    expect(await end).toEqual({ is: 'stopped' });
    expect(await port.close()).toBeUndefined();
  });

  test('a hang-up ends it, and the port can be closed', async () => {
    const { port, end } = await reading();
    port.hangUp();
    expect(await end).toMatchObject({ is: 'lost', error: { code: 'port-lost' } });
    await port.close();
  });

  test('a read that stays pending through an unplug ends when it is told', async () => {
    const { bus, port, stop, end } = await reading();
    bus.unplug(port, { hangUp: false });
    stop.abort();
    expect(await end).toEqual({ is: 'stopped' });
  });

  test('a port that only fails is given up, not spun on', async () => {
    const { port, seen, end } = await reading();
    let ended = false;
    void end.then(() => {
      ended = true;
    });
    while (!ended) {
      port.failRead('FramingError');
      await settle();
    }
    expect(await end).toMatchObject({ is: 'lost', error: { message: expect.stringContaining('in a row') } });
    expect(seen.errors.length).toBeLessThan(20);
  });

  test('a port that keeps handing out its broken stream is lost', async () => {
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.error(new DOMException('', 'BreakError')),
    });
    const port = Object.defineProperty(new FakeSerial().plug({}), 'readable', { value: broken });
    const end = await readPort(port, {
      signal: new AbortController().signal,
      onBytes: () => {},
      onReadError: () => {},
    });
    expect(end).toMatchObject({ is: 'lost' });
  });
});

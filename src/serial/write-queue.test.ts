import { describe, expect, test } from 'vitest';
import { FakeSerial } from './fake-serial.ts';
import { MOST_QUEUED_BYTES, makeWriteQueue } from './write-queue.ts';

async function opened() {
  const port = new FakeSerial().plug({});
  await port.open({ baudRate: 115_200, bufferSize: 65_536 });
  return { port, queue: makeWriteQueue(port) };
}
const bytes = (...values: number[]) => Uint8Array.from(values);

describe('write queue', () => {
  test('writes go out one after the other, in order', async () => {
    const { port, queue } = await opened();
    await Promise.all([queue.write(bytes(1)), queue.write(bytes(2, 2)), queue.write(bytes(3))]);
    expect(port.written.map((write) => [...write])).toEqual([[1], [2, 2], [3]]);
  });

  test('a hang-up refuses what is being written and what waits, and later writes', async () => {
    const { port, queue } = await opened();
    port.stalled = true;
    const writes = [queue.write(bytes(1)), queue.write(bytes(2))];
    const outcomes = Promise.allSettled(writes);
    await Promise.resolve();
    port.hangUp();
    await queue.close('unplugged');
    expect((await outcomes).map((outcome) => outcome.status)).toEqual(['rejected', 'rejected']);
    await expect(queue.write(bytes(3))).rejects.toThrow('unplugged');
  });

  test('closing lets go of a write the board never takes, so that the port can be closed', async () => {
    const { port, queue } = await opened();
    port.stalled = true;
    const write = queue.write(bytes(1));
    const refused = expect(write).rejects.toThrow('released');
    await new Promise((resolve) => setTimeout(resolve, 0));
    await queue.close('released');
    await refused;
    await port.close();
  });

  test('what waits is bounded, and free again once it went out', async () => {
    const { port, queue } = await opened();
    port.stalled = true;
    const first = queue.write(new Uint8Array(MOST_QUEUED_BYTES));
    first.catch(() => {});
    await expect(queue.write(bytes(1))).rejects.toThrow(`${MOST_QUEUED_BYTES} bytes wait already`);
    await new Promise((resolve) => setTimeout(resolve, 0));
    await queue.close('released');

    const next = await opened();
    await next.queue.write(new Uint8Array(MOST_QUEUED_BYTES));
    await next.queue.write(new Uint8Array(MOST_QUEUED_BYTES));
    expect(next.port.written).toHaveLength(2);
  });

  test('one failed write does not hold up the next', async () => {
    const { port, queue } = await opened();
    port.hangUp();
    await expect(queue.write(bytes(1))).rejects.toThrow('nothing to write to');
    await port.close();
    await port.open({ baudRate: 115_200, bufferSize: 65_536 });
    await queue.write(bytes(2));
    expect(port.written).toHaveLength(1);
  });
});

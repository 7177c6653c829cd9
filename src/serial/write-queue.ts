import { classifyWriteError } from './port-errors.ts';
import type { SerialPortLike } from './serial-like.ts';

/** More than a person or a command ever has waiting; reached only when the board stopped taking bytes. */
export const MOST_QUEUED_BYTES = 65_536;

export interface WriteQueue {
  /**
   * Sends bytes after everything queued before them.
   * @throws {Error} when the port is gone, the queue was closed, or too much waits already. What was sent of it is unknown.
   */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Refuses what waits and what comes. Afterwards nobody holds the stream, so that the port can be closed. */
  close(reason: string): Promise<void>;
}

/** One write at a time, in order: two writers of one stream would interleave frames. */
export function makeWriteQueue(port: SerialPortLike): WriteQueue {
  let tail: Promise<void> = Promise.resolve();
  let queuedBytes = 0;
  let closedBecause: string | undefined;
  let writing: WritableStreamDefaultWriter<Uint8Array> | undefined;

  async function send(bytes: Uint8Array): Promise<void> {
    if (closedBecause !== undefined) throw new Error(closedBecause);
    if (port.writable === null) throw new Error('the port has nothing to write to any more');
    writing = port.writable.getWriter();
    try {
      await writing.write(bytes);
    } catch (cause) {
      throw new Error(closedBecause ?? classifyWriteError(cause).message, { cause });
    } finally {
      writing.releaseLock();
      writing = undefined;
    }
  }

  return {
    write(bytes) {
      if (closedBecause !== undefined) return Promise.reject(new Error(closedBecause));
      if (queuedBytes + bytes.length > MOST_QUEUED_BYTES) {
        return Promise.reject(new Error(`${queuedBytes} bytes wait already; the board takes none`));
      }
      queuedBytes += bytes.length;
      const sent = tail.then(() => send(bytes));
      const settle = () => {
        queuedBytes -= bytes.length;
      };
      // The next write follows whether or not this one worked; its own caller hears of the failure.
      tail = sent.then(settle, settle);
      return sent;
    },
    async close(reason) {
      closedBecause ??= reason;
      // A board that takes nothing keeps a write pending for ever; aborting lets go of it. Already broken: nothing to abort.
      await writing?.abort(reason).catch(() => {});
      await tail;
    },
  };
}

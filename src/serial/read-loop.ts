import type { AppError } from '../contract/error-codes.ts';
import { classifyReadError } from './port-errors.ts';
import type { SerialPortLike } from './serial-like.ts';

/** A port that only fails is reopened rather than spun on: so many failures in a row without one byte are the end. */
const MOST_FAILURES_IN_A_ROW = 16;

export type ReadEnd =
  /** The signal aborted. */
  | { readonly is: 'stopped' }
  /** The port can no longer be read. */
  | { readonly is: 'lost'; readonly error: AppError };

export interface ReadPortOptions {
  /** Stops a read that is pending. Abort it also when the port was unplugged: a pending read need not notice by itself. */
  readonly signal: AbortSignal;
  onBytes(bytes: Uint8Array): void;
  /** A failure that a new reader mends; some bytes are lost. */
  onReadError(error: AppError): void;
}

/** Reads an open port until it is lost or the signal aborts. The stream is not locked any more when this ends. */
export async function readPort(port: SerialPortLike, options: ReadPortOptions): Promise<ReadEnd> {
  const { signal } = options;
  let failuresInARow = 0;
  while (!signal.aborted) {
    const readable = port.readable;
    if (readable === null) return lost('the port has nothing to read from any more');
    const outcome = await readStream(readable, signal, (bytes) => {
      failuresInARow = 0;
      options.onBytes(bytes);
    });
    if (outcome.is === 'failed') {
      const error = classifyReadError(outcome.cause);
      if (error.code === 'port-lost') return { is: 'lost', error };
      options.onReadError(error);
    }
    // A mended port hands out another stream. The same one again would fail again without end.
    if (!signal.aborted && port.readable === readable) return lost('the port kept its broken stream');
    failuresInARow += 1;
    if (failuresInARow >= MOST_FAILURES_IN_A_ROW) return lost(`${failuresInARow} failures in a row`);
  }
  return { is: 'stopped' };
}

const lost = (message: string): ReadEnd => ({ is: 'lost', error: { code: 'port-lost', message: `read: ${message}` } });

async function readStream(
  readable: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  onBytes: (bytes: Uint8Array) => void,
): Promise<{ readonly is: 'ended' } | { readonly is: 'failed'; readonly cause: unknown }> {
  const reader = readable.getReader();
  // Cancelling an errored stream rejects with the error that read() gives as well.
  const cancel = () => reader.cancel().catch(() => {});
  signal.addEventListener('abort', cancel);
  try {
    while (!signal.aborted) {
      const { value, done } = await reader.read();
      if (done) break;
      onBytes(value);
    }
    return { is: 'ended' };
  } catch (cause) {
    return signal.aborted ? { is: 'ended' } : { is: 'failed', cause };
  } finally {
    signal.removeEventListener('abort', cancel);
    reader.releaseLock();
  }
}

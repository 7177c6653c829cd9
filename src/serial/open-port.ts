import type { AppError } from '../contract/error-codes.ts';
import type { EpochMs } from '../contract/time.ts';
import { type BackoffOptions, backoffMs } from '../lib/backoff.ts';
import { type Clock, pause } from './clock.ts';
import { classifyOpenError, type OpenCircumstances } from './port-errors.ts';
import type { SerialOpenOptions, SerialPortLike } from './serial-like.ts';

/** A crashed owner's port is free after some 80 ms, so the first attempts come quickly; a port in use is tried for ever. */
const RETRY: BackoffOptions = { firstMs: 150, mostMs: 4_000 };

export interface OpenRetry {
  /** 1 after the first failure. */
  readonly attempt: number;
  readonly error: AppError;
  readonly nextAt: EpochMs;
}

export interface OpenPortOptions extends SerialOpenOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly circumstances: () => OpenCircumstances;
  readonly signal: AbortSignal;
  onRetry(retry: OpenRetry): void;
}

/**
 * Opens a port as 8 data bits, no parity, 1 stop bit, no flow control, trying for ever. The modem lines are left as the system sets
 * them: on a board's native port they can reset the chip (board contract §1).
 * @returns whether it is open; false only when the signal aborted, and then the port is closed.
 */
export async function openPort(port: SerialPortLike, options: OpenPortOptions): Promise<boolean> {
  const { baudRate, bufferSize, clock, signal } = options;
  for (let attempt = 1; !signal.aborted; attempt++) {
    try {
      await port.open({ baudRate, bufferSize });
    } catch (cause) {
      if (signal.aborted) return false;
      const waitMs = backoffMs(attempt, RETRY, options.random);
      const error = classifyOpenError(cause, options.circumstances());
      options.onRetry({ attempt, error, nextAt: clock.now().epochMs + waitMs });
      await pause(clock, waitMs, signal);
      continue;
    }
    if (!signal.aborted) return true;
    await closePort(port);
  }
  return false;
}

/**
 * Closes a port whose streams nobody holds. A port that is gone cannot be closed properly, and need not be.
 * @returns what went wrong, for the console; undefined when all is well.
 */
export async function closePort(port: SerialPortLike): Promise<string | undefined> {
  try {
    await port.close();
    return undefined;
  } catch (cause) {
    return `close: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

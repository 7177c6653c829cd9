import type { AppError, ErrorCode } from '../contract/error-codes.ts';

/** Operating systems that give a person different next steps. */
export type Os = 'linux' | 'windows' | 'macos' | 'chromeos' | 'android' | 'other';

/** From the user agent: good enough to choose a hint, never to choose behaviour. */
export function detectOs(userAgent: string): Os {
  if (/Android/.test(userAgent)) return 'android';
  if (/CrOS/.test(userAgent)) return 'chromeos';
  if (/Windows/.test(userAgent)) return 'windows';
  if (/Mac OS X|Macintosh/.test(userAgent)) return 'macos';
  if (/Linux|X11/.test(userAgent)) return 'linux';
  return 'other';
}

export interface OpenCircumstances {
  readonly os: Os;
  /** Some port was opened here before, so this person has the system's permission. */
  readonly openedBefore: boolean;
}

/**
 * Why `open()` failed. Chromium says "Failed to open serial port." for a port in use and for a missing permission alike, so where
 * both are possible the code is `port-open-failed` and the advice names both.
 */
export function classifyOpenError(cause: unknown, { os, openedBefore }: OpenCircumstances): AppError {
  const { name, message } = read(cause);
  const error = (code: ErrorCode) => ({ code, message: `open: ${message}` });
  if (name === 'SecurityError') {
    // WebUSB: the system refused the device. Web Serial: a policy refused the page.
    return error(/access denied/i.test(message) ? 'port-no-permission' : 'serial-not-allowed');
  }
  if (name === 'NotFoundError' || /disconnected|device has been lost/i.test(message)) return error('port-lost');
  if (name === 'InvalidStateError' || /unable to claim|busy/i.test(message)) return error('port-in-use');
  if (/access denied|permission/i.test(message)) return error('port-no-permission');
  if (name !== 'NetworkError') return error('port-open-failed');
  return error(os === 'linux' && !openedBefore ? 'port-open-failed' : 'port-in-use');
}

/** Errors after which the port gives a new `readable` (Web Serial, "serial port disconnection" is not one of them). */
const RECOVERABLE = new Set(['BufferOverrunError', 'BreakError', 'FramingError', 'ParityError', 'UnknownError']);

/** Why a read failed: `port-read-error` when a new reader mends it, else `port-lost`. */
export function classifyReadError(cause: unknown): AppError {
  const { name, message } = read(cause);
  const mends = RECOVERABLE.has(name) || /^USB error: (stall|babble)/.test(message);
  return { code: mends ? 'port-read-error' : 'port-lost', message: `read: ${name}: ${message}` };
}

/** Why a write failed. There is no recoverable write error: what of it went out is unknown. */
export function classifyWriteError(cause: unknown): AppError {
  const { name, message } = read(cause);
  return { code: 'port-lost', message: `write: ${name}: ${message}` };
}

/** Why the picker gave no port. */
export function classifyPickError(cause: unknown): AppError {
  const { name, message } = read(cause);
  if (name === 'NotFoundError') return { code: 'picker-cancelled', message };
  if (name === 'SecurityError') return { code: 'serial-not-allowed', message };
  return { code: 'port-open-failed', message: `pick: ${name}: ${message}` };
}

/** The WebUSB library turns errors into text, `NetworkError: …`, with or without a sentence of its own before it. */
const AS_TEXT = /^(?:Error setting up device: )?(\w+Error): (.*)$/s;

function read(cause: unknown): { readonly name: string; readonly message: string } {
  const name = cause instanceof Error ? cause.name : 'Error';
  const message = cause instanceof Error ? cause.message : String(cause);
  const [, textName, textMessage] = AS_TEXT.exec(message) ?? [];
  return textName !== undefined && textMessage !== undefined
    ? { name: textName, message: textMessage }
    : { name, message };
}

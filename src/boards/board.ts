import type { CommandRequest, CommandUpdate, ParamValue } from '../contract/board-command.ts';
import type { BoardHealth, BoardIdentity, BoardPhase, BoardStatus, Dialect } from '../contract/board-status.ts';
import type { ConsoleRecord } from '../contract/console-record.ts';
import type { Instant } from '../contract/time.ts';

/**
 * What a board family implements, and what it may use. Everything here is pure: bytes and records in, bytes and records out;
 * the clock and the timers are handed in by whoever holds the port (serial worker, headless agent, test).
 */
export interface BoardFamily {
  readonly name: string;
  /** For the port picker. A filter without a product id takes any product of the vendor. */
  readonly usbFilters: readonly { readonly usbVendorId: number; readonly usbProductId?: number }[];
  /** Ports that are never a board, though their vendor might be. */
  readonly notBoards: readonly { readonly usbVendorId: number; readonly usbProductId: number }[];
  readonly serial: { readonly baudRate: number; readonly bufferSize: number };
  openSession(host: SessionHost, options: SessionOptions): BoardSession;
}

export interface SessionOptions {
  /** What is already known of the board behind this port; a known dialect is asked for its words at once, without the listening time. */
  readonly known?: BoardIdentity | undefined;
  /** Totals go on from here after a replug or an owner change. */
  readonly health?: BoardHealth | undefined;
  readonly simulated: boolean;
  /** Readings are asked for this often until a person chooses otherwise, s. Default 1. */
  readonly usualIntervalS?: number;
}

/** What a session may do to the world. */
export interface SessionHost {
  /** Bytes to the board, in order. Rejects when the port is gone. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  now(): Instant;
  /** Calls back once after `ms`; returns how to cancel. */
  schedule(ms: number, callback: () => void): () => void;
  onSamples(rows: SampleRows): void;
  onConsole(records: readonly ConsoleRecord[]): void;
  onIdentity(identity: BoardIdentity, commands: readonly string[], hasOutputs: boolean): void;
  onPhase(phase: BoardPhase): void;
  /** At most a few times a second. */
  onHealth(health: BoardHealth, outputs: BoardStatus['outputs']): void;
  onCommand(update: CommandUpdate): void;
}

/** One row of readings as it comes from one frame or line. */
export interface SampleRows {
  readonly series: readonly string[];
  readonly times: readonly number[];
  /** One array per row, each as long as `series`; NaN = no reading. */
  readonly rows: readonly (readonly number[])[];
}

/** One open port, from opening to closing. */
export interface BoardSession {
  /** Bytes as they arrived. Never throws. */
  feed(bytes: Uint8Array): void;
  command(request: CommandRequest): void;
  cancelCommand(id: string): void;
  /** Bytes typed by a person. */
  write(bytes: Uint8Array, by: string): void;
  /** A line in the board's console about what happened to the port. */
  note(text: string, level: 'info' | 'warn' | 'alarm'): void;
  /** Adds to the totals what only the port's holder can know. */
  count(what: 'gaps' | 'dropped' | 'reopened' | 'read-error', by: number): void;
  /** The port is gone or will be closed: pending commands fail with `board-not-open`, timers stop. Returns the totals. */
  close(reason: string): BoardHealth;
}

/** A number a board reports. */
export interface SeriesDescription {
  /** e.g. "Temperature". */
  readonly label: string;
  /** e.g. "AMB (0x77)"; empty when the board has only one of it. */
  readonly slot: string;
  readonly unit: string;
  /** Decimals worth showing, by the sensor's resolution. */
  readonly digits: number;
  /** Readings outside are shown and flagged. */
  readonly plausible: readonly [low: number, high: number] | undefined;
  /** Series of one group share an axis. */
  readonly axis: string;
}

/** A command, declared once: form, palette entry, permission and audit line follow from it. */
export interface CommandDeclaration {
  readonly name: string;
  readonly title: string;
  /** What it does to the board, one sentence. */
  readonly about: string;
  readonly group: 'read' | 'output' | 'sound' | 'light' | 'link' | 'setup';
  readonly params: readonly ParamDeclaration[];
  /** viewer: reads only · operator: changes outputs · owner: changes the board itself. */
  readonly role: 'viewer' | 'operator' | 'owner';
  /** Asks for a second, deliberate act first; the text says why. */
  readonly danger: string | undefined;
  /** Which dialects have it. */
  readonly dialects: readonly Dialect[];
}

export type ParamDeclaration =
  | {
      readonly name: string;
      readonly label: string;
      readonly kind: 'number';
      readonly unit: string;
      readonly min: number;
      readonly max: number;
      readonly step: number;
      readonly initial: number;
    }
  | {
      readonly name: string;
      readonly label: string;
      readonly kind: 'choice';
      readonly choices: readonly { readonly value: string; readonly label: string }[];
      readonly initial: string;
    }
  | { readonly name: string; readonly label: string; readonly kind: 'switch'; readonly initial: boolean }
  | {
      readonly name: string;
      readonly label: string;
      readonly kind: 'text';
      readonly maxLength: number;
      readonly initial: string;
    };

/** Checks parameters against a declaration; undefined when they fit, else a sentence naming the one that does not. */
export function checkParams(
  declaration: CommandDeclaration,
  params: Readonly<Record<string, ParamValue>>,
): string | undefined {
  for (const name of Object.keys(params)) {
    if (!declaration.params.some((param) => param.name === name))
      return `${declaration.name} has no parameter "${name}"`;
  }
  for (const param of declaration.params) {
    const value = Object.hasOwn(params, param.name) ? params[param.name] : undefined;
    const wrong = checkParam(param, value);
    if (wrong !== undefined) return `${param.label} ${wrong}`;
  }
  return undefined;
}

function checkParam(param: ParamDeclaration, value: ParamValue | undefined): string | undefined {
  switch (param.kind) {
    case 'number':
      if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number';
      if (Number.isInteger(param.step) && Number.isInteger(param.min) && !Number.isInteger(value))
        return 'must be a whole number';
      return value < param.min || value > param.max
        ? `must be between ${param.min} and ${param.max} ${param.unit}`.trim()
        : undefined;
    case 'choice':
      return param.choices.some((choice) => choice.value === value)
        ? undefined
        : `must be one of ${param.choices.map((c) => c.value).join(', ')}`;
    case 'switch':
      return typeof value === 'boolean' ? undefined : 'must be on or off';
    case 'text':
      if (typeof value !== 'string') return 'must be text';
      return value.length > param.maxLength ? `must have at most ${param.maxLength} characters` : undefined;
  }
}

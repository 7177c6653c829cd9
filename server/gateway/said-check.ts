import { RECORD_END } from '../../src/decode/signalr/record-splitter.ts';
import type { SocketRoute } from './preset.ts';

/** SignalR's invocation and stream invocation name a target. */
const NAMES_TARGET = [1, 4];
/** Completion, cancel, ping, close, ack, sequence: they say nothing to anybody's code. */
const HARMLESS = [3, 5, 6, 7, 8, 9];

/**
 * What a browser may say on a socket: by `type` of a JSON object, or by `target` of a SignalR invocation. Which of the two it is shows
 * in the first message, SignalR's handshake.
 */
export class SaidCheck {
  readonly #allowed: ReadonlySet<string>;
  readonly #targets: ReadonlySet<string>;
  readonly #anything: boolean;
  readonly #binary: boolean;
  #isFirst = true;
  #isSignalr: boolean;

  /** @param isSignalr known beforehand: over HTTP there is no handshake in every request. */
  constructor({ send }: Pick<SocketRoute, 'send'>, isSignalr = false) {
    this.#allowed = new Set(send);
    // ASP.NET finds methods whatever their case.
    this.#targets = new Set(send.map((name) => name.toLowerCase()));
    this.#anything = send.includes('*');
    this.#binary = this.#anything || send.includes('binary');
    this.#isSignalr = isSignalr;
  }

  /** Its handshake was heard: what comes are records. */
  get isSignalr(): boolean {
    return this.#isSignalr;
  }

  mayBinary(): boolean {
    this.#isFirst = false;
    return this.#binary;
  }

  mayText(text: string): boolean {
    if (this.#isFirst && isHandshake(text)) this.#isSignalr = true;
    this.#isFirst = false;
    if (this.#anything) return true;
    if (!this.#isSignalr) return this.#mayJson(text);
    // Whole records only: a piece of one could not be judged.
    return (
      text.endsWith(RECORD_END) &&
      text
        .slice(0, -1)
        .split(RECORD_END)
        .every((record) => this.#mayRecord(record))
    );
  }

  #mayJson(text: string): boolean {
    const said = parseObject(text);
    // An object without a type is allowed where '' is: some protocols begin with one.
    const type = said === undefined ? undefined : (said.type ?? '');
    return typeof type === 'string' && this.#allowed.has(type);
  }

  #mayRecord(record: string): boolean {
    const said = parseObject(record);
    if (said === undefined) return false;
    const { type, target } = said;
    if (type === undefined) return typeof said.protocol === 'string' && typeof said.version === 'number';
    if (typeof type !== 'number') return false;
    if (NAMES_TARGET.includes(type)) return typeof target === 'string' && this.#targets.has(target.toLowerCase());
    return HARMLESS.includes(type);
  }
}

function isHandshake(text: string): boolean {
  const end = text.indexOf(RECORD_END);
  return end > 0 && end <= 256 && typeof parseObject(text.slice(0, end))?.protocol === 'string';
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

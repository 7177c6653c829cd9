import { RECORD_END } from '../../src/decode/signalr/record-splitter.ts';
import type { SocketRoute } from './preset.ts';

/** SignalR's invocation and stream invocation name a target. */
const NAMES_TARGET = [1, 4];
/** Completion, cancel, ping, close, ack, sequence: they say nothing to anybody's code. */
const HARMLESS = [3, 5, 6, 7, 8, 9];
/** Of `send`, what names no type. */
const NO_TYPES: ReadonlySet<string> = new Set(['*', 'binary']);

type Said = Readonly<Record<string, unknown>>;

/**
 * What a browser may say on a socket: by `type` of a JSON object, or by `target` of a SignalR invocation. Which of the two it is shows
 * in the first message, SignalR's handshake.
 */
export class SaidCheck {
  readonly #allowed: ReadonlySet<string>;
  readonly #targets: ReadonlySet<string>;
  readonly #anything: boolean;
  readonly #binary: boolean;
  readonly #refuse: (said: Said) => boolean;
  #isFirst = true;
  #isSignalr: boolean;

  /**
   * @param options.isSignalr known beforehand: over HTTP there is no handshake in every request.
   * @param options.refuse what must not be said although its type is on the list.
   */
  constructor(
    { send }: Pick<SocketRoute, 'send'>,
    options: { readonly isSignalr?: boolean; readonly refuse?: ((said: Said) => boolean) | undefined } = {},
  ) {
    const { isSignalr = false, refuse = () => false } = options;
    this.#allowed = new Set(send.filter((word) => !NO_TYPES.has(word)));
    // ASP.NET finds methods whatever their case.
    this.#targets = new Set(send.map((name) => name.toLowerCase()));
    this.#anything = send.includes('*');
    this.#binary = this.#anything || send.includes('binary');
    this.#refuse = refuse;
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

  /**
   * What goes on of a text: the one reading of it that was judged, so that no other one can find a second meaning in the same characters
   * (a name that comes twice). undefined: nothing.
   */
  passed(text: string): string | undefined {
    if (this.#isFirst && isHandshake(text)) this.#isSignalr = true;
    this.#isFirst = false;
    if (this.#anything) return text;
    if (!this.#isSignalr) return written(this.#json(text));
    // Whole records only: a piece of one could not be judged.
    if (!text.endsWith(RECORD_END)) return undefined;
    let passed = '';
    for (const record of text.slice(0, -1).split(RECORD_END)) {
      const one = written(this.#record(record));
      if (one === undefined) return undefined;
      passed += one + RECORD_END;
    }
    return passed;
  }

  #json(text: string): Said | undefined {
    const said = parseObject(text);
    if (said === undefined) return undefined;
    // An object without a type is allowed where '' is: some protocols begin with one.
    const type = said.type ?? '';
    return typeof type === 'string' && this.#allowed.has(type) && !this.#refuse(said) ? said : undefined;
  }

  #record(record: string): Said | undefined {
    const said = parseObject(record);
    if (said === undefined) return undefined;
    const { type, target, protocol, version } = said;
    // In another encoding than JSON nothing could be looked through, either way.
    if (type === undefined) return protocol === 'json' && typeof version === 'number' ? said : undefined;
    if (typeof type !== 'number') return undefined;
    if (!NAMES_TARGET.includes(type)) return HARMLESS.includes(type) ? said : undefined;
    return typeof target === 'string' && this.#targets.has(target.toLowerCase()) ? said : undefined;
  }
}

/** undefined, too, for what is nested too deep to be written again. */
function written(said: Said | undefined): string | undefined {
  try {
    return said && JSON.stringify(said);
  } catch {
    return undefined;
  }
}

function isHandshake(text: string): boolean {
  const end = text.indexOf(RECORD_END);
  return end > 0 && end <= 256 && typeof parseObject(text.slice(0, end))?.protocol === 'string';
}

function parseObject(text: string): Said | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

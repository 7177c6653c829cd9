import type { ChannelName, Cursor } from '../../src/contract/channel.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import type { Opened, StateChannel, StateFrame } from '../bus/bus.ts';
import { encodeMessage, payloadOf } from '../bus/encode.ts';
import { headerLength } from '../wire/frame-encode.ts';
import type { ReaderHost } from './log-reader.ts';
import type { Reader, ReaderCounts, ReaderStart, Taken } from './reader.ts';

const NOTHING_LEFT: ReaderCounts = { left: 0, gaps: 0, thinned: 0 };

/** A place in a state channel: whoever is behind gets each key's latest, however often it changed. */
export class StateReader implements Reader {
  readonly start: ReaderStart;
  readonly kind = 'state';
  readonly counts = NOTHING_LEFT;
  readonly #opened: Opened<StateChannel>;
  readonly #stop: () => void;
  /** undefined: a snapshot is due. */
  #cursor: Cursor | undefined;
  #paging = false;
  readonly #historyEnd: number;
  readonly #mayRead: ((key: string) => boolean) | undefined;

  /** `mayRead`: for whoever may not see every key. Their frames are made for them alone. */
  constructor(
    opened: Opened<StateChannel>,
    since: Cursor | undefined,
    host: ReaderHost,
    mayRead?: (key: string) => boolean,
  ) {
    this.#mayRead = mayRead;
    this.#opened = opened;
    const state = opened.channel;
    // At its very beginning a client may have heard where it begins and no snapshot yet.
    this.#cursor = since !== undefined && since.offset > 0 && state.knows(since) ? since : undefined;
    const recovered = this.#cursor !== undefined;
    this.start = { cursor: this.#cursor ?? { epoch: state.epoch, offset: 0 }, recovered, gap: undefined };
    this.#historyEnd = state.nextOffset;
    this.#stop = state.onChange(() => host.wake(this));
  }

  get channel(): ChannelName {
    return this.#opened.channel.name;
  }

  get cursor(): Cursor {
    return this.#cursor ?? this.start.cursor;
  }

  get isInHistory(): boolean {
    return this.cursor.offset <= this.#historyEnd;
  }

  get hasMore(): boolean {
    return this.#cursor === undefined || this.#cursor.offset !== this.#opened.channel.nextOffset;
  }

  get behind(): number {
    return this.#opened.channel.nextOffset - this.cursor.offset;
  }

  next(): Taken | undefined {
    const state = this.#opened.channel;
    const frame = state.changesSince(this.#cursor, this.#paging);
    if (frame === undefined) return undefined;
    this.#cursor = { epoch: state.epoch, offset: frame.next };
    this.#paging = frame.next < state.nextOffset;
    return this.#mayRead === undefined ? frame : filtered(frame, this.#mayRead);
  }

  close(): void {
    this.#stop();
    this.#opened.close();
  }
}

/** A frame of state without the keys that are not for this reader; it still moves the cursor on. */
function filtered(frame: StateFrame, mayRead: (key: string) => boolean): Taken {
  const message: Extract<FromRelay, { t: 'state' }> = JSON.parse(payloadOf(frame).toString());
  const puts = message.puts.filter(([key]) => mayRead(key));
  const dels = message.dels.filter(mayRead);
  const bytes = encodeMessage({ ...message, puts, dels });
  return { frame: bytes, head: headerLength(bytes), binary: false, at: frame.at, count: puts.length + dels.length };
}

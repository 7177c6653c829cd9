import type { NodeId } from '../bus.ts';
import type { ChannelState } from '../channel-state.ts';
import type { Reply } from './connection.ts';
import { type Entry, isBehind, parseEntries } from './entry.ts';
import type { Change } from './state-outbox.ts';

export interface StateCopyHooks {
  readonly node: NodeId;
  /** All of the channel, or nothing but its place if that is `known`. Rejects while Redis is away. */
  readonly read: (known: { readonly epoch: string; readonly offset: number } | undefined) => Promise<StatePage>;
  /** What was changed here and is not in Redis yet, oldest first. */
  readonly waiting: () => Iterable<Change>;
  /** What Redis has acknowledged and has not come back from it. */
  readonly unheard: () => Iterable<Change>;
  /** Of what Redis has acknowledged, the last. */
  readonly acknowledged: () => number;
  /** All of our own up to this number has come. */
  readonly onHeard: (number: number) => void;
  readonly localEpoch: () => string;
  /** Something is missing: must lead to `refresh`. */
  readonly onHole: () => void;
}

/** What `state-scripts.ts` READ_STATE answers. */
export interface StatePage {
  readonly epoch: string;
  readonly offset: number;
  /** undefined: nothing is new. */
  readonly entries: readonly (readonly [key: string, text: string, offset: number])[] | undefined;
}

export function parseStatePage(reply: Reply, known: { epoch: string; offset: number } | undefined): StatePage {
  if (!Array.isArray(reply)) throw new TypeError('a state is a list');
  const [epoch, offset, ...pairs] = (reply as readonly Reply[]).map(String);
  const place = { epoch: epoch ?? '', offset: Number(offset) };
  if (known?.epoch === place.epoch && known.offset === place.offset) return { ...place, entries: undefined };
  const entries: [string, string, number][] = [];
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const value = pairs[index + 1] ?? '';
    const bar = value.indexOf('|');
    const at = Number(value.slice(0, bar));
    if (bar > 0 && Number.isSafeInteger(at) && isJson(value.slice(bar + 1)))
      entries.push([pairs[index] ?? '', value.slice(bar + 1), at]);
  }
  return { ...place, entries };
}

const MAX_HELD_BYTES = 1_048_576;

/**
 * Keeps the local copy of a state channel right: changes that follow are applied, anything else is read anew as a whole. While Redis is
 * away, changes of our own are applied in a local epoch; when they are all in Redis, everything is read anew.
 */
export class StateCopy {
  readonly state: ChannelState;
  readonly #hooks: StateCopyHooks;
  #isLocal: boolean;
  #localUpTo = 0;
  #held: Entry[] = [];
  #heldBytes = 0;
  #reading: Promise<boolean> | undefined;
  #again = false;
  #isClosed = false;

  /** @param isLocal Redis is away; `state` has a local epoch. */
  constructor(state: ChannelState, isLocal: boolean, hooks: StateCopyHooks) {
    this.state = state;
    this.#isLocal = isLocal;
    this.#hooks = hooks;
  }

  close(): void {
    this.#isClosed = true;
  }

  onWake(bytes: Buffer): void {
    const entries = parseEntries(bytes);
    if (entries !== undefined && this.#reading !== undefined) {
      this.#heldBytes += bytes.length;
      if (this.#heldBytes <= MAX_HELD_BYTES) this.#held.push(...entries);
      else this.#again = true;
    } else if (entries === undefined || !(this.#isLocal || this.#takeAll(entries))) this.#hooks.onHole();
  }

  /** Resolves with `false` when it cannot be read now. */
  async refresh(): Promise<boolean> {
    this.#again = true;
    this.#reading ??= this.#readAll();
    return await this.#reading;
  }

  async #readAll(): Promise<boolean> {
    // Not before `#reading` is set: the end unsets it.
    await undefined;
    try {
      while (this.#again && !this.#isClosed) {
        this.#again = false;
        if (!this.#isSettled()) break;
        await this.#read();
      }
      return true;
    } catch {
      // Redis is away, or says no: whoever learns that it is back calls again.
      return false;
    } finally {
      this.#held = [];
      this.#heldBytes = 0;
      this.#reading = undefined;
    }
  }

  /** Everything of our own may be in Redis now. */
  async settle(): Promise<void> {
    if (this.#isLocal && this.#isSettled()) await this.refresh();
  }

  goLocal(): void {
    for (const change of this.#hooks.unheard()) this.applyLocal(change);
    for (const change of this.#hooks.waiting()) this.applyLocal(change);
  }

  /** A change of our own, while Redis is away. All that waits before it was applied. */
  applyLocal({ number, kind, key, text, ifOffset }: Change): void {
    if (number <= this.#localUpTo || ifOffset !== undefined) return;
    this.#localUpTo = number;
    const { state } = this;
    if (!this.#isLocal || kind === 'x') {
      this.#isLocal = true;
      const kept = kind === 'x' ? [] : [...state.entries()];
      const entries = kept.map(([name, record], offset) => [name, JSON.stringify(record), offset] as const);
      state.reset({ epoch: this.#hooks.localEpoch(), offset: entries.length }, entries);
    }
    if (kind === 'p') state.apply(key, text, state.nextOffset);
    else if (kind === 'd' && state.has(key)) state.apply(key, undefined, state.nextOffset);
  }

  #isSettled(): boolean {
    if (!this.#isLocal) return true;
    for (const { number } of this.#hooks.waiting()) return number > this.#localUpTo;
    return true;
  }

  async #read(): Promise<void> {
    const { state } = this;
    const known = this.#isLocal ? undefined : { epoch: state.epoch, offset: state.nextOffset };
    const acknowledged = this.#hooks.acknowledged();
    const { epoch, offset, entries } = await this.#hooks.read(known);
    // What was changed here while this was read is not in it.
    if (this.#isClosed || !this.#isSettled()) return;
    if (entries !== undefined) state.reset({ epoch, offset }, entries);
    this.#isLocal = false;
    this.#hooks.onHeard(acknowledged);
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    if (!this.#takeAll(held)) this.#again = true;
  }

  /** Applies what follows; false: something is missing before one of them. */
  #takeAll(entries: readonly Entry[]): boolean {
    const { state } = this;
    for (const entry of entries) {
      const isOurs = entry.epoch === state.epoch;
      if (isOurs && isBehind(entry, { epoch: state.epoch, offset: state.nextOffset, k: 0 })) continue;
      if (!isOurs || entry.offset !== state.nextOffset || entry.kind === 'x') return false;
      const change = changeOf(entry.body);
      if (change === undefined || (entry.kind === 'p' && !isJson(change.text))) return false;
      state.apply(change.key, entry.kind === 'p' ? change.text : undefined, entry.offset);
      // All changes of a batch have its number: those of the same key are the same change, or are followed by it.
      if (entry.node === this.#hooks.node) this.#hooks.onHeard(entry.number);
    }
    return true;
  }
}

/** `bytes of key \n key JSON` */
function changeOf(body: Buffer): { readonly key: string; readonly text: string } | undefined {
  const end = body.indexOf(0x0a);
  const length = Number(body.toString('latin1', 0, Math.max(end, 0)));
  if (end < 1 || !Number.isSafeInteger(length) || length < 0 || end + 1 + length > body.length) return undefined;
  return { key: body.toString('utf8', end + 1, end + 1 + length), text: body.toString('utf8', end + 1 + length) };
}

/** Others can write to the same Redis; what is not JSON would break every reader's frame. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

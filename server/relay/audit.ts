import type { AuditRecord } from '../../src/contract/audit-record.ts';
import type { BoardId } from '../../src/contract/ids.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import type { Bus, LogChannel, Opened } from '../bus/bus.ts';
import { payloadOf } from '../bus/encode.ts';
import type { Clock } from '../clock.ts';
import type { Caller } from './session.ts';

const CHANNEL = 'audit';
/** The same refusal of the same caller is one line in this time: nobody can push the others out of the log by asking in vain. */
const REFUSAL_MS = 1_000;
const MAX_REFUSALS = 1_024;

/** What is told to the audit; the rest of the line is put in here. */
export interface Deed {
  readonly who: Caller;
  readonly what: string;
  readonly board: BoardId | undefined;
  readonly detail: Readonly<Record<string, unknown>>;
  /** `ok`, or the code of the refusal. */
  readonly result: string;
  readonly trace?: string | undefined;
}

export interface AuditQuery {
  readonly board?: BoardId | undefined;
  /** Public id or name of whoever did it. */
  readonly who?: string | undefined;
  readonly sinceMs?: EpochMs | undefined;
  readonly untilMs?: EpochMs | undefined;
  /** The newest so many. */
  readonly limit: number;
}

/**
 * Who did what to which board, when, with which result: on the events channel `audit`, kept as long as that channel keeps. What is renewed
 * or repeated without a change is not told.
 */
export class Audit {
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #log: (record: AuditRecord) => void;
  /** Refusals by caller, verb, board and code: when one was told last, and how many were not told since. */
  readonly #refusals = new Map<string, { at: EpochMs; untold: number }>();
  #opened: Opened<LogChannel> | undefined;

  constructor(bus: Bus, clock: Clock, log: (record: AuditRecord) => void) {
    this.#bus = bus;
    this.#clock = clock;
    this.#log = log;
  }

  async start(): Promise<void> {
    this.#opened = await this.#bus.openLog(CHANNEL);
  }

  tell({ who, what, board, detail, result, trace }: Deed): void {
    const at = this.#clock.now();
    let more = detail;
    if (result !== 'ok' && what !== 'command.end') {
      const untold = this.#untold(`${who.client} ${what} ${board} ${result}`, at);
      if (untold === undefined) return;
      if (untold > 0) more = { ...detail, alsoRefused: untold };
    }
    const { client, name, principal } = who;
    const record: AuditRecord = {
      at,
      node: this.#bus.node,
      who: { client, name, role: principal },
      what,
      board,
      detail: more,
      result,
      trace,
    };
    this.#bus.publish(CHANNEL, { t: 'events', records: [record] });
    this.#log(record);
  }

  /** The oldest first. Reads what the channel keeps; empty before {@link start}. */
  query({ board, who, sinceMs, untilMs, limit }: AuditQuery): AuditRecord[] {
    const channel = this.#opened?.channel;
    const found: AuditRecord[] = [];
    if (channel === undefined) return found;
    for (let seq = channel.nextSeq - 1; seq >= channel.firstSeq && found.length < limit; seq--) {
      const entry = channel.entry(seq);
      if (entry?.is !== 'events') continue;
      const { records }: { records: AuditRecord[] } = JSON.parse(payloadOf(entry).toString());
      for (const record of records.reverse()) {
        const matches =
          (board === undefined || record.board === board) &&
          (who === undefined || record.who.client === who || record.who.name === who) &&
          record.at >= (sinceMs ?? 0) &&
          record.at <= (untilMs ?? Number.POSITIVE_INFINITY);
        if (matches && found.length < limit) found.push(record);
      }
    }
    return found.reverse();
  }

  close(): void {
    this.#opened?.close();
  }

  /** How many like this were not told since the last one; undefined: this one is not told either. */
  #untold(key: string, at: EpochMs): number | undefined {
    const last = this.#refusals.get(key);
    if (last !== undefined && at - last.at < REFUSAL_MS) {
      last.untold++;
      return undefined;
    }
    this.#refusals.delete(key);
    this.#refusals.set(key, { at, untold: 0 });
    for (const oldest of this.#refusals.keys()) {
      if (this.#refusals.size <= MAX_REFUSALS) break;
      this.#refusals.delete(oldest);
    }
    return last?.untold ?? 0;
  }
}

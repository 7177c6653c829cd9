import type { Gap } from '../../contract/channel.ts';
import type { SampleBatch } from '../../contract/sample-batch.ts';
import type { EpochMs } from '../../contract/time.ts';
import type { TapRecord, TapResult } from '../../contract/upstream/status.ts';
import { connections as words } from '../../i18n/connections.ts';
import { t } from '../../i18n/en.ts';
import type { Direction, MessageOutcome } from './state.ts';

export type MessageForm = TapRecord['form'] | 'record' | 'put' | 'del' | 'rows' | 'gap';

interface MessageParts {
  readonly at: EpochMs;
  readonly dir: Direction;
  readonly form: MessageForm;
  readonly meta: Readonly<Record<string, string>>;
  readonly results: readonly TapResult[];
  /** As it went over the wire, or undefined: it is a record, `value`. */
  readonly text: string | undefined;
  readonly bytes: number | undefined;
  readonly value: unknown;
}

let serials = 0;

/** One line of the tail. Text of a record is made when somebody reads it: most of a fast channel is never read. */
export class Message {
  /** Names it for as long as the page lives. */
  readonly serial: number;
  readonly at: EpochMs;
  readonly dir: Direction;
  readonly form: MessageForm;
  readonly meta: Readonly<Record<string, string>>;
  readonly results: readonly TapResult[];
  readonly value: unknown;
  readonly #bytes: number | undefined;
  #text: string | undefined;
  #haystack: string | undefined;

  constructor(parts: MessageParts) {
    serials += 1;
    this.serial = serials;
    this.at = parts.at;
    this.dir = parts.dir;
    this.form = parts.form;
    this.meta = parts.meta;
    this.results = parts.results;
    this.value = parts.value;
    this.#text = parts.text;
    this.#bytes = parts.bytes;
  }

  get text(): string {
    this.#text ??= asText(this.value);
    return this.#text;
  }

  get bytes(): number {
    return this.#bytes ?? this.text.length;
  }

  /** Everything of it that can be looked for, in small letters. */
  get haystack(): string {
    this.#haystack ??= [this.text, ...Object.values(this.meta), resultsText(this.results)].join('\n').toLowerCase();
    return this.#haystack;
  }

  get outcome(): MessageOutcome {
    if (this.form === 'record' || this.form === 'put' || this.form === 'rows') return 'record';
    if (this.results.length === 0) return 'none';
    return this.results.some((result) => 'channel' in result) ? 'record' : 'counted';
  }
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch (cause) {
    // Circular, or a big integer: still something to see.
    return `${String(value)} (${String(cause)})`;
  }
}

/** "latest of agents manager-agent" · "left out: bad-json", for all results of a message. */
export const resultsText = (results: readonly TapResult[]): string => results.map(resultText).join(' · ');

export function resultText(result: TapResult): string {
  if (!('channel' in result)) return words.messages.counted(words.losses.what[result.is] ?? result.is, result.reason);
  const part = result.channel.slice(result.channel.lastIndexOf('/') + 1);
  return `${words.messages.result[result.is]} ${part}${result.key === undefined ? '' : ` ${result.key}`}`;
}

export const tapMessage = (record: TapRecord): Message => new Message({ ...record, value: undefined });

const plain = { dir: 'in', meta: {}, results: [], text: undefined, bytes: undefined } as const;

export const recordMessage = (value: unknown, at: EpochMs): Message =>
  new Message({ ...plain, at, form: 'record', value });

export const putMessage = (key: string, value: unknown, at: EpochMs, how: string): Message =>
  new Message({ ...plain, at, form: 'put', value, meta: how === '' ? { key } : { key, how } });

export const removedMessage = (key: string, at: EpochMs): Message =>
  new Message({ ...plain, at, form: 'del', meta: { key }, value: words.messages.removed(key) });

export function rowsMessage(batch: SampleBatch, at: EpochMs): Message {
  const last = batch.times.length - 1;
  return new Message({
    ...plain,
    at,
    form: 'rows',
    bytes: batch.times.byteLength * (1 + batch.columns.length),
    meta: { rows: words.messages.rowsOf(batch.times.length, batch.series.length) },
    value: {
      provenance: batch.provenance,
      rows: batch.times.length,
      from: batch.times[0],
      to: batch.times[last],
      last: Object.fromEntries(batch.series.map((name, index) => [name, batch.columns[index]?.[last]])),
    },
  });
}

export const gapMessage = (gap: Gap, at: EpochMs): Message =>
  new Message({
    ...plain,
    at,
    dir: 'state',
    form: 'gap',
    value: gap,
    text: words.messages.gap(t.common.gapWhy[gap.why], gap.count),
  });

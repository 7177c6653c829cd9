import type { BusEventRecord } from '../../contract/upstream/mas-topology.ts';
import { scrubbed } from '../mas/addresses.ts';
import { type Fields, idOf, isFields, type Plain, plainFields, textOf } from '../mas/fields.ts';
import { reasonOf } from '../mas/frame.ts';
import { SeenOnce } from '../mas/seen-once.ts';
import { sourced } from '../mas/sourced.ts';
import { utcMs } from '../mas/time.ts';
import type { Out, ReadContext } from '../out.ts';
import type { EdgeBook } from './edge-book.ts';
import { logRecord } from './status-stream.ts';

/** With N observers up to N + 1 copies of each event come, all within seconds. */
const TRACES = 4_096;
/** What people asked and agents answered is nobody else's business. */
const WORDS_OF_PEOPLE: ReadonlySet<string> = new Set([
  'goal',
  'query',
  'question',
  'prompt',
  'text',
  'message',
  'content',
  'input',
  'output',
  'answer',
  'response',
  'transcript',
  'utterance',
  'user',
  'user_id',
  'email',
]);

export const isBusEvent = (data: Fields): boolean =>
  'from_agent' in data || ('trace_id' in data && !('agent_id' in data));

/** What agents say to each other (§3.1 c, §4): each event once, counted into the edges. */
export class BusEvents {
  readonly #edges: EdgeBook;
  readonly #seen = new SeenOnce(TRACES);

  constructor(edges: EdgeBook) {
    this.#edges = edges;
  }

  /** A frame of `/ws/agent-bus`. Gives what is to be answered, if anything is. */
  readFrame(message: Fields, out: Out, context: ReadContext): string | undefined {
    switch (message.type) {
      case 'connected':
      case 'subscribed':
        return undefined;
      case 'heartbeat':
        return '{"type":"heartbeat"}';
      case 'message':
        if (isFields(message.data)) this.read(message.data, message.channel, out, context);
        else out.count('dropped', 'bus-data');
        return undefined;
      case 'error': {
        const words = isFields(message.payload) ? textOf(message.payload.message) : undefined;
        out.event('log', logRecord(sourced(context, undefined, 'agent-bus'), 'refused', undefined, 'error', words));
        return undefined;
      }
      default:
        out.count('unknown', reasonOf(message.type));
        return undefined;
    }
  }

  read(data: Fields, channel: unknown, out: Out, context: ReadContext): void {
    const from = idOf(data.from_agent);
    const type = idOf(data.type, 64);
    if (from === undefined || type === undefined || type === '__proto__') {
      out.count('dropped', 'bus-event');
      return;
    }
    const to = idOf(data.to_agent) ?? 'broadcast';
    const traceId = idOf(data.trace_id, 128);
    if (!this.#seen.first(traceId ?? `${from}|${to}|${type}|${String(data.timestamp)}`)) {
      out.count('deduped', 'bus-event');
      return;
    }
    const record: BusEventRecord = {
      ...sourced(context, utcMs(data.timestamp), from),
      t: 'bus-event',
      type,
      from,
      to,
      channel: textOf(channel, 64) ?? 'agents:status',
      traceId,
      classification: textOf(data.classification, 40),
      payload: plainFields(screenedPayload(data, () => out.count('withheld', 'bus-payload'))),
    };
    out.event('bus', record);
    this.#edges.seen(from, to, type, record, out);
  }
}

/** A payload without people's words and addresses; {} when it is classified. */
export function screenedPayload(data: Fields, withheld: () => void): Readonly<Record<string, Plain | unknown>> {
  if (!isFields(data.payload)) return {};
  if (typeof data.classification === 'string' && !/^(UNCLASS|UNCLASSIFIED)$/i.test(data.classification)) {
    withheld();
    return {};
  }
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(data.payload)) {
    if (WORDS_OF_PEOPLE.has(name.toLowerCase())) withheld();
    else if (name !== '__proto__') kept[name] = value;
  }
  return scrubbed(kept, withheld) as Readonly<Record<string, unknown>>;
}

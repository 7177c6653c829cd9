import type { ReplyRecord, ToolCallRecord } from '../../contract/upstream/mas-voice.ts';
import { withoutAddresses } from '../mas/addresses.ts';
import { type Fields, idOf, numberOf, textOf } from '../mas/fields.ts';
import { utcMs } from '../mas/time.ts';
import { fieldsOf, keepNewest } from '../mas-devices/plain.ts';
import type { Out, ReadContext } from '../out.ts';
import { stamp } from './stamp.ts';
import { type Told, told } from './told.ts';

const MAX_TOOLS = 100;
/** Of what an event has besides its words, as JSON: more is not kept with it. */
const MAX_DATA_CHARS = 16_000;
const MAX_REPLIES = 50;
const KNOWN: ReadonlySet<string> = new Set([
  'tool_call',
  'injection',
  'memory',
  'memory_read',
  'memory_write',
  'agent_invoke',
  'system',
  'feedback',
]);

/** What MAS does meanwhile: tools, agents, memory, and the brain's answers. */
export class MasEvents {
  readonly #tools = new Map<string, ToolCallRecord>();
  readonly #replies = new Map<string, ReplyRecord>();
  #turn = 0;

  /** The person said something: the next answer is a new one. */
  nextTurn(): void {
    this.#turn += 1;
  }

  read(value: unknown, out: Out, context: ReadContext): Told {
    const event = fieldsOf(value);
    const type = textOf(event?.type, 40);
    if (event === undefined || type === undefined) {
      out.count('dropped', 'bad-mas-event');
      return told('drop');
    }
    const data = fieldsOf(event.data);
    const source = textOf(event.source, 80) ?? 'bridge';
    const isSmall = data === undefined || JSON.stringify(data).length <= MAX_DATA_CHARS;
    if (!isSmall) out.count('dropped', 'activity-data-too-large');
    out.event('activity', {
      ...stamp(context, utcMs(event.timestamp), source),
      type,
      message: withoutAddresses(textOf(event.message) ?? ''),
      data: isSmall ? (data ?? null) : null,
    });
    if (!KNOWN.has(type)) {
      out.count('unknown', `mas-event-${type}`);
      return told('log_only');
    }
    if (type === 'tool_call' && data !== undefined) return this.#readTool(event, data, source, out, context);
    if (type === 'injection') this.#readReply(data, source, out, context);
    return told('apply');
  }

  #readTool(event: Fields, data: Fields, source: string, out: Out, context: ReadContext): Told {
    const id = idOf(data.id, 80) ?? idOf(event.id, 80);
    if (id === undefined) {
      out.count('dropped', 'tool-without-id');
      return told('drop');
    }
    const before = this.#tools.get(id);
    const status = textOf(data.status, 40) ?? before?.status ?? 'unknown';
    // The id is the session's, not the call's: a call that runs again is another one, and what the last one found is not its result.
    const isAgain = status === 'running' && before !== undefined && before.status !== 'running';
    const kept = isAgain ? undefined : before;
    const durationS = numberOf(data.duration);
    const record: ToolCallRecord = {
      ...stamp(context, utcMs(event.timestamp), source),
      id,
      tool: textOf(data.tool, 80) ?? before?.tool ?? 'unknown',
      query: textOf(data.query, 200) ?? kept?.query,
      status,
      durationMs: durationS ?? kept?.durationMs,
      result: resultOf(data.result) ?? kept?.result,
    };
    this.#tools.set(id, record);
    const gone = keepNewest(this.#tools, MAX_TOOLS);
    if (gone !== undefined) out.remove('tools', [gone]);
    out.put('tools', id, record);
    return told('apply', { upsert: id });
  }

  /** Twice per turn: at once, and when the brain has really answered. The second one replaces the first. */
  #readReply(data: Fields | undefined, source: string, out: Out, context: ReadContext): void {
    const text = textOf(data?.content, 8_000);
    if (text === undefined) return;
    const key = `reply-${this.#turn}`;
    const record: ReplyRecord = {
      ...stamp(context, undefined, source),
      text,
      versions: (this.#replies.get(key)?.versions ?? 0) + 1,
    };
    this.#replies.set(key, record);
    const gone = keepNewest(this.#replies, MAX_REPLIES);
    if (gone !== undefined) out.remove('replies', [gone]);
    out.put('replies', key, record);
  }
}

function resultOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return textOf(typeof value === 'string' ? value : JSON.stringify(value), 1_000);
}

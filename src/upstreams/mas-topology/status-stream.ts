import type { AgentMetrics, AgentState, TopologyLogRecord } from '../../contract/upstream/mas-topology.ts';
import type { Sourced } from '../../contract/upstream/upstream.ts';
import { withoutAddresses } from '../mas/addresses.ts';
import { countOf, type Fields, idOf, isFields, plainFields, textOf } from '../mas/fields.ts';
import { SeenOnce } from '../mas/seen-once.ts';
import { sourced } from '../mas/sourced.ts';
import { utcMs } from '../mas/time.ts';
import type { Out, ReadContext } from '../out.ts';
import type { AgentBook } from './agent-book.ts';
import type { AgentEntry } from './agent-entry.ts';
import { agentStateOf, isLifecycleWord, lifecycleStateOf } from './agent-state.ts';

const MAX_ERROR_CHARS = 500;
const RED: ReadonlySet<AgentState> = new Set(['degraded', 'error']);

/** Heartbeats and the supervisor's words (§3.1 a, b): both are `agent_status`, told apart by the word in `status`. */
export class StatusStream {
  readonly #book: AgentBook;
  readonly #logged = new SeenOnce(512);

  constructor(book: AgentBook) {
    this.#book = book;
  }

  read(message: Fields, data: Fields, out: Out, context: ReadContext): void {
    const word = textOf(data.status, 64);
    if (word === undefined) {
      out.count('dropped', 'no-status');
      return;
    }
    if (message.source === 'agent_supervisor' || isLifecycleWord(word))
      this.#lifecycle(word, message, data, out, context);
    else this.#heartbeat(word, message, data, out, context);
  }

  #heartbeat(word: string, message: Fields, data: Fields, out: Out, context: ReadContext): void {
    const streamMs = utcMs(message.timestamp);
    const from = sourced(context, streamMs, message.source ?? 'heartbeat');
    const entry = this.#book.open(data.agent_id, from, out);
    if (entry === undefined) return;
    if (!this.#book.isNews(entry, streamMs)) {
      out.count('late', 'older-status', entry.id.slice(0, 40));
      return;
    }
    const details = isFields(data.details) ? data.details : undefined;
    const before = entry.state;
    entry.state = agentStateOf(word);
    entry.said = word;
    entry.sourced = from;
    entry.metrics = details && metricsOf(details);
    entry.lastError = errorOf(details?.last_error);
    entry.why = RED.has(entry.state) || entry.state === 'unresponsive' ? (entry.lastError ?? entry.why) : undefined;
    this.#book.heard(entry, context.now);
    this.#book.publish(entry, context.now, out);
    this.#logTurn(before, entry, out);
  }

  /** "Why is it red": the error is told once, when the state turns. */
  #logTurn(before: AgentState, entry: AgentEntry, out: Out): void {
    const isRed = RED.has(entry.state);
    if (isRed === RED.has(before) && !(before === 'degraded' && entry.state === 'error')) return;
    if (!isRed && before === 'unknown') return;
    out.event(
      'log',
      logRecord(entry.sourced, isRed ? 'agent-error' : 'agent-recovered', entry.id, entry.said, entry.lastError),
    );
  }

  #lifecycle(word: string, message: Fields, data: Fields, out: Out, context: ReadContext): void {
    const streamMs = utcMs(message.timestamp);
    const from = sourced(context, streamMs, message.source ?? 'agent_supervisor');
    const details = plainFields(data.details);
    const id = idOf(data.agent_id);
    if (!this.#logged.first(`${id}|${word}|${String(message.timestamp)}`)) {
      out.count('deduped', 'lifecycle');
      return;
    }
    const state = lifecycleStateOf(word);
    const why = whyOf(details);
    if (state === undefined || id === 'supervisor') {
      out.event('log', logRecord(from, 'lifecycle', id, word, why, details));
      return;
    }
    const entry = this.#book.open(data.agent_id, from, out);
    if (entry === undefined) return;
    // A word that comes late is still worth reading, but says nothing of now.
    if (this.#book.isNews(entry, streamMs)) {
      entry.state = state;
      entry.said = word;
      entry.sourced = from;
      entry.why = why === undefined ? word : `${word}: ${why}`;
      this.#book.publish(entry, context.now, out);
    } else out.count('late', 'older-status', entry.id.slice(0, 40));
    out.event('log', logRecord(from, 'lifecycle', entry.id, word, why ?? entry.lastError, details));
  }
}

export function logRecord(
  from: Sourced,
  what: TopologyLogRecord['what'],
  agentId: string | undefined,
  word: string,
  why: string | undefined,
  details: TopologyLogRecord['details'] = {},
): TopologyLogRecord {
  return { ...from, t: 'topology-log', what, agentId, word, why, details };
}

export function metricsOf(details: Fields): AgentMetrics | undefined {
  const metrics: AgentMetrics = {
    tasksCompleted: countOf(details.tasks_completed),
    tasksFailed: countOf(details.tasks_failed),
    insights: countOf(details.insights_generated),
    knowledge: countOf(details.knowledge_added),
    cycles: countOf(details.cycle_count),
    consecutiveErrors: countOf(details.consecutive_errors),
    lastCycleAt: utcMs(details.last_cycle_time),
    firstSeenAt: utcMs(details.first_seen),
  };
  return Object.values(metrics).some((value) => value !== undefined) ? metrics : undefined;
}

export function errorOf(value: unknown): string | undefined {
  const text = textOf(value, MAX_ERROR_CHARS);
  return text === undefined ? undefined : withoutAddresses(text);
}

function whyOf(details: TopologyLogRecord['details']): string | undefined {
  for (const name of ['error', 'reason', 'last_error']) {
    const words = details[name];
    if (typeof words === 'string') return withoutAddresses(words);
  }
  const elapsed = details.elapsed_seconds;
  return typeof elapsed === 'number' ? `no cycle for ${Math.round(elapsed)} s` : undefined;
}

import type { SystemHealthRecord } from '../../contract/upstream/mas-topology.ts';
import { withoutAddresses } from '../mas/addresses.ts';
import { type FailedAnswer, whyOf } from '../mas/answer.ts';
import { booleanOf, countOf, type Fields, idOf, isFields, numberOf, plainFields, textOf } from '../mas/fields.ts';
import { SeenOnce } from '../mas/seen-once.ts';
import { SourceBook } from '../mas/source-book.ts';
import { happened, sourced } from '../mas/sourced.ts';
import { anyMs, utcMs } from '../mas/time.ts';
import type { Out, ReadContext } from '../out.ts';
import type { AgentBook } from './agent-book.ts';
import { readDetail, readOrchestrated, readRegistry } from './agent-lists.ts';
import type { EdgeBook } from './edge-book.ts';
import { readIncidents } from './incidents.ts';
import { logRecord } from './status-stream.ts';

/** What is asked, and where. Without the slash at its end the registry's path is another route, which wants a token. */
export const TOPOLOGY_QUESTIONS = {
  agents: '/orchestrator/agents',
  registry: '/agents/registry/',
  incidents: '/api/incidents',
  stream: '/ws/topology/status',
  dashboard: '/orchestrator/dashboard',
  summary: '/api/agents/heartbeat/summary',
  activity: '/api/agents/activity',
} as const;

export type TopologyQuestion = keyof typeof TOPOLOGY_QUESTIONS;

const IDS = new Map<string, TopologyQuestion>(
  (Object.entries(TOPOLOGY_QUESTIONS) as [TopologyQuestion, string][]).map(([id, path]) => [path, id]),
);

/** The snapshots of REST (§5), and what their failures mean. */
export class TopologyRest {
  readonly #book: AgentBook;
  readonly #edges: EdgeBook;
  readonly #sources = new SourceBook();
  readonly #told = new SeenOnce(1_024);

  constructor(book: AgentBook, edges: EdgeBook) {
    this.#book = book;
    this.#edges = edges;
  }

  /** An answer with 200. False: it is not what was asked for; what was there stays. */
  read(path: string, value: unknown, out: Out, context: ReadContext): boolean {
    const plainPath = path.split('?')[0] ?? path;
    const id = IDS.get(plainPath);
    if (id === undefined) {
      if (plainPath.startsWith('/orchestrator/agents/')) return readDetail(value, this.#book, out, context);
      out.count('unknown', 'answer', plainPath.slice(0, 60));
      return false;
    }
    const facts = this.#readKnown(id, value, out, context);
    if (facts) this.#sources.available(id, plainPath, out, context, facts);
    else this.#sources.unavailable(id, plainPath, 'MAS answers something else than was asked for', out, context);
    return facts !== undefined;
  }

  /** An answer that is none. Gives why, for people. */
  failed(path: string, answer: FailedAnswer | undefined, why: string, out: Out, context: ReadContext): string {
    const plainPath = path.split('?')[0] ?? path;
    const words = whyOf(answer, why);
    this.#sources.unavailable(IDS.get(plainPath) ?? plainPath, plainPath, words, out, context);
    return words;
  }

  #readKnown(id: TopologyQuestion, value: unknown, out: Out, context: ReadContext): Facts | undefined {
    switch (id) {
      case 'agents': {
        const agents = readOrchestrated(value, this.#book, out, context);
        if (agents === undefined) return undefined;
        this.#edges.derive(this.#book, out, context);
        return { agents };
      }
      case 'registry': {
        const facts = readRegistry(value, this.#book, out, context);
        if (facts) this.#edges.derive(this.#book, out, context);
        return facts;
      }
      case 'incidents':
        return readIncidents(value, out, context) ? {} : undefined;
      case 'dashboard':
        return this.#dashboard(value, out, context);
      case 'activity':
        return this.#activity(value, out, context);
      case 'stream':
        return isFields(value) && typeof value.subscription_active === 'boolean' ? plainFields(value) : undefined;
      case 'summary':
        // Another registry with ids of its own: how many it has is all that it tells of the agents that run.
        return isFields(value) && Array.isArray(value.agents) ? plainFields(value) : undefined;
    }
  }

  #dashboard(value: unknown, out: Out, context: ReadContext): Facts | undefined {
    const agents = readOrchestrated(value, this.#book, out, context);
    if (agents === undefined || !isFields(value)) return undefined;
    this.#edges.derive(this.#book, out, context);
    if (isFields(value.metrics)) out.put('health', 'orchestrator', metricsRecord(value.metrics, context));
    for (const item of Array.isArray(value.messages) ? value.messages.slice(0, 100) : []) {
      const id = isFields(item) ? idOf(item.notification_id, 128) : undefined;
      if (!isFields(item) || id === undefined || !this.#told.first(`notice ${id}`)) continue;
      const words = withoutAddresses([textOf(item.title, 120), textOf(item.message)].filter(Boolean).join(': '));
      const at = happened(context, utcMs(item.timestamp), 'orchestrator/dashboard');
      out.event('log', logRecord(at, 'activity', idOf(item.agent), textOf(item.type, 40) ?? 'notification', words));
    }
    return { agents, ...plainFields(value.runner) };
  }

  #activity(value: unknown, out: Out, context: ReadContext): Facts | undefined {
    if (!isFields(value) || !Array.isArray(value.events)) return undefined;
    for (const item of value.events.slice(0, 500)) {
      const agent = isFields(item) ? idOf(item.agent) : undefined;
      const action = isFields(item) ? textOf(item.action, 80) : undefined;
      if (!isFields(item) || agent === undefined || action === undefined) {
        out.count('dropped', 'activity-item');
        continue;
      }
      if (!this.#told.first(`activity ${agent} ${action} ${String(item.ts)}`)) continue;
      const at = happened(context, anyMs(item.ts), 'agents/activity');
      out.event('log', logRecord(at, 'activity', agent, action, undefined));
    }
    return { count: value.events.length };
  }
}

type Facts = Readonly<Record<string, string | number | boolean | null>>;

function metricsRecord(metrics: Fields, context: ReadContext): SystemHealthRecord {
  return {
    ...sourced(context, undefined, 'orchestrator/dashboard'),
    t: 'system-health',
    totalAgents: countOf(metrics.totalAgents),
    activeAgents: countOf(metrics.activeAgents),
    degradedAgents: countOf(metrics.degradedAgents),
    errorAgents: countOf(metrics.errorAgents),
    tasksCompleted: countOf(metrics.completedTasks),
    errors: countOf(metrics.totalErrors),
    insights: countOf(metrics.totalInsights),
    cpuPercent: numberOf(metrics.cpuUsage),
    memoryPercent: numberOf(metrics.memoryUsage),
    uptimeS: uptimeOf(metrics.uptime),
    heartbeatCount: undefined,
    redisConnected: booleanOf(metrics.redisConnected),
  };
}

const UNIT_S: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, m: 60, s: 1 };

/** `1d 2h 3m`, in seconds. */
export function uptimeOf(value: unknown): number | undefined {
  const text = textOf(value, 40);
  if (text === undefined || !/^(\d{1,6}[dhms]\s*)+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([dhms])/g)) seconds += Number(count) * (UNIT_S[unit ?? ''] ?? 0);
  return seconds;
}

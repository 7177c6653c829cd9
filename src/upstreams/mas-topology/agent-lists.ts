import { countOf, type Fields, idOf, isFields, textOf, textsOf } from '../mas/fields.ts';
import { sourced } from '../mas/sourced.ts';
import type { Out, ReadContext } from '../out.ts';
import type { AgentBook } from './agent-book.ts';
import { type AgentEntry, lifeOf } from './agent-entry.ts';
import { agentStateOf } from './agent-state.ts';
import { errorOf, metricsOf } from './status-stream.ts';

/** `GET /orchestrator/agents`, the best list there is (§5). Gives how many agents it had; undefined when it is no list. */
export function readOrchestrated(value: unknown, book: AgentBook, out: Out, context: ReadContext): number | undefined {
  if (!isFields(value) || !Array.isArray(value.agents)) return undefined;
  const listed = new Set<AgentEntry>();
  for (const item of value.agents) {
    const entry = isFields(item) ? readItem(item, book, out, context) : undefined;
    if (entry) listed.add(entry);
    else out.count('dropped', 'agent-item');
  }
  // An empty or unreadable list tells nothing of who is gone.
  if (listed.size > 0) {
    for (const entry of book.entries()) entry.listed = listed.has(entry);
    book.forgetUnlisted(context.now, out);
  }
  return listed.size;
}

function readItem(item: Fields, book: AgentBook, out: Out, context: ReadContext): AgentEntry | undefined {
  const from = sourced(context, undefined, 'orchestrator/agents');
  const entry = book.open(item.id, from, out);
  if (entry === undefined) return undefined;
  entry.listed = true;
  entry.catalogue = false;
  entry.name = (textOf(item.displayName, 120) ?? textOf(item.name, 120))?.trim();
  entry.category = textOf(item.category, 64) ?? entry.category;
  entry.capabilities = textsOf(item.capabilities);
  entry.keywords = textsOf(item.keywords);
  // A heartbeat knows better and is newer, while there is one.
  if (lifeOf(entry.heardAt, context.now) !== 'live') {
    entry.said = textOf(item.status, 64) ?? '';
    entry.state = agentStateOf(entry.said);
    entry.sourced = from;
    entry.metrics = metricsOf({
      tasks_completed: item.tasksCompleted,
      tasks_failed: item.tasksFailed,
      insights_generated: item.insightsGenerated,
      cycle_count: item.cycleCount,
      consecutive_errors: item.consecutiveErrors,
      last_cycle_time: item.lastCycleTime,
    });
    entry.lastError = errorOf(item.lastError);
    entry.why = entry.state === 'error' || entry.state === 'degraded' ? entry.lastError : undefined;
  }
  book.publish(entry, context.now, out);
  return entry;
}

/** `GET /orchestrator/agents/{id}`: one agent with its metrics. */
export function readDetail(value: unknown, book: AgentBook, out: Out, context: ReadContext): boolean {
  if (!isFields(value)) return false;
  const entry = book.open(value.id, sourced(context, undefined, 'orchestrator/agents'), out);
  if (entry === undefined) return false;
  describe(entry, value.displayName, value.description, value.isActive, value);
  if (isFields(value.runtime) && lifeOf(entry.heardAt, context.now) !== 'live') {
    entry.metrics = metricsOf(value.runtime);
    entry.said = textOf(value.runtime.status, 64) ?? entry.said;
    entry.state = agentStateOf(entry.said);
    entry.lastError = errorOf(value.runtime.last_error);
  }
  book.publish(entry, context.now, out);
  return true;
}

/** `GET /agents/registry/`: names, descriptions and a flag; no states. Gives what it says of itself; undefined when it is no registry. */
export function readRegistry(
  value: unknown,
  book: AgentBook,
  out: Out,
  context: ReadContext,
): Readonly<Record<string, number>> | undefined {
  if (!isFields(value) || !Array.isArray(value.agents)) return undefined;
  for (const item of value.agents) {
    const id = isFields(item) ? idOf(item.agent_id) : undefined;
    const entry = id === undefined ? undefined : book.open(id, sourced(context, undefined, 'agents/registry'), out);
    if (entry === undefined || !isFields(item)) {
      out.count('dropped', 'registry-item');
      continue;
    }
    entry.listed = true;
    entry.category ??= textOf(item.category, 64);
    describe(entry, item.display_name, item.description, item.is_active, item);
    book.publish(entry, context.now, out);
  }
  return { total: countOf(value.total_agents) ?? 0, active: countOf(value.active_agents) ?? 0 };
}

function describe(entry: AgentEntry, name: unknown, description: unknown, enabled: unknown, item: Fields): void {
  entry.name = textOf(name, 120)?.trim() ?? entry.name;
  entry.description = textOf(description, 300) ?? entry.description;
  if (typeof enabled === 'boolean') entry.enabled = enabled;
  const capabilities = textsOf(item.capabilities);
  const keywords = textsOf(item.keywords);
  if (capabilities.length > 0) entry.capabilities = capabilities;
  if (keywords.length > 0) entry.keywords = keywords;
}

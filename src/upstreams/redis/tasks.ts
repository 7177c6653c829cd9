import type { RedisAgentEvent, RedisTask, RedisTool } from '../../contract/upstream/redis.ts';
import { isJsonObject } from '../../decode/json-object.ts';
import { numberOf } from '../readings.ts';
import type { Seen } from '../seen.ts';
import { type FeedMessage, idOf, textOf } from './about.ts';
import { isPrivileged } from './access.ts';

/** `tasks:progress`. A completion is told again every 15 s while it counts as recent. Section 3.5. */
export function readTask(message: FeedMessage, seen: Seen): void {
  const { data, about, out, record } = message;
  const agent = idOf(data.agent_id);
  if (agent === undefined) {
    out.count('dropped', 'no-agent-id');
    return;
  }
  const completed = idOf(data.completed_at);
  const key = completed === undefined ? undefined : `${agent}/${completed}`;
  if (key !== undefined && seen.isRepeat(key)) {
    out.count('deduped', 'task', key);
    return;
  }
  out.event('tasks', {
    ...about,
    t: 'task',
    agent,
    taskId: idOf(data.task_id),
    state: stateOf(data.event),
    text: textOf(data.summary) ?? textOf(data.description),
    count: numberOf(data.tasks_processed),
    key,
    isPrivileged: isPrivileged(record.from),
  } satisfies RedisTask);
}

/** `mas.deep_agents.events`. Section 3.7. */
export function readDeepTask({ data, about, out, record }: FeedMessage): void {
  const task = isJsonObject(data.payload) ? data.payload : {};
  out.event('tasks', {
    ...about,
    t: 'task',
    agent: idOf(task.agent_name) ?? '',
    taskId: idOf(task.task_id),
    state: stateOf(data.event_type),
    text: textOf(task.error) ?? textOf(task.task),
    count: undefined,
    key: undefined,
    isPrivileged: isPrivileged(record.from),
  } satisfies RedisTask);
}

const stateOf = (event: unknown): string => (textOf(event) ?? 'unknown').replace(/^task_/, '').slice(0, 64);

/** `agents:tasks` and `agents:tool_calls`: how far a tool is, or what agents tell each other. Sections 3.3 and 3.4. */
export function readAgentBus(message: FeedMessage): void {
  const { data, about, out } = message;
  if (data.type === 'progress' && typeof data.tool === 'string') {
    readTool(message);
    return;
  }
  if (data.type === undefined) out.count('unknown', 'agent-event');
  const payload = isJsonObject(data.payload) ? data.payload : {};
  out.event('bus', {
    ...about,
    t: 'agent-event',
    type: textOf(data.type)?.slice(0, 64) ?? '',
    fromAgent: idOf(data.from_agent) ?? '',
    toAgent: idOf(data.to_agent),
    traceId: idOf(data.trace_id),
    classification: textOf(data.classification),
    text: textOf(payload.message) ?? textOf(payload.description) ?? textOf(payload.tool) ?? textOf(payload.task),
  } satisfies RedisAgentEvent);
}

function readTool({ data, about, out }: FeedMessage): void {
  const tool = textOf(data.tool) ?? '';
  const done = numberOf(data.progress);
  const total = numberOf(data.total);
  out.put('tools', `${tool} ${about.source}`.slice(0, 256), {
    ...about,
    t: 'tool',
    tool,
    progress: done === undefined || total === undefined || total <= 0 ? null : Math.min(1, Math.max(0, done / total)),
    message: textOf(data.message) ?? '',
  } satisfies RedisTool);
}

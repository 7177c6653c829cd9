import type { SystemHealthRecord, TaskRecord } from '../../contract/upstream/mas-topology.ts';
import { withoutAddresses } from '../mas/addresses.ts';
import { booleanOf, countOf, type Fields, idOf, isFields, numberOf, textOf } from '../mas/fields.ts';
import { reasonOf } from '../mas/frame.ts';
import { SeenOnce } from '../mas/seen-once.ts';
import { happened, sourced } from '../mas/sourced.ts';
import { utcMs } from '../mas/time.ts';
import type { Out, ReadContext } from '../out.ts';
import { logRecord } from './status-stream.ts';

/** `/ws/system/health`, §3.4. */
export class HealthStream {
  #count: number | undefined;

  read(message: Fields, out: Out, context: ReadContext): void {
    if (message.type === 'connected' || message.type === 'pong') return;
    if (message.type !== 'system_health') {
      out.count('unknown', reasonOf(message.type));
      return;
    }
    const { data } = message;
    if (!isFields(data)) {
      out.count('dropped', 'health-data');
      return;
    }
    if (data.event !== 'system_heartbeat') {
      out.count('unknown', reasonOf(data.event));
      return;
    }
    const count = countOf(data.heartbeat_count);
    if (count === undefined && countOf(data.total_agents) === undefined) {
      out.count('dropped', 'health-fields');
      return;
    }
    const record: SystemHealthRecord = {
      ...sourced(context, utcMs(message.timestamp) ?? utcMs(data.timestamp), message.source ?? 'system:health'),
      t: 'system-health',
      totalAgents: countOf(data.total_agents),
      activeAgents: countOf(data.active_agents),
      degradedAgents: countOf(data.degraded_agents),
      errorAgents: countOf(data.error_agents),
      tasksCompleted: countOf(data.total_tasks_completed),
      errors: countOf(data.total_errors),
      insights: countOf(data.total_insights),
      cpuPercent: numberOf(data.cpu_usage),
      memoryPercent: numberOf(data.memory_usage),
      uptimeS: countOf(data.uptime_seconds),
      heartbeatCount: count,
      redisConnected: booleanOf(data.redis_connected),
    };
    if (count !== undefined && this.#count !== undefined && count < this.#count) {
      const why = `its heartbeat count went from ${this.#count} to ${count}`;
      out.event(
        'log',
        logRecord(record, 'restart', undefined, 'system_heartbeat', why, { uptimeS: record.uptimeS ?? null }),
      );
    }
    this.#count = count ?? this.#count;
    out.put('health', 'system', record);
  }
}

const TASKS = 2_048;

/** `/ws/tasks/progress`, §3.4: the last ten are said again every 15 s. */
export class TaskStream {
  readonly #seen = new SeenOnce(TASKS);

  read(message: Fields, out: Out, context: ReadContext): void {
    if (message.type === 'connected' || message.type === 'pong') return;
    if (message.type !== 'task_progress') {
      out.count('unknown', reasonOf(message.type));
      return;
    }
    const { data } = message;
    const event = isFields(data) ? textOf(data.event, 64) : undefined;
    if (!isFields(data) || event === undefined) {
      out.count('dropped', 'task-data');
      return;
    }
    const agentId = idOf(data.agent_id);
    const taskId = idOf(data.task_id ?? data.id, 128);
    const completed = textOf(data.completed_at, 64);
    const key =
      event === 'task_completed'
        ? agentId && completed && `${agentId}|${completed}`
        : (taskId ?? agentId) && `${event}|${taskId}|${agentId}|${String(data.timestamp ?? message.timestamp)}`;
    if (key === undefined || key === '') {
      out.count('dropped', 'task-fields');
      return;
    }
    if (!this.#seen.first(key)) {
      out.count('deduped', 'task');
      return;
    }
    out.event('tasks', {
      ...happened(
        context,
        utcMs(completed) ?? utcMs(data.timestamp) ?? utcMs(message.timestamp),
        message.source ?? 'tasks',
      ),
      t: 'task',
      event,
      agentId,
      taskId,
      tasksProcessed: countOf(data.tasks_processed),
      summary: withoutAddresses(textOf(data.summary, 400) ?? ''),
    } satisfies TaskRecord);
  }
}

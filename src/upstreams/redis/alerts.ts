import type { EpochMs } from '../../contract/time.ts';
import type { RedisAlert } from '../../contract/upstream/redis.ts';
import { isJsonObject } from '../../decode/json-object.ts';
import { timeOf } from '../../decode/message-time.ts';
import type { Out } from '../out.ts';
import { type FeedMessage, idOf, textOf } from './about.ts';

const MAX_ALERTS = 2_000;
const SEVERITIES: ReadonlySet<string> = new Set(['critical', 'warning', 'info']);

/** The alerts that are known, so that what comes late does not undo what came since. */
export class Alerts {
  readonly #changedAt = new Map<string, EpochMs>();

  read({ data, about, record, out }: FeedMessage): void {
    const { alert } = data;
    if (!isJsonObject(alert)) {
      out.count('dropped', 'no-alert');
      return;
    }
    const alertId = idOf(alert.id);
    if (alertId === undefined) {
      out.count('dropped', 'no-alert-id');
      return;
    }
    const createdAt = timeOf(alert.created_at);
    const updatedAt = timeOf(alert.updated_at);
    const changedAt = updatedAt ?? createdAt ?? record.at;
    const known = this.#changedAt.get(alertId);
    if (known !== undefined && changedAt < known) {
      out.count('late', 'older-updated-at', alertId);
      return;
    }
    this.#remember(alertId, changedAt, out);
    const severity = typeof alert.severity === 'string' ? alert.severity.trim().toLowerCase() : '';
    if (!SEVERITIES.has(severity)) out.count('unknown', 'alert-severity', severity.slice(0, 64));
    out.put('alerts', alertId, {
      ...about,
      t: 'alert',
      alertId,
      title: textOf(alert.title) ?? '',
      message: textOf(alert.message) ?? '',
      severity: SEVERITIES.has(severity) ? (severity as RedisAlert['severity']) : 'warning',
      status: textOf(alert.status) ?? 'open',
      deviceId: idOf(alert.device_id),
      category: textOf(alert.category) ?? '',
      createdAt,
      updatedAt,
    } satisfies RedisAlert);
  }

  #remember(alertId: string, changedAt: EpochMs, out: Out): void {
    this.#changedAt.delete(alertId);
    this.#changedAt.set(alertId, changedAt);
    if (this.#changedAt.size <= MAX_ALERTS) return;
    for (const oldest of this.#changedAt.keys()) {
      this.#changedAt.delete(oldest);
      out.remove('alerts', [oldest]);
      out.count('dropped', 'too-many-alerts');
      return;
    }
  }
}

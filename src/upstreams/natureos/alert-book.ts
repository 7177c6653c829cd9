import type { EpochMs } from '../../contract/time.ts';
import {
  NATUREOS_ALERT_CLEAR_MS,
  type NatureosAlert,
  type NatureosAlertEntry,
  type NatureosSeverity,
} from '../../contract/upstream/natureos.ts';
import type { Out, ReadContext } from '../out.ts';
import { sourceDeviceOf } from './device-id.ts';
import { type Fields, field, shortTextOf, textOf } from './fields.ts';
import { stampOf } from './stamp.ts';

const MOST_ALERTS = 500;
const MOST_RECOMMENDATIONS = 10;
/** An alert that is over stays to be read for this long, ms. */
const KEEP_CLEARED_MS = 60 * 60_000;

const SEVERITIES: ReadonlyMap<string, NatureosSeverity> = new Map([
  ['info', 'info'],
  ['warning', 'warning'],
  ['high', 'critical'],
  ['critical', 'critical'],
]);

/** Whatever else somebody calls it is at least worth a look. */
export const severityOf = (word: unknown): NatureosSeverity =>
  SEVERITIES.get(textOf(word)?.toLowerCase() ?? '') ?? 'warning';

/**
 * The life of alerts. The source says a condition again each minute while it holds, and never that it is over:
 *
 *     said ──▶ holds ──(silence while we listen)──▶ cleared ──(an hour)──▶ gone
 *                ▲                                     │
 *                └────────────── said again ◀──────────┘   (raised anew, acknowledgement void)
 */
export class AlertBook {
  readonly #alerts = new Map<string, NatureosAlert>();
  readonly #clearMs: number;
  /** Since when nothing that was said could be missed; undefined: we do not listen now, and silence means nothing. */
  #listeningSince: EpochMs | undefined;

  constructor(clearMs = NATUREOS_ALERT_CLEAR_MS) {
    this.#clearMs = clearMs;
  }

  get size(): number {
    return this.#alerts.size;
  }

  /** undefined: the connection is lost. */
  listening(since: EpochMs | undefined): void {
    this.#listeningSince = since;
  }

  read(message: Fields, context: ReadContext, out: Out): void {
    const said = readAlert(message, context);
    this.#clearSilent(said.key, context.now, out);
    const before = this.#alerts.get(said.key);
    const holds = before !== undefined && before.clearedAt === undefined;
    if (before === undefined && this.#alerts.size >= MOST_ALERTS && !this.#makeRoom(out)) {
      out.count('dropped', 'too-many-alerts', said.key);
      return;
    }
    const alert: NatureosAlert = holds
      ? { ...said, firstAt: before.firstAt, count: before.count + 1, acknowledgedAt: before.acknowledgedAt }
      : said;
    this.#alerts.set(said.key, alert);
    out.put('alerts', alert.key, alert);
    // An error is an occurrence, told each time; a condition is told once while it holds.
    if (holds && said.category !== undefined) out.count('deduped', 'alert-holds', said.key);
    else out.event('alert-log', entryOf(alert, 'raised', context));
  }

  /** Ends what was not repeated. To be called every few seconds. */
  age(context: ReadContext, out: Out): void {
    const gone: string[] = [];
    for (const [key, { clearedAt }] of this.#alerts) {
      if (clearedAt === undefined) this.#clearSilent(key, context.now, out);
      else if (context.now - clearedAt > KEEP_CLEARED_MS) gone.push(key);
    }
    for (const key of gone) this.#alerts.delete(key);
    if (gone.length > 0) out.remove('alerts', gone);
  }

  /** False: no such alert holds. */
  acknowledge(key: string, context: ReadContext, out: Out): boolean {
    const alert = this.#alerts.get(key);
    if (alert === undefined || alert.clearedAt !== undefined) return false;
    if (alert.acknowledgedAt !== undefined) return true;
    const known = { ...alert, acknowledgedAt: context.now };
    this.#alerts.set(key, known);
    out.put('alerts', key, known);
    out.event('alert-log', entryOf(known, 'acknowledged', context));
    return true;
  }

  #clearSilent(key: string, now: EpochMs, out: Out): void {
    const alert = this.#alerts.get(key);
    if (alert === undefined || alert.clearedAt !== undefined || this.#listeningSince === undefined) return;
    const silentSince = Math.max(alert.rx, this.#listeningSince);
    if (now - silentSince <= this.#clearMs) return;
    const cleared = { ...alert, clearedAt: now };
    this.#alerts.set(key, cleared);
    out.put('alerts', key, cleared);
    out.event('alert-log', entryOf(cleared, 'cleared', { now, simulated: alert.provenance === 'simulated' }));
  }

  /** What is over goes first; what holds is never forgotten for something new. */
  #makeRoom(out: Out): boolean {
    for (const [key, { clearedAt }] of this.#alerts) {
      if (clearedAt === undefined) continue;
      this.#alerts.delete(key);
      out.remove('alerts', [key]);
      return true;
    }
    return false;
  }
}

function readAlert(message: Fields, context: ReadContext): NatureosAlert {
  const stamp = stampOf(message, context);
  const type = shortTextOf(field(message, 'type'), 64) ?? 'Alert';
  const category = shortTextOf(field(message, 'category'), 64);
  const source = sourceDeviceOf(field(message, 'source'));
  const device = shortTextOf(field(message, 'deviceId'), 128) ?? source;
  const word = shortTextOf(field(message, 'severity'), 32) ?? '';
  const recommendations = field(message, 'recommendations');
  return {
    ...stamp,
    t: 'alert',
    source: source ?? 'health-loop',
    key: `${type}/${category ?? ''}/${device ?? ''}/${word}`,
    type,
    category,
    device,
    severity: severityOf(word),
    message: shortTextOf(field(message, 'message')) ?? '',
    recommendations: Array.isArray(recommendations)
      ? recommendations.slice(0, MOST_RECOMMENDATIONS).flatMap((text) => shortTextOf(text, 300) ?? [])
      : [],
    firstAt: stamp.at,
    lastSeenAt: stamp.at,
    count: 1,
    clearedAt: undefined,
    acknowledgedAt: undefined,
  };
}

/** What the source said has its time; what we did has ours. */
function entryOf(alert: NatureosAlert, what: NatureosAlertEntry['what'], { now }: ReadContext): NatureosAlertEntry {
  const { key, severity, device, message, source, provenance, flags } = alert;
  const ours = what !== 'raised';
  return {
    t: 'alert-entry',
    at: ours ? now : alert.at,
    atFrom: ours ? 'arrival' : alert.atFrom,
    rx: now,
    source,
    provenance,
    flags: ours ? [...flags, 'derived'] : flags,
    key,
    what,
    severity,
    device,
    message,
  };
}

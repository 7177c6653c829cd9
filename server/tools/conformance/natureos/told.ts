import type {
  NatureosActivity,
  NatureosAlert,
  NatureosCommand,
  NatureosDevice,
  NatureosEvent,
  NatureosSummary,
} from '../../../../src/contract/upstream/natureos.ts';
import type { Sourced } from '../../../../src/contract/upstream/upstream.ts';
import type { Captured } from './captured.ts';
import type { Actual } from './outcome.ts';

type Told = Omit<Actual, 'outcome'>;

/** What a message came to, from what its reader told: records, and counts of what became none. */
export function actualOf(captured: Captured): Actual {
  const dropped = captured.counted('dropped');
  const fields = dropped.filter(({ reason }) => reason === 'bad-field' || reason === 'bad-member');
  const whole = dropped.find(({ reason }) => reason !== 'bad-field' && reason !== 'bad-member');
  const [deduped] = captured.counted('deduped');
  const [late] = captured.counted('late');
  const [unknown] = captured.counted('unknown');
  const told = toldBy(captured);
  const isTold = captured.events.length > 0 || (captured.puts.length > 0 && deduped === undefined);
  if (isTold && whole === undefined) {
    const names = fields.map(({ excerpt }) => excerpt ?? '');
    return { outcome: names.length > 0 ? 'partial' : 'deliver', ...told, ...(names.length > 0 && { dropped: names }) };
  }
  if (deduped !== undefined) return { outcome: 'dedupe', ...told, reason: deduped.reason, key: deduped.excerpt };
  if (late !== undefined) return { outcome: 'stale', ...told, reason: late.reason };
  if (whole !== undefined) return { outcome: 'reject', reason: whole.reason };
  if (fields.length > 0) return { outcome: 'reject', reason: 'bad-member' };
  if (unknown !== undefined) return { outcome: 'ignore', reason: `unknown_${unknown.reason}` };
  return { outcome: 'control' };
}

/** The record that the message is about, as the vectors name its parts. */
function toldBy(captured: Captured): Told {
  const { puts, events } = captured;
  const all = [...events.map(({ record }) => record), ...puts.map(({ record }) => record)];
  const common = { told: all };
  const event = events.find(({ part }) => part === 'events')?.record as NatureosEvent | undefined;
  if (event !== undefined) return { ...common, ...eventWords(event) };
  const command = events.find(({ part }) => part === 'commands')?.record as NatureosCommand | undefined;
  if (command !== undefined) return { ...common, ...commandWords(command) };
  const activity = events.find(({ part }) => part === 'activity')?.record as NatureosActivity | undefined;
  if (activity !== undefined) return { ...common, ...activityWords(activity) };
  const alert = puts.findLast(({ part }) => part === 'alerts')?.record as NatureosAlert | undefined;
  if (alert !== undefined) return { ...common, ...alertWords(alert) };
  const device = puts.findLast(({ part }) => part === 'devices')?.record as NatureosDevice | undefined;
  if (device !== undefined) return { ...common, ...deviceWords(device, captured) };
  const summary = puts.findLast(({ part }) => part === 'summary')?.record as NatureosSummary | undefined;
  return summary?.t === 'dashboard' ? { ...common, ...dashboardWords(summary) } : common;
}

export const timeWords = ({ at, atFrom, flags }: Sourced): Told => ({
  atMs: at,
  at: atFrom,
  flags,
});

function eventWords(event: NatureosEvent): Told {
  return {
    ...timeWords(event),
    kind: event.t,
    entity: event.device,
    dedupeKey: event.id,
    key: event.id,
    values: event.values.map(({ name, value, unit }) => ({ name, value, unit: unit ?? null })),
    confidence: event.confidence,
  };
}

const commandWords = (command: NatureosCommand): Told => ({
  ...timeWords(command),
  kind: 'command',
  entity: command.device,
  command: command.command,
  sequence: command.sequence,
  commandState: command.state.replace('-', '_'),
  key: command.id,
});

function activityWords(activity: NatureosActivity): Told {
  const words = { ...activity, ...timeWords(activity), kind: activity.t };
  return activity.t === 'message' ? { ...words, plainText: activity.text, trust: 'untrusted' } : words;
}

const alertWords = (alert: NatureosAlert): Told => ({
  ...timeWords(alert),
  kind: 'alert',
  entity: alert.device,
  severity: alert.severity,
  dedupeKey: alert.key,
  key: alert.key,
  lastSeenMs: alert.lastSeenAt,
  state: alert.clearedAt === undefined ? 'active' : 'cleared',
});

/** The values are those of this message's row, with the units that the device's record gives them. */
export function deviceWords(device: NatureosDevice, { allRows }: Captured): Told {
  const [rows] = allRows;
  const series = rows?.series ?? [];
  const key = device.seq === undefined ? `${device.id}@${device.at}` : `${device.id}/${device.seq}`;
  return {
    ...timeWords(device),
    kind: 'telemetry',
    entity: device.id,
    deviceMs: device.deviceAt ?? null,
    dedupeKey: key,
    key,
    states: device.states,
    battery: device.batteryPct ?? null,
    values: series.map((name, index) => {
      const short = name.slice(device.id.length + 1);
      return { name: short, value: rows?.columns[index]?.[0], unit: device.values[short]?.unit ?? null };
    }),
  };
}

export const dashboardWords = (dashboard: Extract<NatureosSummary, { readonly t: 'dashboard' }>): Told => ({
  ...timeWords(dashboard),
  kind: 'dashboard',
  stats: {
    totalEvents: dashboard.totalEvents,
    activeDevices: dashboard.activeDevices,
    errorsLast24h: dashboard.errorsLast24h,
  },
  values: dashboard.readings.map(({ device, value }) => ({ name: device, value, unit: null })),
});

import type { NatureosSummary } from '../../contract/upstream/natureos.ts';
import type { ReadContext } from '../out.ts';
import { type Fields, field, fieldsOf, isFields, numberOf, plainNumberOf, textOf } from './fields.ts';
import { stampAt } from './stamp.ts';
import { timeOf } from './times.ts';

type Dashboard = Extract<NatureosSummary, { readonly t: 'dashboard' }>;

export interface ReadDashboard {
  readonly dashboard: Dashboard;
  readonly dropped: readonly string[];
}

const MOST_READINGS = 500;

/** The dashboard's stream, or the website's live data, which has its readings and counts elsewhere. undefined: neither. */
export function readDashboard(message: Fields, context: ReadContext): ReadDashboard | undefined {
  const stats = field(message, 'stats') ?? field(message, 'context');
  const live = field(message, 'liveData') ?? message;
  if (!isFields(stats) && !isFields(field(message, 'liveData'))) return undefined;
  const counts = fieldsOf(stats);
  const dropped: string[] = [];
  const readings = readingsOf(fieldsOf(live), dropped);
  const newest = readings.reduce<number | undefined>((at, next) => later(at, next.at), undefined);
  return {
    dashboard: {
      ...stampAt(timeOf(field(fieldsOf(live), 'lastUpdate')) ?? newest, context, ['fallback']),
      t: 'dashboard',
      source: 'dashboard',
      totalEvents: count(counts, 'totalEvents', dropped),
      activeDevices: count(counts, 'activeDevices', dropped),
      errorsLast24h: count(counts, 'errorsLast24h', dropped),
      readings,
    },
    dropped,
  };
}

function readingsOf(live: Fields, dropped: string[]): Dashboard['readings'] {
  const list = field(live, 'readings');
  if (!Array.isArray(list)) return [];
  return list.slice(0, MOST_READINGS).flatMap((member: unknown, index) => {
    const device = isFields(member) ? textOf(field(member, 'deviceId')) : undefined;
    if (device === undefined || !isFields(member)) {
      dropped.push(`readings[${index}]`);
      return [];
    }
    // Often null: the store lost it. Missing, never 0.
    const value = plainNumberOf(field(member, 'value'));
    if (value === undefined) {
      dropped.push(`readings[${index}].value`);
      return [];
    }
    return [{ device, value, at: timeOf(field(member, 'timestamp') ?? field(member, 'ts')) }];
  });
}

function count(stats: Fields, name: string, dropped: string[]): number | undefined {
  const value = numberOf(field(stats, name));
  if (value === undefined || !Number.isNaN(value)) return value;
  dropped.push(name);
  return undefined;
}

const later = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);

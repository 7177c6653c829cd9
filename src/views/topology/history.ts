import type { EpochMs } from '../../contract/time.ts';
import type { TopologyLogRecord } from '../../contract/upstream/mas-topology.ts';
import type { EventLog } from '../../link/event-log.ts';

export interface MinuteOfEvents {
  readonly at: EpochMs;
  readonly bad: number;
  readonly good: number;
}

const MINUTE_MS = 60_000;
const BAD = new Set(['agent_unresponsive', 'agent_restart_failed']);

/** Troubles and recoveries of each of the last `minutes`, oldest first. */
export function eventsPerMinute(
  records: readonly Pick<TopologyLogRecord, 'at' | 'what' | 'word'>[],
  now: EpochMs,
  minutes: number,
): readonly MinuteOfEvents[] {
  const from = now - minutes * MINUTE_MS;
  const bars = Array.from({ length: minutes }, (_, index) => ({ at: from + index * MINUTE_MS, bad: 0, good: 0 }));
  for (const { at, what, word } of records) {
    const bar = bars[Math.min(minutes - 1, Math.floor((at - from) / MINUTE_MS))];
    if (bar === undefined) continue;
    if (what === 'agent-error' || what === 'refused' || BAD.has(word)) bar.bad += 1;
    else if (what === 'agent-recovered' || word === 'agent_restarted') bar.good += 1;
  }
  return bars;
}

/** How many were lost, as a text; undefined: none. */
export function gapsIn(list: EventLog<unknown>): string | undefined {
  let lost = 0;
  let isUnknown = false;
  for (const entry of list.slice(0, list.length)) {
    if (entry.is !== 'gap') continue;
    if (entry.gap.count === undefined) isUnknown = true;
    else lost += entry.gap.count;
  }
  return lost === 0 && !isUnknown ? undefined : isUnknown ? `${lost}+` : String(lost);
}

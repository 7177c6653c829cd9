import type { Bus, LogChannel } from '../bus.ts';
import { receivedOf, valuesOf } from '../bus-contract.ts';

/** Publishes numbered records, by the name of whoever publishes. */
export function makePublisher(bus: Bus, channel: string, name: string) {
  let next = 0;
  return {
    get published() {
      return next;
    },
    publish(records = 1): void {
      const numbered = Array.from({ length: records }, () => [name, next++]);
      bus.publish(channel, { t: 'events', records: numbered });
    },
  };
}

/**
 * What is wrong with what a reader got: something twice, out of order, or missing without having been told. Empty: all is well.
 * A gap that counts something excuses what is missing at its place; one that counts nothing does not.
 */
export const faultsOf = (log: LogChannel): readonly string[] => faultsIn(valuesOf(log));

/** The same for what a reader got from several logs, one after the other. */
export function faultsIn(values: readonly unknown[]): readonly string[] {
  const faults: string[] = [];
  const last = new Map<string, number>();
  const excused = new Set<string>();
  for (const value of values) {
    if (!Array.isArray(value)) {
      const { gap } = value as { gap: { count?: number } };
      if (gap.count !== 0) for (const name of ['*', ...last.keys()]) excused.add(name);
      continue;
    }
    const [name, number] = value as [string, number];
    const before = last.get(name);
    const expected = (before ?? -1) + 1;
    const isExcused = excused.has(before === undefined ? '*' : name);
    if (number < expected) faults.push(`${name} ${number} after ${before}`);
    else if (number > expected && !isExcused) faults.push(`${name} ${number} after ${before}, and no word of it`);
    last.set(name, number);
    excused.delete(name);
  }
  return faults;
}

/** How many records of a publisher a reader has, and the number of the last. */
export function lastOf(log: LogChannel, name: string): number {
  const numbers = valuesOf(log).filter((value) => Array.isArray(value) && value[0] === name);
  return (numbers.at(-1) as [string, number] | undefined)?.[1] ?? -1;
}

/** Records of a publisher in a log, however they came. */
export const countOf = (log: LogChannel, name: string): number =>
  valuesOf(log).filter((value) => Array.isArray(value) && value[0] === name).length;

/** Whether any offset of an epoch was given to two different records, here or there. */
export function conflictsOf(...logs: readonly LogChannel[]): readonly string[] {
  const known = new Map<string, string>();
  const conflicts: string[] = [];
  for (const log of logs)
    for (const { epoch, offset, value } of receivedOf(log)) {
      if (!Array.isArray(value)) continue;
      const place = `${epoch}:${offset}`;
      const text = JSON.stringify(value);
      if ((known.get(place) ?? text) !== text) conflicts.push(`${place} is ${known.get(place)} and ${text}`);
      known.set(place, text);
    }
  return conflicts;
}

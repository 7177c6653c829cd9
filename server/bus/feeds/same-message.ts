import { hash } from 'node:crypto';
import type { EpochMs } from '../../../src/contract/time.ts';

const KEPT_MS = 60_000;
const MAX_HASHES = 10_000;
const MAX_CHANNELS = 1_024;
const MAX_DEPTH = 32;

/**
 * JSON with sorted keys: equal for deeply equal values, whatever the spacing and order they came in. undefined: nested deeper than 32, or
 * with a key that only an attacker sends (`__proto__`).
 */
export function canonical(value: unknown, depth = 0): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (depth >= MAX_DEPTH) return undefined;
  const parts: string[] = [];
  if (Array.isArray(value)) {
    for (const item of value) {
      const part = canonical(item, depth + 1);
      if (part === undefined) return undefined;
      parts.push(part);
    }
    return `[${parts.join()}]`;
  }
  for (const key of Object.keys(value).sort()) {
    const part = key === '__proto__' ? undefined : canonical((value as Record<string, unknown>)[key], depth + 1);
    if (part === undefined) return undefined;
    parts.push(`${JSON.stringify(key)}:${part}`);
  }
  return `{${parts.join()}}`;
}

/** What {@link canonical} would not refuse, without the work of printing it. */
export function isBenign(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isBenign(item, depth + 1));
  return Object.keys(value).every(
    (key) => key !== '__proto__' && isBenign((value as Record<string, unknown>)[key], depth + 1),
  );
}

/** What makes two messages the same: channel, timestamp, source and deeply equal data. */
export const identityOf = (channel: string, timestamp: unknown, source: unknown, data: string): string =>
  hash('sha256', `${channel}\n${JSON.stringify(timestamp)}\n${JSON.stringify(source)}\n${data}`, 'base64');

/**
 * Messages of the last minute, at most 10,000, by their identity: publishers whose listener doubled send everything twice.
 *
 * A message without a time of its own is a repeat only while nothing else came on its channel: block, unblock, block are three events.
 */
export class SameMessages {
  readonly #seen = new Map<string, EpochMs>();
  readonly #last = new Map<string, string>();

  /** Whether it was here before. If not, it is from now on. */
  isRepeat(channel: string, identity: string, hasTime: boolean, now: EpochMs): boolean {
    const at = this.#seen.get(identity);
    const isKnown = at !== undefined && now - at < KEPT_MS && (hasTime || this.#last.get(channel) === identity);
    this.#last.delete(channel);
    this.#last.set(channel, identity);
    dropOldest(this.#last, MAX_CHANNELS);
    if (isKnown) return true;
    this.#seen.delete(identity);
    this.#seen.set(identity, now);
    dropOldest(this.#seen, MAX_HASHES);
    return false;
  }
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  if (map.size <= most) return;
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}

import { keptValue } from '../../components/kept-value.ts';
import type { EpochMs } from '../../contract/time.ts';
import type { FleetDevice } from '../../upstreams/fleet/merge-fleet.ts';

/** What is remembered of a device that no source reports any more. */
export interface KeptDevice {
  readonly key: string;
  readonly name: string;
  readonly heardAt: EpochMs;
  readonly sources: readonly string[];
}

const KEY = 'hyphae.devices.kept';
export const MOST_KEPT = 500;
const MAX_TEXT = 200;

/** Reads what this browser kept; what is none is left out. */
export function readKept(text: string | null): readonly KeptDevice[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(kept) ? kept.filter(isKept).slice(0, MOST_KEPT) : [];
  } catch {
    // Cut off or not ours: the memory begins anew.
    return [];
  }
}

function isKept(value: unknown): value is KeptDevice {
  if (typeof value !== 'object' || value === null) return false;
  const { key, name, heardAt, sources } = value as Record<string, unknown>;
  const isText = (text: unknown) => typeof text === 'string' && text.length <= MAX_TEXT;
  return isText(key) && isText(name) && typeof heardAt === 'number' && Array.isArray(sources) && sources.every(isText);
}

/** The newest of each, those heard longest ago go first. Simulated ones are not remembered: they come again by themselves. */
export function remember(kept: readonly KeptDevice[], devices: readonly FleetDevice[]): readonly KeptDevice[] {
  const byKey = new Map(kept.map((one) => [one.key, one]));
  for (const { key, name, heardAt, sightings, simulated } of devices) {
    if (heardAt === undefined || simulated || key.length > MAX_TEXT) continue;
    byKey.set(key, {
      ...{ key, name: name.slice(0, MAX_TEXT), heardAt, sources: sightings.map(({ source }) => source) },
    });
  }
  return [...byKey.values()].sort((a, b) => b.heardAt - a.heardAt).slice(0, MOST_KEPT);
}

const book = keptValue(KEY, readKept, (kept) => JSON.stringify(kept));

/** Reactive. */
export const kept = book.get;
export const keep = book.set;
export const areKeptUnsaved = book.isUnsaved;

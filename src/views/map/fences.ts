import type { LonLat } from '../../contract/upstream/crep.ts';
import { distanceM } from '../../upstreams/crep/geo/sphere.ts';

/** A circle that is watched. */
export interface Fence {
  readonly id: string;
  readonly name: string;
  readonly lon: number;
  readonly lat: number;
  readonly radiusM: number;
}

export interface Crossing {
  readonly at: number;
  readonly key: string;
  readonly name: string;
  readonly fence: string;
  /** `lost`: nobody tells of it any more, so where it is now is not known. */
  readonly is: 'enter' | 'leave' | 'lost';
}

const MOST_FENCES = 20;
const MOST_CROSSINGS = 200;
const MAX_NAME = 60;
const M_PER_DEG = 111_000;

/** Reads what this browser kept; what is no fence is left out. */
export function readFences(text: string | null): readonly Fence[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(kept) ? kept.filter(isFence).slice(0, MOST_FENCES) : [];
  } catch {
    // Cut off or not ours: there are none then, and the panel says so.
    return [];
  }
}

function isFence(value: unknown): value is Fence {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name, lon, lat, radiusM } = value as Record<string, unknown>;
  return (
    typeof id === 'string' &&
    typeof name === 'string' &&
    name.length <= MAX_NAME &&
    isWithin(lon, 180) &&
    isWithin(lat, 90) &&
    typeof radiusM === 'number' &&
    radiusM > 0 &&
    radiusM <= 20_000_000
  );
}

const isWithin = (value: unknown, most: number): boolean => typeof value === 'number' && Math.abs(value) <= most;

export const addFence = (fences: readonly Fence[], fence: Fence): readonly Fence[] =>
  isFence(fence) ? [...fences.filter(({ id }) => id !== fence.id), fence].slice(-MOST_FENCES) : fences;

/** Who is inside of each fence, and who crossed it. The first look at a fence is no crossing. */
export class FenceWatch {
  readonly #inside = new Map<string, Set<string>>();
  #crossings: readonly Crossing[] = [];

  /** Newest first, at most 200. */
  get crossings(): readonly Crossing[] {
    return this.#crossings;
  }

  inside(fence: string): number {
    return this.#inside.get(fence)?.size ?? 0;
  }

  /** `entities`: everything that is watched, where it is now; `isThere`: whether anything still tells of one. True when something crossed. */
  look(
    fences: readonly Fence[],
    entities: Iterable<{ readonly key: string; readonly name: string; readonly at: LonLat }>,
    now: number,
    isThere: (key: string) => boolean,
  ): boolean {
    for (const id of [...this.#inside.keys()]) if (!fences.some((fence) => fence.id === id)) this.#inside.delete(id);
    if (fences.length === 0) return false;
    const inside = fences.map(() => new Map<string, string>());
    for (const { key, name, at } of entities)
      fences.forEach((fence, index) => {
        // Cheap first: most are nowhere near.
        if (Math.abs(at[1] - fence.lat) * M_PER_DEG > fence.radiusM) return;
        if (distanceM(fence.lon, fence.lat, at[0], at[1]) <= fence.radiusM) inside[index]?.set(key, name);
      });
    const news: Crossing[] = [];
    fences.forEach((fence, index) => {
      const before = this.#inside.get(fence.id);
      const after = inside[index] ?? new Map<string, string>();
      if (before !== undefined) {
        for (const [key, name] of after)
          if (!before.has(key)) news.push({ at: now, key, name, fence: fence.name, is: 'enter' });
        for (const key of before)
          if (!after.has(key)) {
            const is = isThere(key) ? 'leave' : 'lost';
            news.push({ at: now, key, name: this.#nameOf(key), fence: fence.name, is });
          }
      }
      for (const [key, name] of after) this.#names.set(key, name);
      this.#inside.set(fence.id, new Set(after.keys()));
    });
    if (news.length > 0) this.#crossings = [...news, ...this.#crossings].slice(0, MOST_CROSSINGS);
    if (this.#names.size > 10_000) this.#names.clear();
    return news.length > 0;
  }

  readonly #names = new Map<string, string>();
  #nameOf(key: string): string {
    return this.#names.get(key) ?? key;
  }
}

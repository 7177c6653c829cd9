import type { GeoBox } from '../../../src/contract/upstream/crep.ts';
import { snapBox, viewToBoxes } from '../../../src/upstreams/crep/geo/boxes.ts';

const MOST_BOXES = 4;

const isBox = (value: unknown): value is GeoBox =>
  Array.isArray(value) &&
  value.length === 4 &&
  value.every((edge) => typeof edge === 'number' && Number.isFinite(edge));

/**
 * The plain boxes to ask for, when people look at these: at most two for each, none at all for the world. undefined: these are no boxes.
 */
export function askedBoxes(raw: unknown): readonly GeoBox[] | undefined {
  if (!Array.isArray(raw) || raw.length > MOST_BOXES || !raw.every(isBox)) return undefined;
  const plain = raw.flatMap(([west, south, east, north]) => viewToBoxes({ west, south, east, north }).map(snapBox));
  const isWorld = plain.some(
    ([west, south, east, north]) => west <= -180 && east >= 180 && south <= -85 && north >= 85,
  );
  if (isWorld) return [];
  const seen = new Set<string>();
  return plain.filter((box) => {
    const key = box.join();
    return box[0] < box[2] && box[1] < box[3] && !seen.has(key) && seen.add(key);
  });
}

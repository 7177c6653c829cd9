import { forceCollide, forceLink, forceSimulation, forceX, forceY, type SimulationNodeDatum } from 'd3-force';
import type { Place } from '../../src/contract/upstream/layout-worker.ts';

interface Body extends SimulationNodeDatum {
  readonly key: string;
  readonly slotX: number;
  readonly slotY: number;
}

const STEPS = 40;
const TO_SLOT = 0.2;
const TO_FRIEND = 0.01;
/** Whom a new node does not touch does not take part. */
const NEAR_PX = 160;

/**
 * Loosens new nodes from their slots towards whom they talk to, and out of each other's way. `fixed` are pinned: they push and pull, and
 * are not moved. The forces have no chance in them but d3's own, which begins the same each time.
 */
export function relax(
  fresh: ReadonlyMap<string, Place>,
  fixed: ReadonlyMap<string, Place>,
  links: readonly (readonly [string, string])[],
  spacingPx: number,
): Map<string, Place> {
  const friends = links.filter(
    ([from, to]) => from !== to && (fresh.has(from) || fresh.has(to)) && known(from) && known(to),
  );
  const pulled = new Set(friends.flat());
  const near = [...fixed].filter(([key, place]) => pulled.has(key) || isNear(place));
  const bodies: Body[] = [
    ...[...fresh].map(([key, [x, y]]) => ({ key, x, y, slotX: x, slotY: y })),
    ...near.map(([key, [x, y]]) => ({ key, x, y, fx: x, fy: y, slotX: x, slotY: y })),
  ];
  forceSimulation(bodies)
    .force('slot-x', forceX<Body>(({ slotX }) => slotX).strength(TO_SLOT))
    .force('slot-y', forceY<Body>(({ slotY }) => slotY).strength(TO_SLOT))
    .force(
      'friends',
      forceLink<Body, { source: string; target: string }>(friends.map(([source, target]) => ({ source, target })))
        .id(({ key }) => key)
        .distance(spacingPx * 2)
        .strength(TO_FRIEND),
    )
    .force('apart', forceCollide<Body>(spacingPx * 0.48).strength(0.9))
    .stop()
    .tick(STEPS);
  return new Map(bodies.flatMap(({ key, x, y }) => (fresh.has(key) ? [[key, [round(x), round(y)] as const]] : [])));

  function known(key: string): boolean {
    return fresh.has(key) || fixed.has(key);
  }
  function isNear([x, y]: Place): boolean {
    if (fresh.size > 200) return true;
    for (const [otherX, otherY] of fresh.values()) if (Math.hypot(otherX - x, otherY - y) < NEAR_PX) return true;
    return false;
  }
}

/** Half a pixel is enough, and keeps what is stored short. */
const round = (value: number | undefined): number =>
  value === undefined || !Number.isFinite(value) ? 0 : Math.round(value * 2) / 2;

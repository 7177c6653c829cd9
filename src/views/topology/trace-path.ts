import { type Accessor, createMemo } from 'solid-js';
import type { EdgeRecord } from '../../contract/upstream/mas-topology.ts';
import { type TracedPath, tracePath } from './find-path.ts';
import type { TopologyAddress } from './state.ts';

/** The way between the two ends of the address. */
export function createPath(
  address: Accessor<TopologyAddress>,
  edges: Accessor<readonly EdgeRecord[]>,
): {
  readonly path: Accessor<TracedPath | undefined>;
  /** Its nodes in order; undefined: none. The same array as long as it is the same way, so that a count of messages moves nothing. */
  readonly keys: Accessor<readonly string[] | undefined>;
} {
  const path = createMemo(() => {
    const { from, to } = address();
    return from === undefined || to === undefined ? undefined : tracePath(edges(), from, to);
  });
  const keys = createMemo(
    () => {
      const found = path();
      if (found === undefined || found.is === 'none') return undefined;
      return [found.steps[0]?.from ?? '', ...found.steps.map(({ to }) => to)];
    },
    undefined,
    { equals: (a, b) => a === b || (a !== undefined && b !== undefined && a.join('\n') === b.join('\n')) },
  );
  return { path, keys };
}

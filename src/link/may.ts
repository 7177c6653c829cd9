import type { Role } from '../contract/access.ts';
import { accessState } from './access-state.ts';

/** Why this browser may not act: it is not paired, or its role only watches. */
export type MayNot = 'out' | 'viewer';

const RANK = { viewer: 0, operator: 1, owner: 2 } as const satisfies Record<Role, number>;

/**
 * What keeps this browser from acting as `role`; undefined: nothing. Reactive. Without a server nobody was asked: then the other side
 * decides.
 */
export function mayNot(role: Role): MayNot | undefined {
  const access = accessState();
  if (access.is === 'out') return 'out';
  return access.is === 'in' && RANK[access.me.role] < RANK[role] ? 'viewer' : undefined;
}

import type { ChannelKind } from '../../src/contract/channel.ts';
import { upstreamChannel } from '../../src/contract/upstream/upstream.ts';
import type { Principal } from '../access/principal.ts';
import type { GatewayRole } from './preset.ts';

const RANK: Readonly<Record<GatewayRole, number>> = { viewer: 0, operator: 1, owner: 2 };
const KINDS: readonly ChannelKind[] = ['events', 'state', 'samples'];

/**
 * Whether somebody may use a route: their role must reach, and a token that is narrowed to channels or boards must have the upstream's
 * channels (`state/up/<slug>/…`) among them.
 */
export function mayUse(principal: Principal, slug: string, role: GatewayRole): boolean {
  if (RANK[principal.role] < RANK[role]) return false;
  const verb = role === 'viewer' ? 'subscribe' : 'publish';
  return KINDS.some((kind) => principal.may(verb, upstreamChannel(kind, slug, 'gateway')));
}

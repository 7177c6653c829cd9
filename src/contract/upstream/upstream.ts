import type { ChannelKind, ChannelName } from '../channel.ts';
import type { Provenance } from '../provenance.ts';
import type { EpochMs } from '../time.ts';

/** Every upstream that has an adapter of its own. The slug is the same in contract, reader, adapter, simulator, gateway, view and docs. */
export const UPSTREAMS = [
  'natureos',
  'mas-scientific',
  'mas-topology',
  'mas-devices',
  'mas-voice',
  'mycorrhizae',
  'crep',
  'redis',
] as const;

export type UpstreamSlug = (typeof UPSTREAMS)[number];

/** A slug, or the id of a feed that a person added (`custom-feed.ts`). */
export type UpstreamId = string;

/**
 * What every record of an upstream says about itself; the rest of the record is in the file of its slug.
 * The age of a value is now minus `at` where the source's clock can be believed (`atFrom: 'source'`), else now minus `rx`.
 */
export interface Sourced {
  /** When it was so, by the source; by arrival where the source did not say or cannot be believed. */
  readonly at: EpochMs;
  readonly atFrom: 'source' | 'arrival';
  /** When we got it. */
  readonly rx: EpochMs;
  /** Who said it, in the upstream's own words (`heartbeat_service`, `adsb.lol`, a device id). */
  readonly source: string;
  readonly provenance: Provenance;
  /** Small words that travel to the screen: `simulated`, `derived`, `fallback`, `suspect`, `clock-skew`, `synthetic` … */
  readonly flags: readonly string[];
}

/** The channel of one part of an upstream: `state/up/mas-topology/agents`. */
export const upstreamChannel = (kind: ChannelKind, upstream: UpstreamId, part: string): ChannelName =>
  `${kind}/up/${upstream}/${part}`;

const UPSTREAM_CHANNEL =
  /^(events|state|samples)\/up\/([A-Za-z0-9_][A-Za-z0-9._-]{0,63})\/([A-Za-z0-9_][A-Za-z0-9._-]{0,63})$/;

/** Splits the name of an upstream's channel; undefined for any other. */
export function parseUpstreamChannel(
  name: ChannelName,
): { readonly kind: ChannelKind; readonly upstream: UpstreamId; readonly part: string } | undefined {
  const match = UPSTREAM_CHANNEL.exec(name);
  return match?.[1] === undefined || match[2] === undefined || match[3] === undefined
    ? undefined
    : { kind: match[1] as ChannelKind, upstream: match[2], part: match[3] };
}

import type { Provenance } from '../../contract/provenance.ts';
import type { EpochMs } from '../../contract/time.ts';

/** Where a device is known from, the most direct way first: whose value is shown is decided in this order. */
export const FLEET_SOURCES = ['usb', 'relay', 'mas', 'natureos', 'mycorrhizae', 'redis', 'buoy', 'mesh'] as const;
export type FleetSource = (typeof FLEET_SOURCES)[number];

export interface FleetValue {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly at: EpochMs;
  readonly provenance: Provenance;
  /** Older than this is stale, ms. */
  readonly staleMs: number;
}

/** One device as one source knows it. */
export interface Sighting {
  readonly source: FleetSource;
  /** Of the source: unique within it. */
  readonly id: string;
  /** Words that identify it anywhere: ids, MAC addresses, serial numbers. Not those that several may share. */
  readonly identities: readonly string[];
  readonly name: string | undefined;
  readonly kind: string | undefined;
  readonly firmware: string | undefined;
  readonly place: string | undefined;
  /** In the source's words. */
  readonly said: string;
  readonly state: 'live' | 'silent' | 'offline' | 'unknown';
  readonly heardAt: EpochMs | undefined;
  readonly provenance: Provenance;
  readonly values: readonly FleetValue[];
  /** What it says it can be told to do, by the names of its family; undefined: the source does not know. */
  readonly commands?: readonly string[] | undefined;
}

export interface FleetDevice {
  /** The first of `knownAs`: another one when a source comes or goes. */
  readonly key: string;
  /** Every word that is this device and no other, in alphabetical order: whatever it was kept under before, it is one of them. */
  readonly knownAs: readonly string[];
  readonly name: string;
  /** In the order of {@link FLEET_SOURCES}. */
  readonly sightings: readonly Sighting[];
  /** The identities that made them one; empty: there is one sighting. */
  readonly because: readonly string[];
  /** Two of one source share an identity with it and are kept apart: one of them says something wrong. */
  readonly conflicts: readonly string[];
  readonly state: Sighting['state'];
  readonly heardAt: EpochMs | undefined;
  readonly simulated: boolean;
  /** By name, from the most direct source that has a fresh one, else the newest. */
  readonly values: readonly (FleetValue & { readonly source: FleetSource })[];
}

const MAX_IDENTITY = 128;
/** Words that many devices give in place of an id. */
const NOBODY: ReadonlySet<string> = new Set([
  ...['', 'unknown', 'none', 'null', 'undefined', 'n/a', 'device', 'board', 'mycobrain', 'esp32', 'default', 'test'],
  ...['000000000000', 'ffffffffffff', '0'],
]);

/** A word as it is compared: case, and the signs in a MAC address, do not matter. undefined: it identifies nobody. */
export function identityOf(word: string | undefined): string | undefined {
  const plain = word?.trim().toLowerCase() ?? '';
  // Cut, two long words would be one: they identify nobody instead.
  if (plain.length > MAX_IDENTITY) return undefined;
  const mac = /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/.test(plain) ? plain.replaceAll(/[:-]/g, '') : plain;
  return NOBODY.has(mac) ? undefined : mac;
}

const rankOf = (source: FleetSource): number => FLEET_SOURCES.indexOf(source);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

interface Group {
  readonly sightings: Sighting[];
  readonly because: Set<string>;
  readonly conflicts: Set<string>;
}

/**
 * Sightings that share an identity are one device, but never two of one source: a source knows its own devices apart. The result does not
 * depend on the order in which sightings come.
 */
export function mergeFleet(sightings: readonly Sighting[], now: EpochMs): readonly FleetDevice[] {
  const groups: Group[] = [];
  const byIdentity = new Map<string, Group[]>();
  const ordered = [...sightings].sort((a, b) => rankOf(a.source) - rankOf(b.source) || compare(a.id, b.id));
  for (const one of ordered) {
    const words = [...new Set(one.identities.flatMap((word) => identityOf(word) ?? []))].sort(compare);
    const known = [...new Set(words.flatMap((word) => byIdentity.get(word) ?? []))];
    let group: Group | undefined;
    const apart: Group[] = [];
    for (const other of known) {
      if (other.sightings.some(({ source }) => source === one.source)) apart.push(other);
      else if (group === undefined) group = other;
      // It is what both of them say: they were one all along, unless a source would have it twice then.
      else if (isDisjoint(group, other)) absorb(group, other, groups, byIdentity);
      else apart.push(other);
    }
    if (group === undefined) {
      group = { sightings: [], because: new Set(), conflicts: new Set() };
      groups.push(group);
    }
    for (const word of words) {
      const whose = byIdentity.get(word) ?? [];
      if (whose.includes(group)) group.because.add(word);
      for (const other of apart) {
        if (!whose.includes(other)) continue;
        other.conflicts.add(word);
        group.conflicts.add(word);
      }
    }
    group.sightings.push(one);
    for (const word of words) {
      const known = byIdentity.get(word) ?? [];
      if (!known.includes(group)) known.push(group);
      byIdentity.set(word, known);
    }
  }
  return groups.map((group) => deviceOf(group, now));
}

function isDisjoint(a: Group, b: Group): boolean {
  const sources = new Set(a.sightings.map(({ source }) => source));
  return b.sightings.every(({ source }) => !sources.has(source));
}

/** `other` is `group` from now on. */
function absorb(group: Group, other: Group, groups: Group[], byIdentity: Map<string, Group[]>): void {
  group.sightings.push(...other.sightings);
  group.sightings.sort((a, b) => rankOf(a.source) - rankOf(b.source));
  for (const word of other.because) group.because.add(word);
  for (const word of other.conflicts) group.conflicts.add(word);
  groups.splice(groups.indexOf(other), 1);
  for (const [word, whose] of byIdentity)
    if (whose.includes(other)) byIdentity.set(word, [...new Set(whose.map((one) => (one === other ? group : one)))]);
}

const STATES: readonly Sighting['state'][] = ['live', 'silent', 'unknown', 'offline'];

function deviceOf({ sightings, because, conflicts }: Group, now: EpochMs): FleetDevice {
  const heard = sightings.flatMap(({ heardAt }) => heardAt ?? []);
  const first = sightings[0];
  const words = sightings.flatMap(({ source, id, identities }) => [
    ...identities.flatMap((word) => identityOf(word) ?? []),
    `${source}:${id}`,
  ]);
  const ownWords = [...new Set(words)].filter((word) => !conflicts.has(word)).sort(compare);
  const key = ownWords[0] ?? `${first?.source}:${first?.id}`;
  return {
    key,
    // Never without its key: it is what somebody may have kept.
    knownAs: ownWords.length === 0 ? [key] : ownWords,
    name: sightings.find(({ name }) => name !== undefined)?.name ?? first?.id ?? '',
    sightings,
    because: [...because].sort(compare),
    conflicts: [...conflicts].sort(compare),
    state: STATES.find((state) => sightings.some((one) => one.state === state)) ?? 'unknown',
    heardAt: heard.length === 0 ? undefined : Math.max(...heard),
    simulated: sightings.some(({ provenance }) => provenance === 'simulated'),
    values: valuesOf(sightings, now),
  };
}

/** One value of each name. A fresh one of a more direct source beats a newer one that came a longer way; a stale one never beats a fresh one. */
function valuesOf(sightings: readonly Sighting[], now: EpochMs): FleetDevice['values'] {
  const chosen = new Map<string, FleetValue & { readonly source: FleetSource }>();
  for (const { source, values } of sightings)
    for (const value of values) {
      const known = chosen.get(value.name);
      const isFresh = now - value.at <= value.staleMs;
      const wasFresh = known !== undefined && now - known.at <= known.staleMs;
      if (known === undefined || (isFresh && !wasFresh) || (!isFresh && !wasFresh && value.at > known.at))
        chosen.set(value.name, { ...value, source });
    }
  return [...chosen.values()];
}

import { FLEET_SOURCES, type FleetSource, type Sighting } from '../../upstreams/fleet/merge-fleet.ts';

export const GROUPINGS = ['none', 'own', 'source', 'place', 'kind', 'state'] as const;
export type Grouping = (typeof GROUPINGS)[number];
export const STATES: readonly Sighting['state'][] = ['live', 'silent', 'offline', 'unknown'];

/** What the address of the Devices view holds. */
export interface DevicesAddress {
  readonly find: string;
  readonly source: FleetSource | undefined;
  readonly state: Sighting['state'] | undefined;
  readonly group: Grouping;
  readonly sel: string | undefined;
}

type Search = Readonly<Record<string, string | readonly string[] | undefined>>;
const one = (value: string | readonly string[] | undefined): string =>
  ((typeof value === 'string' ? value : value?.[0]) ?? '').slice(0, 160);

/** Reads whatever somebody pasted: what does not fit becomes the default. */
export const readDevicesAddress = (search: Search): DevicesAddress => ({
  find: one(search.find),
  source: FLEET_SOURCES.find((source) => source === one(search.source)),
  state: STATES.find((state) => state === one(search.state)),
  group: GROUPINGS.find((group) => group === one(search.group)) ?? 'none',
  sel: one(search.sel) || undefined,
});

export const writeDevicesAddress = (address: DevicesAddress): Record<string, string | undefined> => ({
  find: address.find || undefined,
  source: address.source,
  state: address.state,
  group: address.group === 'none' ? undefined : address.group,
  sel: address.sel,
});

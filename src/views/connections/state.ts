/** Column the table is sorted by. */
export const SORTS = ['trouble', 'name', 'records', 'bytes', 'age', 'latency', 'losses', 'subs'] as const;
export type SortBy = (typeof SORTS)[number];

/** Which of the tail's messages are shown. */
export const DIRECTIONS = ['in', 'out', 'state'] as const;
export type Direction = (typeof DIRECTIONS)[number];
export const OUTCOMES = ['record', 'counted', 'none'] as const;
export type MessageOutcome = (typeof OUTCOMES)[number];

/** What the address of the Connections view holds. */
export interface ConnectionsAddress {
  /** Name of a tab of the strip; the view knows which there are. */
  readonly tab: string;
  /** The row that is open. */
  readonly row: string | undefined;
  readonly find: string;
  readonly sort: SortBy;
  readonly everyLine: boolean;
  readonly drawing: boolean;
  /** `line:<id>` or a channel. */
  readonly of: string | undefined;
  readonly show: string;
  readonly search: string;
  /** Left out. */
  readonly hidden: ReadonlySet<Direction | MessageOutcome>;
}

export type Search = Readonly<Record<string, string | readonly string[] | undefined>>;

const MAX = 200;
const one = (value: string | readonly string[] | undefined): string =>
  ((typeof value === 'string' ? value : value?.[0]) ?? '').slice(0, MAX);

/** Reads whatever somebody pasted: what does not fit becomes the default. */
export function readConnectionsAddress(search: Search): ConnectionsAddress {
  const hidden = one(search.hide).split(',');
  return {
    tab: one(search.tab) || 'overview',
    row: one(search.row) || undefined,
    find: one(search.find),
    sort: SORTS.find((name) => name === one(search.sort)) ?? 'trouble',
    everyLine: one(search.lines) === 'all',
    drawing: one(search.drawing) !== 'off',
    of: one(search.of) || undefined,
    show: one(search.show),
    search: one(search.search),
    hidden: new Set([...DIRECTIONS, ...OUTCOMES].filter((name) => hidden.includes(name))),
  };
}

export function writeConnectionsAddress(address: ConnectionsAddress): Record<string, string | undefined> {
  return {
    tab: address.tab === 'overview' ? undefined : address.tab,
    row: address.row,
    find: address.find || undefined,
    sort: address.sort === 'trouble' ? undefined : address.sort,
    lines: address.everyLine ? 'all' : undefined,
    drawing: address.drawing ? undefined : 'off',
    of: address.of,
    show: address.show || undefined,
    search: address.search || undefined,
    hide: address.hidden.size === 0 ? undefined : [...address.hidden].join(','),
  };
}

/** Parts of the view, in the order of the strip. */
export const TABS = [
  'overview',
  'experiments',
  'simulations',
  'instruments',
  'signals',
  'hypotheses',
  'safety',
] as const;
export type ScientificTab = (typeof TABS)[number];

/** How much of a signal is on the screen, s. */
export const SIGNAL_SPANS_S = [2, 5, 10] as const;

/** What the address of the Scientific view holds. */
export interface ScientificAddress {
  readonly tab: ScientificTab;
  /** The thing that is looked into: the id of an experiment, a job, an instrument. */
  readonly sel: string | undefined;
  readonly find: string;
  /** Only things in this state; undefined: all. */
  readonly state: string | undefined;
  /** Whose signal: a device or a session. */
  readonly signal: string | undefined;
  readonly channel: number;
  readonly spanS: (typeof SIGNAL_SPANS_S)[number];
}

type Search = Readonly<Record<string, string | readonly string[] | undefined>>;

const MAX = 128;
const MAX_CHANNEL = 63;
const one = (value: string | readonly string[] | undefined): string =>
  ((typeof value === 'string' ? value : value?.[0]) ?? '').slice(0, MAX);

/** Reads whatever somebody pasted: what does not fit becomes the default. */
export function readScientificAddress(search: Search): ScientificAddress {
  const channel = Number(one(search.channel));
  return {
    tab: TABS.find((tab) => tab === one(search.tab)) ?? 'overview',
    sel: one(search.sel) || undefined,
    find: one(search.find),
    state: one(search.state) || undefined,
    signal: one(search.signal) || undefined,
    channel: Number.isInteger(channel) && channel >= 0 && channel <= MAX_CHANNEL ? channel : 0,
    spanS: SIGNAL_SPANS_S.find((span) => span === Number(one(search.span))) ?? 5,
  };
}

export function writeScientificAddress(address: ScientificAddress): Record<string, string | undefined> {
  return {
    tab: address.tab === 'overview' ? undefined : address.tab,
    sel: address.sel,
    find: address.find || undefined,
    state: address.state,
    signal: address.signal,
    channel: address.channel === 0 ? undefined : String(address.channel),
    span: address.spanS === 5 ? undefined : String(address.spanS),
  };
}

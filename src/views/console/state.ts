import { LINE_KINDS, type LineKind } from './console-lines.ts';

/** What the address of the Console view holds. */
export interface ConsoleAddress {
  readonly board: string | undefined;
  readonly kinds: ReadonlySet<LineKind>;
  readonly search: string;
  readonly regex: boolean;
  readonly raw: boolean;
  readonly time: 'clock' | 'delta';
}

export type Search = Readonly<Record<string, string | readonly string[] | undefined>>;

const one = (value: string | readonly string[] | undefined): string =>
  typeof value === 'string' ? value : (value?.[0] ?? '');

export function readConsoleAddress(search: Search): ConsoleAddress {
  const named = one(search.kinds).split(',');
  const kinds = LINE_KINDS.filter((kind) => named.includes(kind));
  return {
    board: one(search.board).slice(0, 64) || undefined,
    kinds: new Set(kinds.length === 0 ? LINE_KINDS : kinds),
    search: one(search.q).slice(0, 200),
    regex: one(search.regex) === '1',
    raw: one(search.raw) === '1',
    time: one(search.time) === 'delta' ? 'delta' : 'clock',
  };
}

/** Only what differs from the default stands in the address. */
export function writeConsoleAddress(address: ConsoleAddress): Record<string, string | undefined> {
  return {
    board: address.board,
    kinds:
      address.kinds.size === LINE_KINDS.length ? undefined : LINE_KINDS.filter((k) => address.kinds.has(k)).join(','),
    q: address.search === '' ? undefined : address.search,
    regex: address.regex ? '1' : undefined,
    raw: address.raw ? '1' : undefined,
    time: address.time === 'delta' ? 'delta' : undefined,
  };
}

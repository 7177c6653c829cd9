import { DEFAULT_SPAN_MS, MAX_SPAN_MS, MIN_SPAN_MS, type Viewport } from './viewport.ts';

/** One curve that was chosen. */
export interface Pick {
  readonly board: string;
  readonly series: string;
}

/** What the address of the Telemetry view holds. */
export interface TelemetryAddress {
  /** Chosen curves; undefined: none was chosen yet, the view suggests some. */
  readonly picks: readonly Pick[] | undefined;
  /** The board whose curves are suggested. */
  readonly board: string | undefined;
  readonly view: Viewport;
  readonly lockY: boolean;
}

export type Search = Readonly<Record<string, string | readonly string[] | undefined>>;

export const MAX_PICKS = 24;

const one = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.[0];

function readNumber(text: string | undefined, low: number, high: number): number | undefined {
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= low && value <= high ? value : undefined;
}

export function readTelemetryAddress(search: Search): TelemetryAddress {
  const picks = one(search.s)
    ?.split(',')
    .flatMap((text) => {
      const match = /^(~?[A-Za-z0-9._-]{1,64}):([^:,]{1,64})$/.exec(text);
      return match?.[1] !== undefined && match[2] !== undefined ? [{ board: match[1], series: match[2] }] : [];
    })
    .slice(0, MAX_PICKS);
  const spanS = readNumber(one(search.span), MIN_SPAN_MS / 1000, MAX_SPAN_MS / 1000);
  return {
    picks,
    board: one(search.board)?.slice(0, 64) || undefined,
    view: {
      spanMs: spanS === undefined ? DEFAULT_SPAN_MS : spanS * 1000,
      untilMs: readNumber(one(search.until), 0, 8.64e15),
    },
    lockY: one(search.lock) === '1',
  };
}

export function writeTelemetryAddress(address: TelemetryAddress): Record<string, string | undefined> {
  return {
    s: address.picks?.map(({ board, series }) => `${board}:${series}`).join(','),
    board: address.board,
    span: address.view.spanMs === DEFAULT_SPAN_MS ? undefined : String(address.view.spanMs / 1000),
    until: address.view.untilMs === undefined ? undefined : String(address.view.untilMs),
    lock: address.lockY ? '1' : undefined,
  };
}

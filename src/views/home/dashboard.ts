import * as v from 'valibot';

/** On the grid of 12 columns and rows of 80 px. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export type Settings = Readonly<Record<string, string>>;

export interface PlacedPanel extends Place {
  readonly id: string;
  /** Of a `PanelKind`; one that is not known (any more) is kept and told. */
  readonly kind: string;
  /** The name somebody gave it; undefined: the title of its kind. */
  readonly name?: string | undefined;
  readonly settings: Settings;
}

export interface Dashboard {
  readonly id: string;
  readonly name: string;
  readonly panels: readonly PlacedPanel[];
}

export const COLUMNS = 12;
export const MAX_ROWS = 200;
export const MAX_HEIGHT = 24;
export const MAX_DASHBOARDS = 12;
export const MAX_PANELS = 24;
export const MAX_NAME = 60;
const MAX_SETTINGS = 24;

const whole = (low: number, high: number) => v.pipe(v.number(), v.integer(), v.minValue(low), v.maxValue(high));
const ID = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9._-]{1,64}$/, 'an id of letters, digits, dots and dashes is expected'),
);
const NAME = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(MAX_NAME));
const SETTINGS = v.pipe(
  v.record(v.pipe(v.string(), v.maxLength(64)), v.pipe(v.string(), v.maxLength(2_048))),
  v.check((settings) => Object.keys(settings).length <= MAX_SETTINGS, `at most ${MAX_SETTINGS} settings are kept`),
);
const PANEL = v.pipe(
  v.object({
    id: ID,
    kind: ID,
    name: v.optional(NAME),
    x: whole(0, COLUMNS - 1),
    y: whole(0, MAX_ROWS),
    w: whole(1, COLUMNS),
    h: whole(1, MAX_HEIGHT),
    settings: SETTINGS,
  }),
  v.check(({ x, w }) => x + w <= COLUMNS, `it is wider than ${COLUMNS} columns`),
);
const isOnce = (things: readonly { readonly id: string }[]) =>
  new Set(things.map(({ id }) => id)).size === things.length;

/** What comes from a file, a link or this browser's storage is checked against this. */
export const DASHBOARD = v.object({
  id: ID,
  name: NAME,
  panels: v.pipe(
    v.array(PANEL),
    v.maxLength(MAX_PANELS),
    v.check((things) => isOnce(things), 'two panels have the same id'),
  ),
});

export const DASHBOARDS = v.pipe(
  v.array(DASHBOARD),
  v.maxLength(MAX_DASHBOARDS),
  v.check((things) => isOnce(things), 'two dashboards have the same id'),
);

export const newId = (): string => crypto.randomUUID().slice(0, 8);

/** The first place from the top that has room for this size; undefined: the dashboard is full. */
export function findRoom(panels: readonly Place[], w: number, h: number): Place | undefined {
  for (let y = 0; y <= MAX_ROWS; y++)
    for (let x = 0; x + w <= COLUMNS; x++) {
      const isTaken = panels.some((one) => one.x < x + w && x < one.x + one.w && one.y < y + h && y < one.y + one.h);
      if (!isTaken) return { x, y, w, h };
    }
  return undefined;
}

const within = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/** The nearest place a dashboard can keep: hands and pushed panels lead beyond its last row. */
export function onGrid({ x, y, w, h }: Place): Place {
  const wide = within(w, 1, COLUMNS);
  return { x: within(x, 0, COLUMNS - wide), y: within(y, 0, MAX_ROWS), w: wide, h: within(h, 1, MAX_HEIGHT) };
}

/** Moves (or, `resizing`, resizes) by a step; stays on the grid. */
export function step(place: Place, dx: number, dy: number, resizing: boolean): Place {
  const { x, y, w, h } = place;
  return resizing
    ? onGrid({ x, y, w: Math.min(w + dx, COLUMNS - x), h: h + dy })
    : onGrid({ x: x + dx, y: y + dy, w, h });
}

import type { CustomFeed, FeedMapping } from '../../../contract/upstream/custom-feed.ts';
import { leavesOf, valueAt } from '../../../upstreams/custom/field-path.ts';
import type { DirectTransport } from '../direct/direct.ts';

export const ROLES = ['none', 'key', 'time', 'value'] as const;
export type Role = (typeof ROLES)[number];

/** One field of a message, as the person sees it. */
export interface FieldRow {
  readonly path: string;
  readonly latest: string;
  readonly role: Role;
  readonly name: string;
  readonly unit: string;
}

/** What is being described, before it is kept. */
export interface FeedDraft {
  /** Of a feed that is changed; a new one gets its id from its name. */
  readonly id: string | undefined;
  readonly url: string;
  readonly transport: DirectTransport;
  readonly name: string;
  readonly kind: FeedMapping['kind'];
  readonly items: string | undefined;
  readonly key: string | undefined;
  readonly time: string | undefined;
  readonly values: FeedMapping['values'];
  readonly hello: string;
  readonly listen: string;
  readonly everyS: number;
  readonly staleS: number;
}

const DEFAULT_EVERY_S = 10;
const DEFAULT_STALE_S = 30;
const SHOWN = 60;

export const newDraft = (url: string, transport: DirectTransport): FeedDraft => ({
  id: undefined,
  url,
  transport,
  name: nameOf(url),
  kind: 'samples',
  items: undefined,
  key: undefined,
  time: undefined,
  values: [],
  hello: '',
  listen: '',
  everyS: DEFAULT_EVERY_S,
  staleS: DEFAULT_STALE_S,
});

export const draftOf = (feed: CustomFeed): FeedDraft => ({
  id: feed.id,
  url: feed.url,
  transport: feed.transport,
  name: feed.name,
  kind: feed.map.kind,
  items: feed.map.items,
  key: feed.map.key,
  time: feed.map.time,
  values: feed.map.values,
  hello: (feed.hello ?? []).join('\n'),
  listen: (feed.listen ?? []).join(', '),
  everyS: (feed.everyMs ?? DEFAULT_EVERY_S * 1_000) / 1_000,
  staleS: feed.staleMs / 1_000,
});

/** The last word of the path, else the host: `https://pi.lab/co2/stream` → `co2`. */
function nameOf(url: string): string {
  const place = new URL(url, 'http://localhost');
  const words = place.pathname
    .split('/')
    .filter((word) => word !== '' && !/^(api|stream|events|sse|ws|hub)$/i.test(word));
  return (words.at(-1) ?? place.host).slice(0, 64);
}

export function feedOf(draft: FeedDraft, taken: readonly string[]): CustomFeed {
  const { kind, items, key, time } = draft;
  const hello = draft.hello.split('\n').filter((line) => line.trim() !== '');
  const listen = draft.listen
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
  return {
    id: draft.id ?? freeId(draft.name, taken),
    name: draft.name.trim().slice(0, 64) || 'Feed',
    url: draft.url,
    transport: draft.transport,
    staleMs: Math.max(1, draft.staleS) * 1_000,
    ...(draft.transport === 'poll' && { everyMs: Math.max(1, draft.everyS) * 1_000 }),
    ...(hello.length > 0 && { hello }),
    ...(listen.length > 0 && { listen }),
    map: {
      kind,
      ...(items !== undefined && { items }),
      ...(key !== undefined && { key }),
      ...(time !== undefined && { time }),
      values: draft.values,
    },
  };
}

function freeId(name: string, taken: readonly string[]): string {
  const base =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 28) || 'feed';
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (!taken.includes(id)) return id;
  }
}

/** Every field of the newest item, with what it is taken for. */
export function fieldRows(draft: FeedDraft, message: unknown): readonly FieldRow[] {
  const list = draft.items === undefined ? message : valueAt(message, draft.items);
  const item: unknown = draft.items !== undefined && Array.isArray(list) ? list[0] : message;
  return leavesOf(item).map(([path, leaf]) => {
    const value = draft.values.find((one) => one.path === path);
    const role: Role = path === draft.key ? 'key' : path === draft.time ? 'time' : value ? 'value' : 'none';
    return {
      path,
      latest: String(leaf).slice(0, SHOWN),
      role,
      name: value?.name ?? (path || 'value'),
      unit: value?.unit ?? '',
    };
  });
}

/** The draft with one field taken for something else. There is one key and one time. */
export function withField(draft: FeedDraft, row: FieldRow): FeedDraft {
  const values = draft.values.filter(({ path }) => path !== row.path);
  return {
    ...draft,
    key: row.role === 'key' ? row.path : draft.key === row.path ? undefined : draft.key,
    time: row.role === 'time' ? row.path : draft.time === row.path ? undefined : draft.time,
    values: row.role === 'value' ? [...values, { path: row.path, name: row.name, unit: row.unit }] : values,
  };
}

/** Where lists are in a message; the message itself when it is one. */
export function listsIn(message: unknown): readonly string[] {
  if (Array.isArray(message)) return [''];
  if (typeof message !== 'object' || message === null) return [];
  return Object.entries(message).flatMap(([name, value]) =>
    Array.isArray(value) && typeof value[0] === 'object' && !name.includes('.') ? [name] : [],
  );
}

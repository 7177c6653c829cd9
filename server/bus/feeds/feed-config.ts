import * as v from 'valibot';
import { type ChannelName, channelKind, isFeedChannel, isRestrictedFeed } from '../../../src/contract/channel.ts';
import { isGlob } from './redis-glob.ts';
import { isPrivileged, withheldIn } from './withhold.ts';

/** A pattern as PSUBSCRIBE takes it, or the name of one channel. */
const patternSchema = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,256}$/, 'must be 1 to 256 visible ASCII characters'));
const pathSchema = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){0,7}$/, 'must be a path such as data.agent_id'),
);
const pathsSchema = v.union(
  [
    v.pipe(
      pathSchema,
      v.transform((path): readonly string[] => [path]),
    ),
    v.pipe(v.array(pathSchema), v.minLength(1), v.maxLength(8)),
  ],
  'must be a path such as data.agent_id, or a list of up to 8 in the order to look',
);
const toSchema = v.pipe(
  v.string(),
  v.check(
    (name: ChannelName) => isFeedChannel(name) && ['events', 'state'].includes(channelKind(name) ?? ''),
    'must be events/feed/… or state/feed/…, of A-Z a-z 0-9 . _ - in one to five words (events/feed/agents.status)',
  ),
);

const channelFeedSchema = v.strictObject({
  pattern: patternSchema,
  to: toSchema,
  /** Of a state channel: where in the record its key is. */
  key: v.optional(pathsSchema),
  /** `arrival`: do not trust the publisher's clock. Paths: where to look for the time before the wrapper. */
  time: v.optional(
    v.union([v.literal('arrival'), pathsSchema], 'must be "arrival", or paths such as data.observed_at'),
  ),
  /** Of a state channel: a key that nothing came for vanishes, ms. */
  ttlMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1_000), v.maxValue(86_400_000))),
  /** `privileged`: for operators and owners only; `to` then begins with `restricted.`. */
  access: v.optional(v.picklist(['open', 'privileged'])),
});

const streamFeedSchema = v.strictObject({
  key: v.pipe(
    patternSchema,
    v.check((key) => !isGlob(key), 'must be the name of one stream, without * ? [ ] \\'),
  ),
  to: toSchema,
  /** `snapshot`: an entry holds the whole state as an array, and replaces it. */
  how: v.picklist(['tail', 'snapshot'], 'must be "tail" or "snapshot"'),
  /** Of a tail: entries that are read at the start, newest N. */
  last: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(5_000))),
  /** Of a snapshot: where in an item its id is. */
  id: v.optional(pathsSchema),
  /** Of a snapshot: how often to look for a newer one, ms. */
  everyMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(600_000))),
});

const sourceSchema = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be a-z 0-9 - (up to 32 characters)')),
  /** `redis[s]://user:password@host:port/db`, or `$NAME` of an environment variable that holds it. */
  url: v.pipe(v.string(), v.maxLength(2_048)),
  db: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))),
  /** Of a `rediss` URL: a file with the certificate authority to trust. */
  caFile: v.optional(v.pipe(v.string(), v.minLength(1))),
  channels: v.optional(v.pipe(v.array(channelFeedSchema), v.maxLength(256)), []),
  streams: v.optional(v.pipe(v.array(streamFeedSchema), v.maxLength(64)), []),
});

export const feedsSchema = v.strictObject({ sources: v.pipe(v.array(sourceSchema), v.minLength(1), v.maxLength(16)) });

export type FeedsConfig = v.InferOutput<typeof feedsSchema>;
export type SourceConfig = FeedsConfig['sources'][number];
/** Optional fields may be left out or undefined. */
export type ChannelFeed = SourceConfig['channels'][number];
export type StreamFeed = SourceConfig['streams'][number];

export interface FeedIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What the schema cannot say: what is withheld, what is privileged, and what does not fit together. */
export function feedIssues(config: FeedsConfig): readonly FeedIssue[] {
  const snapshots = new Map<ChannelName, string>();
  const names = new Set<string>();
  const found: FeedIssue[] = [];
  const tell = (path: FeedIssue['path'], message: string) => found.push({ path, message });
  for (const [s, source] of config.sources.entries()) {
    if (names.has(source.name))
      tell(['sources', s, 'name'], `${source.name} is the name of another source: give each its own`);
    names.add(source.name);
    if (!/^rediss?:\/\/[^/]/.test(source.url) || !URL.canParse(source.url))
      tell(
        ['sources', s, 'url'],
        'must be redis://host:port, rediss:// for TLS, or $NAME of an environment variable that is set',
      );
    for (const [f, feed] of source.streams.entries()) {
      const path = ['sources', s, 'streams', f];
      for (const one of namesIssues(feed.key, 'key', feed.to)) tell([...path, one.field], one.message);
      const isState = channelKind(feed.to) === 'state';
      if (isState !== (feed.how === 'snapshot'))
        tell([...path, 'to'], `a ${feed.how} goes to ${isState ? 'events' : 'state'}/feed/…`);
      if (feed.how !== 'snapshot') continue;
      const other = snapshots.get(feed.to);
      if (other !== undefined)
        tell([...path, 'to'], `${other} replaces ${feed.to} with each snapshot: choose another channel`);
      snapshots.set(feed.to, feed.key);
    }
  }
  for (const [s, source] of config.sources.entries())
    for (const [f, feed] of source.channels.entries()) {
      const path = ['sources', s, 'channels', f];
      for (const one of namesIssues(feed.pattern, 'pattern', feed.to, feed.access))
        tell([...path, one.field], one.message);
      const isState = channelKind(feed.to) === 'state';
      if (isState && feed.key === undefined)
        tell([...path, 'key'], `${feed.to} keeps the latest by key: say where the key is (data.agent_id)`);
      if (!isState && (feed.key !== undefined || feed.ttlMs !== undefined))
        tell([...path, 'to'], 'key and ttlMs are for state/feed/… channels');
      const snapshot = snapshots.get(feed.to);
      if (snapshot !== undefined)
        tell([...path, 'to'], `${snapshot} replaces ${feed.to} with each snapshot: choose another channel`);
    }
  return found;
}

function* namesIssues(name: string, field: string, to: ChannelName, access?: 'open' | 'privileged') {
  const withheld = withheldIn(name);
  if (withheld !== undefined)
    yield {
      field,
      message: `${name} would bring out ${withheld.name} (${withheld.why}), which is never done: name other channels`,
    };
  const isForFew = isPrivileged(name);
  if (isForFew && access === 'open')
    yield { field: 'access', message: `${name} is for operators and owners only: leave access out` };
  if ((isForFew || access === 'privileged') && !isRestrictedFeed(to))
    yield { field: 'to', message: `${name} is for operators and owners only: ${restrictedName(to)} would be right` };
}

const restrictedName = (to: ChannelName): ChannelName => to.replace('/feed/', '/feed/restricted.');

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { ConfigError } from '../../config.ts';
import { defaultFeeds, parseFeeds, readFeedsConfig } from './read-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'hyphae-feeds-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const source = (more: object) => ({ sources: [{ name: 'main', url: 'redis://lab.example:6379', ...more }] });
const channel = (more: object) =>
  source({ channels: [{ pattern: 'agents:status', to: 'events/feed/agents', ...more }] });
const stream = (more: object) =>
  source({ streams: [{ key: 'mesh:packets', to: 'events/feed/mesh', how: 'tail', ...more }] });
const refusalOf = (value: unknown): string => {
  try {
    parseFeeds(value, {}, 'feeds');
    return 'accepted';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

test('nothing configured: no feeds; a URL alone: the default allow-list, on each server of several', async () => {
  expect(await readFeedsConfig({})).toBeUndefined();
  const feeds = await readFeedsConfig({ REDIS_FEEDS_URL: 'redis://a.example rediss://u:p@b.example:6380/2' });
  expect(feeds?.sources.map(({ name, url }) => [name, url])).toEqual([
    ['redis', 'redis://a.example'],
    ['redis-2', 'rediss://u:p@b.example:6380/2'],
  ]);
  expect(feeds).toEqual(defaultFeeds(['redis://a.example', 'rediss://u:p@b.example:6380/2']));
});

test.each<[string, object, RegExp]>([
  [
    'audit',
    channel({ pattern: 'audit:events' }),
    /sources\.0\.channels\.0\.pattern: audit:events would bring out audit:\* \(personal data\), which is never done/,
  ],
  ['memory by a wide pattern', channel({ pattern: 'mas:*' }), /mas:\* would bring out mas:memory:\*/],
  ['everything', channel({ pattern: '*' }), /never done/],
  ['commands to devices', channel({ pattern: 'mycorrhizae:device.MB-7.commands' }), /commands to devices/],
  ['a private stream', stream({ key: 'mas:memory:shared' }), /mas:memory:shared would bring out/],
  [
    'privileged, to everybody',
    channel({ pattern: 'security:*' }),
    /operators and owners only: events\/feed\/restricted\.agents would be right/,
  ],
  [
    'privileged, said to be open',
    channel({ pattern: 'agents:tasks', to: 'events/feed/restricted.x', access: 'open' }),
    /leave access out/,
  ],
  ['a channel that is no feed', channel({ to: 'events/agents' }), /to: must be events\/feed\/… or state\/feed\/…/],
  ['samples', channel({ to: 'samples/feed/agents' }), /to: must be events\/feed/],
  ['state without a key', channel({ to: 'state/feed/agents' }), /say where the key is \(data\.agent_id\)/],
  ['a key for events', channel({ key: 'data.id' }), /key and ttlMs are for state/],
  ['a typo', channel({ patern: 'x' }), /patern/],
  ['a pattern as stream', stream({ key: 'crep:*' }), /must be the name of one stream/],
  ['a snapshot into events', stream({ how: 'snapshot' }), /a snapshot goes to state\/feed/],
  ['no such way', stream({ how: 'follow' }), /must be "tail" or "snapshot"/],
  ['no URL', source({ url: '$FEED_URL' }), /\$NAME of an environment variable that is set/],
  [
    'a path that is none',
    channel({ to: 'state/feed/agents', key: 'data[0]' }),
    /must be a path such as data\.agent_id/,
  ],
])('refused, with what would be right: %s', (_, value, expected) => {
  expect(refusalOf(value)).toMatch(expected);
});

test('two snapshots cannot share a channel, and two sources no name', () => {
  const snapshots = ['crep:a', 'crep:b'].map((key) => ({ key, to: 'state/feed/crep', how: 'snapshot' }));
  expect(refusalOf(source({ streams: snapshots }))).toMatch(/crep:a replaces state\/feed\/crep with each snapshot/);
  const { sources } = source({});
  expect(refusalOf({ sources: [...sources, ...sources] })).toMatch(
    /sources\.1\.name: main is the name of another source/,
  );
});

test('a file: the line of what is wrong', async () => {
  const text = JSON.stringify(channel({ pattern: 'ws:hub' }), null, 2);
  const file = write('wrong.json', text);
  const line = text.split('\n').findIndex((one) => one.includes('ws:hub')) + 1;
  await expect(readFeedsConfig({ HYPHAE_FEEDS: file })).rejects.toThrow(
    `${file}:${line}: sources.0.channels.0.pattern: ws:hub`,
  );
  const broken = write('broken.json', '{\n  "sources": [\n    {,\n  ]\n}');
  await expect(readFeedsConfig({ HYPHAE_FEEDS: broken })).rejects.toThrow(`${broken}:3: not JSON`);
  await expect(readFeedsConfig({ HYPHAE_FEEDS: join(folder, 'none.json') })).rejects.toThrow('cannot be read');
});

test('a module: its named export; a URL of the environment', async () => {
  const file = write(
    'feeds.mjs',
    `export const feeds = ${JSON.stringify(channel({}))};\nfeeds.sources[0].url = '$LAB_REDIS';`,
  );
  const feeds = await readFeedsConfig({ HYPHAE_FEEDS: file, LAB_REDIS: 'redis://:pw@lab.example' });
  expect(feeds?.sources[0]?.url).toBe('redis://:pw@lab.example');
  const empty = write('empty.mjs', 'export const other = 1;');
  await expect(readFeedsConfig({ HYPHAE_FEEDS: empty })).rejects.toThrow('must have: export const feeds');
});

test('the example of the documentation is one', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/operating.md'), 'utf8');
  const example = /## Feeds from.*?```json\n(.*?)```/s.exec(text)?.[1] ?? '';
  const feeds = parseFeeds(JSON.parse(example), { MAIN_REDIS_URL: 'redis://main.example' }, 'docs', example);
  expect(feeds.sources.map(({ name }) => name)).toEqual(['main', 'lab']);
});

test.each([
  ['{"sources": [{"url": "redis://:hunter2@x"}, }]}'],
  ['{"sources": [{"url": "redis://:hunter2@x" "name": 1}]}'],
  ['hunter2'],
])('a file that is not JSON is named without what is in it, which may be a password: %s', async (text) => {
  const refused = await readFeedsConfig({ HYPHAE_FEEDS: write('broken.json', text) }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ConfigError);
  expect(inspect(refused)).toMatch(/broken\.json.*: not JSON: /);
  expect(inspect(refused)).not.toContain('hunter');
});

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { masScientificRunner } from './mas-scientific.ts';

const repo = fileURLToPath(new URL('../../../', import.meta.url));
const fixtures = join(repo, 'src/upstreams/mas-scientific/fixtures');
const shared = join(repo, '../shared/vectors/mas-scientific');

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

function folderOf(...lines: readonly object[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'vectors-'));
  made.push(folder);
  writeFileSync(join(folder, 'some.ndjson'), lines.map((line) => JSON.stringify(line)).join('\n'));
  return folder;
}

const failuresOf = (...lines: readonly object[]) =>
  [...masScientificRunner.run(folderOf(...lines))].flatMap(({ failures }) => failures);

test.each([fixtures, shared].filter((folder) => existsSync(folder)))('every vector in %s passes', (folder) => {
  expect(masScientificRunner.recognises(folder)).toBe(true);
  const reports = [...masScientificRunner.run(folder)];
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
  expect(reports.reduce((sum, { passed }) => sum + passed, 0)).toBeGreaterThanOrEqual(96);
});

const progress = (more: object = {}) => ({
  id: 'v',
  endpoint: '/ws/scientific',
  dir: 's2c',
  frame: 'text',
  json: {
    type: 'simulation.progress',
    payload: { id: 'sim-1', progress: 40, eta: '', status: 'running' },
    timestamp: '2026-08-14T09:30:00.000001',
  },
  ...more,
});

test.each([
  ['another progress', progress({ expect: { action: 'apply', progress: 41 } }), 'progress: expected 41, got [40]'],
  ['another kind', progress({ expect: { action: 'apply', entity: 'device' } }), 'entity: expected "device"'],
  ['a clamp that is none', progress({ expect: { action: 'clamp' } }), 'expected a limit'],
  ['a known state as unknown', progress({ expect: { action: 'apply_unknown' } }), 'expected an unknown state'],
  ['a good time as a bad one', progress({ expect: { action: 'apply_receive_time' } }), 'expected the time of arrival'],
  ['a record as a control word', progress({ expect: { action: 'control' } }), 'expected nothing'],
  [
    'a silence that is too short',
    {
      id: 'v',
      endpoint: '/ws/scientific/data',
      dir: 's2c',
      frame: 'silence',
      silence_ms: 9,
      expect: { action: 'degrade' },
    },
    'stale only after',
  ],
  [
    'a 429 with another wait',
    {
      id: 'v',
      endpoint: '/scientific/experiments',
      dir: 's2c',
      frame: 'response',
      status: 429,
      json: { detail: 'no' },
      headers: { 'retry-after': '7' },
      expect: { action: 'backoff', retry_after_s: 60 },
    },
    'expected to wait 60000 ms, waits 7000',
  ],
  [
    'a good answer as none',
    {
      id: 'v',
      endpoint: '/scientific/lab/instruments',
      dir: 's2c',
      frame: 'response',
      status: 200,
      json: { instruments: [] },
      expect: { action: 'degrade' },
    },
    'expected what was there to stay',
  ],
  [
    'a client that is not closed',
    { ...progress({ expect: { action: 'server_close_1000' } }), dir: 'c2s', json: { type: 'ping' } },
    'expected close 1000: answered [pong], closed not',
  ],
])('%s is a failure that says why', (_, line, reason) => {
  expect(failuresOf(line)).toMatchObject([{ reason: expect.stringContaining(reason) }]);
});

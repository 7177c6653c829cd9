import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { masTopologyRunner } from './mas-topology.ts';

const repo = fileURLToPath(new URL('../../../', import.meta.url));
const fixtures = join(repo, 'src/upstreams/mas-topology/fixtures');
const shared = join(repo, '../shared/vectors/mas-topology');

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
  [...masTopologyRunner.run(folderOf(...lines))].flatMap(({ failures }) => failures);

test.each([fixtures, shared].filter((folder) => existsSync(folder)))('every vector in %s passes', (folder) => {
  expect(masTopologyRunner.recognises(folder)).toBe(true);
  const reports = [...masTopologyRunner.run(folder)];
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
  expect(reports.reduce((sum, { passed }) => sum + passed, 0)).toBeGreaterThanOrEqual(87);
});

const heartbeat = (more: object = {}) => ({
  id: 'v',
  endpoint: '/ws/topology',
  dir: 's2c',
  frame: 'text',
  json: {
    type: 'agent_status',
    timestamp: '2026-08-14T09:30:00.000001',
    source: 'heartbeat_service',
    data: { agent_id: 'search', status: 'idle', details: {} },
  },
  ...more,
});
const from = (more: object) => ({ endpoint: '/ws/topology', dir: 's2c', ...more });

test.each([
  ['a wrong state', heartbeat({ expect: { action: 'apply', state: 'active' } }), 'state: expected "active"'],
  ['a wrong time', heartbeat({ expect: { action: 'apply', ts_utc_ms: 1 } }), 'ts_utc_ms: expected 1'],
  ['a promise that nobody knows', heartbeat({ expect: { action: 'apply', colour: 'red' } }), 'no rule for colour'],
  ['a drop that is none', heartbeat({ expect: { action: 'drop' } }), 'expected a drop'],
  ['a duplicate that is none', heartbeat({ expect: { action: 'dedupe' } }), 'expected a duplicate'],
  ['a heartbeat that is told once more', heartbeat({ expect: { action: 'apply', dedupe_on: 'x' } }), 'once more'],
  ['an action that nobody knows', heartbeat({ expect: { action: 'dance' } }), 'no rule for dance'],
  ['no expectation', heartbeat(), 'expect.action is missing'],
  ['news as an age', heartbeat({ expect: { action: 'no_render' } }), 'expected no record'],
  [
    'a silence that is too short',
    from({ id: 'v', frame: 'silence', silence_ms: 10, expect: { action: 'mark_stale' } }),
    'expected stale, got nothing',
  ],
  [
    'an end that is none',
    from({ id: 'v', frame: 'close', close: { code: 1000, reason: '' }, expect: { action: 'stop' } }),
    'not tried again',
  ],
  [
    'an answer that is no list',
    {
      ...from({ id: 'v', frame: 'response', status: 200, json: { agents: 7 }, expect: { action: 'apply' } }),
      endpoint: '/orchestrator/agents',
    },
    'expected records',
  ],
  [
    'a client that is answered',
    { ...heartbeat({ expect: { action: 'server_ignores' } }), dir: 'c2s', json: { type: 'ping' } },
    'answered [pong]',
  ],
])('%s is a failure that says why', (_, line, reason) => {
  expect(failuresOf(line)).toMatchObject([{ reason: expect.stringContaining(reason) }]);
});

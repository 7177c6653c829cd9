import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { redisRunner } from './redis.ts';

const repo = fileURLToPath(new URL('../../../', import.meta.url));
const fixtures = join(repo, 'src/upstreams/redis/fixtures');
const shared = join(repo, '../shared/vectors/redis');
const lines = readFileSync(join(fixtures, 'messages.ndjson'), 'utf8').trim().split('\n');

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

function run(texts: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'vectors-'));
  made.push(folder);
  writeFileSync(join(folder, 'messages.ndjson'), texts.join('\n'));
  return [...redisRunner.run(folder)][0];
}

test.each([fixtures, shared].filter((folder) => existsSync(folder)))('every vector in %s', (folder) => {
  const reports = [...redisRunner.run(folder)];
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
  expect(reports.reduce((sum, { passed }) => sum + passed, 0)).toBeGreaterThanOrEqual(42);
});

test.each([
  ['red-s-001', '"value": 65.2', '"value": 65.3', 'values'],
  ['red-s-001', '"source": "mycobrain",', '"source": "other",', 'source'],
  ['red-s-002', '"dupOf": "red-s-001"', '"dupOf": "red-s-003"', 'dupOf'],
  ['red-s-005', '"health": "warn"', '"health": "ok"', 'health'],
  ['red-s-011', '"status": "acknowledged"}}', '"status": "open"}}', 'status'],
  ['red-s-014', '"dupOf": "red-s-013"', '"dupOf": "red-s-012"', 'dupOf'],
  ['red-s-016', '"access": "privileged"', '"access": "all"', 'access'],
  ['red-s-021', '"outcome": "withhold"', '"outcome": "deliver"', 'outcome'],
  ['red-s-028', '"dropped": ["latitude", "longitude"]', '"dropped": []', 'dropped'],
  ['red-s-029', '"flags": ["channel_mismatch"]', '"flags": ["other"]', 'flags'],
  ['red-s-032', '"at": "entry-id"', '"at": "arrival"', 'at'],
  ['red-s-035', '"removed": ["ac-a12345"]', '"removed": []', 'removed'],
  ['red-s-036', '"dangling": ["n2"]', '"dangling": ["n3"]', 'dangling'],
  ['red-s-042', '"outcome": "reconnect"', '"outcome": "reject"', 'outcome'],
])('%s with another expectation is a failure', (id, from, to, key) => {
  const bent = lines.map((line) => {
    const at = line.lastIndexOf(from);
    return line.includes(`"id": "${id}"`) && at > 0 ? line.slice(0, at) + to + line.slice(at + from.length) : line;
  });
  expect(bent).not.toEqual(lines);
  expect(run(bent)?.failures).toEqual([{ name: id, reason: expect.stringContaining(`: ${key}`) }]);
});

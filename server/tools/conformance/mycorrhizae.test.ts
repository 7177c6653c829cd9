import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { mycorrhizaeRunner } from './mycorrhizae.ts';
import { FedStream, piecesOf } from './mycorrhizae-feeding.ts';
import type { VectorLine } from './ndjson-file.ts';

const repo = fileURLToPath(new URL('../../../', import.meta.url));
const fixtures = join(repo, 'src/upstreams/mycorrhizae/fixtures');
const shared = join(repo, '../shared/vectors/mycorrhizae');
const lines = readFileSync(join(fixtures, 'messages.ndjson'), 'utf8').trim().split('\n');

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

function run(texts: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'vectors-'));
  made.push(folder);
  writeFileSync(join(folder, 'messages.ndjson'), texts.join('\n'));
  return [...mycorrhizaeRunner.run(folder)][0];
}

test.each([fixtures, shared].filter((folder) => existsSync(folder)))('every vector in %s, in every cut', (folder) => {
  const reports = [...mycorrhizaeRunner.run(folder)];
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
  expect(reports.reduce((sum, { passed }) => sum + passed, 0)).toBeGreaterThanOrEqual(47);
});

test.each([
  ['myc-s-004', '"value": 602', '"value": 603', 'values'],
  ['myc-s-004', '"unit": "uS/cm"', '"unit": "ohm"', 'values'],
  ['myc-s-005', '"dupOf": "myc-s-004"', '"dupOf": "myc-s-006"', 'dupOf'],
  ['myc-s-008', '"trust": "untrusted"', '"trust": "verified"', 'trust'],
  ['myc-s-010', '"dropped": ["bioelectric[1]"]', '"dropped": []', 'dropped'],
  ['myc-s-010', '"atMs": 1788337002000', '"atMs": 1788337001500', 'atMs'],
  ['myc-s-011', '"flags": ["simulated"]', '"flags": ["replayed"]', 'flags'],
  ['myc-s-017', '"outcome": "expired"', '"outcome": "deliver"', 'outcome'],
  ['myc-s-031', '"outcome": "retry"', '"outcome": "fatal"', 'outcome'],
  ['myc-s-036', '"messageId": "5b', '"messageId": "6b', 'messageId'],
  ['myc-s-043', '"invalid-pattern"', '"match"', 'outcome'],
])('%s with another expectation is a failure', (id, from, to, key) => {
  const bent = lines.map((line) => (line.includes(`"id": "${id}"`) ? line.replace(from, to) : line));
  expect(bent).not.toEqual(lines);
  expect(run(bent)?.failures).toEqual([{ name: id, reason: expect.stringContaining(`: ${key}`) }]);
});

test('all events of the stream in one piece are the events of the pieces', () => {
  const stream = lines
    .map((line) => JSON.parse(line) as VectorLine)
    .filter(({ via, expect: wanted }) => via === 'sse' && (wanted as { outcome: string }).outcome !== 'discard');
  const whole = { name: 'whole', cut: (bytes: Uint8Array) => [bytes] };
  const one = new FedStream(whole).feed([Buffer.concat(stream.flatMap((line) => piecesOf(line)))]);
  const each = new FedStream(whole);
  expect(one.events).toEqual(stream.flatMap((line) => each.feed(piecesOf(line)).events));
  expect(one.events.length).toBeGreaterThan(20);
});

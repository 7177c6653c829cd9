import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { crepRunner } from './crep.ts';

const repo = fileURLToPath(new URL('../../../', import.meta.url));
const folders = [join(repo, 'src/upstreams/crep/fixtures'), join(repo, '../shared/vectors/crep')].filter((folder) =>
  existsSync(folder),
);

test.each(folders)('every vector in %s passes', (folder) => {
  expect(crepRunner.recognises(folder)).toBe(true);
  const reports = [...crepRunner.run(folder)];
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
  expect(reports.reduce((sum, { passed }) => sum + passed, 0)).toBeGreaterThanOrEqual(129);
});

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/** What the runner says of one line, changed. */
function failureOf(file: string, id: string, change: (line: Record<string, unknown>) => void): string | undefined {
  const text = readFileSync(join(folders[0] ?? '', file), 'utf8')
    .split('\n')
    .find((line) => line.includes(`"id":"${id}"`));
  const line = JSON.parse(text ?? '{}') as Record<string, unknown>;
  change(line);
  const folder = mkdtempSync(join(tmpdir(), 'vectors-'));
  made.push(folder);
  writeFileSync(join(folder, file), JSON.stringify(line));
  const [report] = [...crepRunner.run(folder)];
  return report?.failures[0]?.reason;
}

const expectOf = (line: Record<string, unknown>) => line.expect as Record<string, unknown>;
const firstEntity = (line: Record<string, unknown>) => (expectOf(line).entities as Record<string, unknown>[])[0] ?? {};

test.each<[string, string, string, (line: Record<string, unknown>) => void, string]>([
  [
    'another speed',
    'rest.ndjson',
    'crepR-001',
    (line) => {
      firstEntity(line).speed_mps = 212;
    },
    'speed_mps: expected 212',
  ],
  [
    'a promise that nothing checks',
    'rest.ndjson',
    'crepR-001',
    (line) => {
      firstEntity(line).colour = 'red';
    },
    'colour: nothing checks',
  ],
  [
    'an entity that is not there',
    'rest.ndjson',
    'crepR-001',
    (line) => {
      firstEntity(line).key = 'aircraft:ffffff';
    },
    'not in the store',
  ],
  [
    'another action',
    'rest.ndjson',
    'crepR-004',
    (line) => {
      expectOf(line).action = 'apply';
    },
    'action: expected apply',
  ],
  [
    'a missing flag',
    'rest.ndjson',
    'crepR-001',
    (line) => {
      firstEntity(line).flags = ['emergency'];
    },
    'flags',
  ],
  [
    'a picture that was cleared',
    'sequence.ndjson',
    'crepQ-001',
    (line) => {
      expectOf(line).after = { count: 3 };
    },
    'after: count',
  ],
  [
    'another age',
    'sequence.ndjson',
    'crepQ-001',
    (line) => {
      expectOf(line).after = { stale: ['aircraft:b00001'] };
    },
    'is fresh',
  ],
  [
    'another place on the globe',
    'geo.ndjson',
    'crepB-020',
    (line) => {
      expectOf(line).lonlat = [9, 50];
    },
    'expected',
  ],
  [
    'another orbit',
    'sgp4.ndjson',
    'crepG-002',
    (line) => {
      line.omm = { ...(line.omm as object), MEAN_MOTION: 15 };
    },
    'at 1795176000000',
  ],
  [
    'an address that is shown',
    'streams.ndjson',
    'crepS-011',
    (line) => {
      expectOf(line).do_not_show = ['type'];
    },
    'do_not_show',
  ],
])('%s is a failure that says why', (_, file, id, change, reason) => {
  expect(failureOf(file, id, change)).toContain(reason);
});

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { natureosRunner } from './natureos.ts';

const repo = fileURLToPath(new URL('../../../', import.meta.url));
const fixtures = join(repo, 'src/upstreams/natureos/fixtures');
const shared = join(repo, '../shared/vectors/natureos');

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

function run(...lines: readonly object[]) {
  const folder = mkdtempSync(join(tmpdir(), 'vectors-'));
  made.push(folder);
  writeFileSync(join(folder, 'a.ndjson'), lines.map((line) => JSON.stringify(line)).join('\n'));
  const [report] = [...natureosRunner.run(folder)];
  return report;
}

const folders = [fixtures, shared].filter((folder) => existsSync(folder));
if (!folders.includes(shared))
  process.stderr.write('no shared NatureOS vectors beside the repository: its own copy only\n');

test.each(folders)('every vector in %s comes to what it promises, in every cut', (folder) => {
  const reports = [...natureosRunner.run(folder)];
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
  expect(reports.reduce((sum, { passed }) => sum + passed, 0)).toBeGreaterThanOrEqual(52);
});

const END = '\u001e';
const hub = (target: string, argument: unknown): string =>
  JSON.stringify({ type: 1, target, arguments: [argument] }) + END;
const update = (fields: object): string =>
  hub('DeviceUpdate', { deviceId: 'a', timestamp: '2026-09-02T08:00:00Z', ...fields });
const bytes = (text: string, from = 0, to?: number): string => Buffer.from(text).subarray(from, to).toString('base64');

test('a record cut inside a character, over several frames of bytes', () => {
  const wire = update({ data: { temperature: 21, notes: 'pr\u00e8s' } });
  const cut = Buffer.from(wire).indexOf(0xc3) + 1;
  const report = run(
    { id: 'b1', via: 'hub-bytes', wireB64: bytes(wire, 0, cut), expect: { outcome: 'buffer' } },
    {
      id: 'b2',
      via: 'hub-bytes',
      wireB64: bytes(wire, cut),
      expect: { outcome: 'deliver', entity: 'a', values: [{ name: 'temperature', value: 21, unit: 'degC' }] },
    },
    { id: 'b3', via: 'hub-bytes', wireB64: bytes(wire, 0, 20), expect: { outcome: 'discard' } },
    {
      id: 'b4',
      via: 'hub-bytes',
      wireB64: bytes(`{}${END}${END}{"type":6}${END}`),
      expect: { outcome: 'control', state: 'ready', records: 2, emptyRecords: 1, thenRecords: 1 },
    },
  );
  expect(report?.failures).toEqual([]);
});

test.each([
  [
    'another value',
    update({ data: { temperature: 21 } }),
    { outcome: 'deliver', values: [{ name: 'temperature', value: 22, unit: 'degC' }] },
    'values',
  ],
  [
    'another unit',
    update({ data: { temperature: 21 } }),
    { outcome: 'deliver', values: [{ name: 'temperature', value: 21, unit: 'K' }] },
    'values',
  ],
  ['another outcome', update({ data: {} }), { outcome: 'reject' }, 'outcome'],
  ['another time', update({ data: {} }), { outcome: 'deliver', atMs: 1 }, 'atMs'],
  ['a flag that is not there', update({ data: {} }), { outcome: 'deliver', flags: ['synthetic'] }, 'flags'],
  [
    'a field that is dropped silently',
    update({ data: { temperature: [] } }),
    { outcome: 'partial', dropped: ['humidity'] },
    'dropped',
  ],
  ['a reason of another kind', hub('DeviceUpdate', 'x'), { outcome: 'reject', reason: 'bad_json' }, 'reason'],
  [
    'words that leak',
    hub('MessageReceived', { from: 'x', message: 'hello' }),
    { outcome: 'deliver', private: ['message'] },
    'must not go on',
  ],
])('%s is a failure that says why', (_, wire, expected, why) => {
  const report = run({ id: 'f', via: 'hub', wire, expect: expected });
  expect(report).toMatchObject({ passed: 0, failures: [{ reason: expect.stringContaining(why) }] });
});

test('what we say to the hub is looked at, too', () => {
  const said = (id: string, wire: string, expected: object) => ({ id, via: 'hub', dir: 'c2s', wire, expect: expected });
  const join = { type: 1, target: 'JoinDashboardGroup', arguments: [], invocationId: '0' };
  const report = run(
    said('c1', `{"protocol":"json","version":1}${END}`, { outcome: 'control' }),
    said('c2', `{"protocol":"messagepack","version":1}${END}`, { outcome: 'fatal' }),
    said('c3', JSON.stringify(join) + END, { outcome: 'control', invocationId: '0' }),
    said('c4', JSON.stringify({ ...join, arguments: ['x'.repeat(33_000)] }) + END, { outcome: 'reconnect' }),
  );
  expect(report?.failures).toEqual([]);
});

test('a repeat must be of what the vector says it is of', () => {
  const wire = update({ data: { temperature: 21 } });
  const report = run(
    { id: 'd1', via: 'hub', wire, expect: { outcome: 'deliver' } },
    { id: 'd2', via: 'hub', wire, expect: { outcome: 'dedupe', dupOf: 'd1' } },
    { id: 'd3', via: 'hub', wire, expect: { outcome: 'dedupe', dupOf: 'd0' } },
  );
  expect(report).toMatchObject({ passed: 2, failures: [{ name: 'd3' }] });
});

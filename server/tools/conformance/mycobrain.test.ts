import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { firstDifference } from './first-difference.ts';
import { mycobrainRunner } from './mycobrain.ts';

const repo = fileURLToPath(new URL('../../../', import.meta.url));
const fixtures = join(repo, 'src/boards/mycobrain/fixtures');
const shared = join(repo, '../shared/vectors/mycobrain');

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'vectors-'));
  made.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

// The repository's own vectors are always there; where the shared ones lie beside it, they are checked too.
const folders = [fixtures, shared].filter((folder) => existsSync(folder));
if (!folders.includes(shared))
  process.stderr.write('no shared board vectors beside the repository: its own copy only\n');

test.each(folders)('every vector in %s passes, in every cut', (folder) => {
  const reports = [...mycobrainRunner.run(folder)];
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
  expect(reports.reduce((sum, { passed }) => sum + passed, 0)).toBeGreaterThanOrEqual(444);
});

const vector = (fields: object) => JSON.stringify([{ name: 'v', direction: 'board_to_host', ...fields }]);
const text = (words: string) => ({ items: [{ kind: 'text', text: words }], pending_bytes: 0 });

test.each([
  ['not JSON', { 'a.json': '{' }, 'cannot be checked'],
  ['no decoded part', { 'a.json': vector({ bytes_hex: '00' }) }, 'decoded is missing'],
  ['no hex', { 'a.json': vector({ bytes_hex: 'zz', decoded: text('a') }) }, 'not hex digits'],
  ['a vector that is a number', { 'a.json': '[7]' }, 'the vector is missing'],
  ['a stream without bytes', { 'stream_a.json': '{"items":[]}' }, 'there is no stream_a.bin'],
  ['a file that is nothing of ours', { 'a.json': '7' }, 'neither an array'],
  [
    'another item',
    { 'a.json': vector({ bytes_hex: '610a', decoded: text('b') }) },
    'items.0.text: expected "b", got "a"',
  ],
  ['a missing item', { 'a.json': vector({ bytes_hex: '', decoded: text('b') }) }, 'items.0: expected'],
  [
    'other bytes left',
    { 'a.json': vector({ bytes_hex: '61', decoded: { items: [], pending_bytes: 2 } }) },
    'pending_bytes: expected 2, got 1',
  ],
  [
    'another dialect',
    {
      'a.json': vector({
        bytes_hex: '610a',
        decoded: { ...text('a'), detect: { dialect: 'cli-text', stage: 'passive', host_sent: [] } },
      }),
    },
    'detected: dialect: expected "cli-text", got nothing',
  ],
  [
    'another reply',
    {
      'a.json': vector({
        bytes_hex: '610a',
        decoded: { ...text('a'), device: { reply_hex: '620a', reply_items: [] } },
      }),
    },
    "the board's reply: reply_items.0",
  ],
])('%s is a failure that says why', (_, files, reason) => {
  const [report] = mycobrainRunner.run(folderOf(files));
  expect(report).toMatchObject({ passed: 0, failures: [{ reason: expect.stringContaining(reason) }] });
});

test('recognises its vectors in a folder of any name', () => {
  expect(mycobrainRunner.recognises(folderOf({ 'a.json': vector({ bytes_hex: '' }) }))).toBe(true);
  expect(mycobrainRunner.recognises(folderOf({ 'a.json': '[{"kind":"feed"}]', 'b.ndjson': '{}' }))).toBe(false);
});

test('compares as JSON: key order and the sign of zero do not matter, absent is not null', () => {
  expect(firstDifference({ a: 1, b: [0] }, { b: [-0], a: 1, c: undefined })).toBeUndefined();
  expect(firstDifference({ a: null }, {})).toBe('a: expected null, got nothing');
  expect(firstDifference([1, 2], [1])).toBe('1: expected 2, got nothing');
  expect(firstDifference({ __proto__: null, x: {} }, { x: [] })).toBe('x: expected {}, got []');
});

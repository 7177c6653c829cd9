import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { masVoiceRunner } from './mas-voice.ts';

const repo = fileURLToPath(new URL('../../../', import.meta.url));
const fixtures = join(repo, 'src/upstreams/mas-voice/fixtures');
const shared = join(repo, '../shared/vectors/mas-voice');

test.each([fixtures, shared].filter((folder) => existsSync(folder)))('every vector in %s passes', (folder) => {
  expect(masVoiceRunner.recognises(folder)).toBe(true);
  const reports = [...masVoiceRunner.run(folder)];
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
  expect(reports.reduce((sum, { passed }) => sum + passed, 0)).toBeGreaterThanOrEqual(121);
});

test('another outcome than promised is a failure that says so', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vectors-'));
  const line = {
    id: 'voxA-1',
    t_ms: 0,
    endpoint: '/ws/crep/commands',
    transport: 'ws',
    dir: 's2c',
    frame: 'text',
    json: { type: 'pong' },
  };
  const lines = [{ action: 'control' }, { action: 'apply' }, { action: 'control', device_id: 'a' }, {}];
  writeFileSync(
    join(folder, 'a.ndjson'),
    lines.map((expected) => JSON.stringify({ ...line, expect: expected })).join('\n'),
  );
  const [report] = [...masVoiceRunner.run(folder)];
  rmSync(folder, { recursive: true });
  expect(report).toMatchObject({ passed: 2 });
  expect(report?.failures.map(({ reason }) => reason)).toEqual([
    'action: value: expected "apply", got "control"',
    'device_id: value: expected "a", got nothing',
  ]);
});

import { existsSync } from 'node:fs';
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

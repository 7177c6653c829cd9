import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { masDevicesRunner } from './mas-devices.ts';

const repo = fileURLToPath(new URL('../../../', import.meta.url));
const fixtures = join(repo, 'src/upstreams/mas-devices/fixtures');
const shared = join(repo, '../shared/vectors/mas-devices');

test.each([fixtures, shared].filter((folder) => existsSync(folder)))('every vector in %s passes', (folder) => {
  expect(masDevicesRunner.recognises(folder)).toBe(true);
  const reports = [...masDevicesRunner.run(folder)];
  expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
  expect(reports.reduce((sum, { passed }) => sum + passed, 0)).toBeGreaterThanOrEqual(64);
});

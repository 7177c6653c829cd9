import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
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

import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONTRACT_VERSION } from './version.ts';

/** The contract as text without comments and white space: what a peer of another build would disagree about. */
function contractHash(): string {
  const folder = import.meta.dirname;
  const files = globSync('**/*.ts', { cwd: folder }).filter(
    (file) => !file.endsWith('.test.ts') && file !== 'version.ts',
  );
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    const text = readFileSync(join(folder, file), 'utf8')
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/^\s*\/\/.*$/gm, '')
      .replace(/\s+/g, '');
    hash.update(`${file}\n${text}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

test('the contract changes only together with its pinned hash, and its version when a peer would misunderstand', () => {
  // Changed on purpose? Added optional fields: put the new hash here. Anything else: raise CONTRACT_VERSION, write its line
  // of history, and put both here.
  expect({ version: CONTRACT_VERSION, hash: contractHash() }).toEqual({ version: 1, hash: '070aa41d24c7d788' });
});

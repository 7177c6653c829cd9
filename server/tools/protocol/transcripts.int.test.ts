import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordTranscripts } from './transcripts.ts';

test('the conversations in docs/protocol.md are those that a server has', async () => {
  const kept: unknown = JSON.parse(readFileSync(join(import.meta.dirname, 'transcripts.json'), 'utf8'));
  expect(await recordTranscripts(), 'docs/protocol.md is stale: run `npm run protocol`').toEqual(kept);
});

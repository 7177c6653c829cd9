import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { type HyphaeServer, startServer } from './hyphae-server.ts';
import { checkTilesFile } from './tiles.ts';

const folder = mkdtempSync(join(tmpdir(), 'hyphae-tiles-'));
const file = join(folder, 'area.pmtiles');
const bytes = Buffer.concat([
  Buffer.from('PMTiles\u0003', 'latin1'),
  Buffer.from(Array.from({ length: 992 }, (_, at) => at & 255)),
]);

let server: HyphaeServer;
let url: string;
beforeAll(async () => {
  writeFileSync(file, bytes);
  server = await startServer(readConfig({ PORT: '0', HYPHAE_TILES: file, HYPHAE_LOG: 'silent' }, undefined));
  url = `http://localhost:${server.port}/api/tiles`;
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const ask = (range?: string) => fetch(url, range === undefined ? {} : { headers: { Range: range } });

test('the file comes in the parts that are asked for, and says how long it is', async () => {
  const answer = await ask('bytes=5-12');
  expect(answer.status).toBe(206);
  expect(answer.headers.get('content-range')).toBe('bytes 5-12/1000');
  expect(answer.headers.get('etag')).toMatch(/^".+"$/);
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes.subarray(5, 13));
  const rest = await ask('bytes=990-99999');
  expect(rest.headers.get('content-range')).toBe('bytes 990-999/1000');
});

test.for([undefined, 'bytes=', 'bytes=a-b', 'bytes=1-2,5-6', 'bytes=-5', `bytes=${'9'.repeat(40)}-`])(
  'without a range that can be read nothing is sent: %s',
  async (range) => {
    expect((await ask(range)).status).toBe(400);
  },
);

test('behind the end is said to be there', async () => {
  const answer = await ask('bytes=1000-1010');
  expect(answer.status).toBe(416);
  expect(answer.headers.get('content-range')).toBe('bytes */1000');
});

test('a file that is none, or not there, is refused at the start, with its name', () => {
  const other = join(folder, 'other.pmtiles');
  writeFileSync(other, 'GIF89a..');
  expect(() => checkTilesFile(other)).toThrow(/other\.pmtiles is no PMTiles archive/);
  expect(() => checkTilesFile(join(folder, 'absent'))).toThrow(/absent cannot be read/);
});

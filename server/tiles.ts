import { closeSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Answer, type Route, refusal, route } from './api/route.ts';
import { ConfigError } from './config-error.ts';

/** Where the map asks for an operator's tiles. */
export const TILES_PATH = '/api/tiles';

const MAGIC = 'PMTiles';
const VERSION = 3;
/** Of one answer; a directory or a tile is far below it. Whoever asks for more gets the beginning. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Throws a `ConfigError` unless this is a PMTiles archive, version 3. */
export function checkTilesFile(file: string): void {
  const head = Buffer.alloc(8);
  try {
    const descriptor = openSync(file, 'r');
    try {
      readSync(descriptor, head, 0, 8, 0);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw new ConfigError(`HYPHAE_TILES=${file} cannot be read: ${cause instanceof Error ? cause.message : cause}`);
  }
  if (head.toString('latin1', 0, 7) !== MAGIC || head[7] !== VERSION)
    throw new ConfigError(`HYPHAE_TILES=${file} is no PMTiles archive of version ${VERSION}.`);
}

/** One `.pmtiles` file in pieces, as its readers ask for it. Without a file: 204. */
export function tilesRoute(file: string | undefined): Route {
  return route({
    method: 'GET',
    path: TILES_PATH,
    summary: 'Map tiles of the operator',
    about: 'Bytes of the file that HYPHAE_TILES names, by Range requests; at most 4 MiB at once.',
    answers: {
      204: 'There is no such file',
      206: 'The bytes',
      400: 'Without a range, or one that cannot be read',
      416: 'Behind the end',
      503: 'The file cannot be read now',
    },
    handle: ({ request }) =>
      file === undefined ? { status: 204, body: null } : readRange(file, request.headers.range),
  });
}

async function readRange(file: string, range: string | undefined): Promise<Answer> {
  const asked = /^bytes=(\d{1,15})-(\d{1,15})?$/.exec(range ?? '');
  if (asked === null) return refusal(400, 'bad-request', 'ask for a part: Range: bytes=0-16383');
  const from = Number(asked[1]);
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch {
    return refusal(503, 'server-error', 'the file of HYPHAE_TILES cannot be read now');
  }
  try {
    const { size, mtimeMs } = await handle.stat();
    const to = Math.min(Number(asked[2] ?? size), size - 1, from + MOST_BYTES - 1);
    if (from >= size || to < from)
      return {
        ...refusal(416, 'bad-request', `the file has ${size} bytes`),
        headers: { 'Content-Range': `bytes */${size}` },
      };
    const body = Buffer.alloc(to - from + 1);
    const { bytesRead } = await handle.read(body, 0, body.length, from);
    return {
      status: 206,
      body: body.subarray(0, bytesRead),
      headers: {
        'Content-Type': 'application/octet-stream',
        'Content-Range': `bytes ${from}-${from + bytesRead - 1}/${size}`,
        'Accept-Ranges': 'bytes',
        // Another file under the same name is noticed in the middle of reading.
        ETag: `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`,
        'Cache-Control': 'private, max-age=3600',
      },
    };
  } finally {
    await handle.close();
  }
}

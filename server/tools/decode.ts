// npm run --silent decode -- [--offsets] FILE | -
// Prints a capture of a board's serial bytes as one JSON item per line. Counts go to stderr. Exit 2 when there is nothing to read.
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createDemux } from '../../src/boards/mycobrain/demux.ts';

const args = process.argv.slice(2);
const withOffsets = args.includes('--offsets');
const [file, ...others] = args.filter((arg) => arg !== '--offsets');
if (file === undefined || others.length > 0 || (file.startsWith('-') && file !== '-')) {
  fail('give one file of captured bytes, or - for standard input', true);
}

const counts = new Map<string, number>();
let items = 0;

/** Items of each chunk as lines; the pipeline waits for a slow reader. */
async function* toLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let lines = '';
  const demux = createDemux((item, from, to) => {
    items++;
    const kind = item.kind === 'error' ? item.error : item.kind;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    lines += `${JSON.stringify(withOffsets ? { from, to, ...item } : item)}\n`;
  });
  for await (const chunk of chunks) {
    demux.feed(chunk);
    if (lines === '') continue;
    yield lines;
    lines = '';
  }
  const kinds = [...counts].map(([kind, count]) => `${kind} ${count}`).join(', ');
  process.stderr.write(
    `${demux.consumed} bytes, ${items} items${kinds && ` (${kinds})`}, ${demux.pendingBytes} bytes of an unfinished item\n`,
  );
}

try {
  await pipeline(file === '-' ? process.stdin : createReadStream(file), toLines, process.stdout, { end: false });
} catch (cause) {
  const code = (cause as NodeJS.ErrnoException).code;
  // The reader of our output went away (`| head`): there is nobody left to tell.
  if (code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE') process.exit(0);
  if (code === 'ENOENT') fail(`there is no file "${file}"`, false);
  fail(`cannot read "${file}": ${cause instanceof Error ? cause.message : String(cause)}`, false);
}

function fail(problem: string, showUsage: boolean): never {
  const usage = showUsage ? '\nusage: npm run --silent decode -- [--offsets] FILE' : '';
  process.stderr.write(`decode: ${problem}${usage}\n`);
  process.exit(2);
}

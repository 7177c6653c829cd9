// The demultiplexer beside a plain reader and a plain copy of the same bytes, in the same run.
import { readFileSync } from 'node:fs';
import type { BenchRow } from '../../../.ci/bench-row.ts';
import { createDemux } from '../../boards/mycobrain/demux.ts';

const STREAM = new URL('../../boards/mycobrain/fixtures/stream_shared_60s.bin', import.meta.url);
const REPEATS = 200;
const RUNS = 7;

/** Bytes and items per second of CPU time: other programs on the machine do not count. */
interface Rate {
  readonly bytesPerS: number;
  readonly itemsPerS: number;
}

export async function bench(): Promise<BenchRow[]> {
  const stream = new Uint8Array(readFileSync(STREAM));
  const ours = medianRate(stream, readDemux);
  const plain = medianRate(stream, readPlainly);
  const copied = medianRate(stream, copy);
  return [
    {
      name: 'decode the 60 s stream',
      value: ours.bytesPerS / 1e6,
      unit: 'MB/s',
      baseline: plain.bytesPerS / 1e6,
      baselineName: 'split on newline, JSON.parse',
      budget: 20,
      higherIsBetter: true,
    },
    {
      name: 'items of the 60 s stream',
      value: ours.itemsPerS / 1e3,
      unit: 'k items/s',
      baseline: plain.itemsPerS / 1e3,
      baselineName: 'split on newline, JSON.parse',
      budget: 200,
      higherIsBetter: true,
    },
    { name: 'copy the same bytes (memcpy)', value: copied.bytesPerS / 1e6, unit: 'MB/s', higherIsBetter: true },
    {
      name: 'eight boards at 50 kB/s',
      value: eightBoardsPercent(stream),
      unit: '% of a core',
      budget: 2,
      higherIsBetter: false,
    },
  ];
}

function medianRate(stream: Uint8Array, read: (stream: Uint8Array) => number): Rate {
  read(stream);
  const rates = Array.from({ length: RUNS }, () => {
    let items = 0;
    const seconds = cpuSeconds(() => {
      for (let i = 0; i < REPEATS; i++) items += read(stream);
    });
    return { bytesPerS: (stream.length * REPEATS) / seconds, itemsPerS: items / seconds };
  });
  return {
    bytesPerS: median(rates.map((rate) => rate.bytesPerS)),
    itemsPerS: median(rates.map((rate) => rate.itemsPerS)),
  };
}

function readDemux(stream: Uint8Array): number {
  let items = 0;
  const demux = createDemux(() => {
    items++;
  });
  demux.feed(stream);
  return items;
}

/** What most would write: lines only; no frames, no repair, no shapes. */
function readPlainly(stream: Uint8Array): number {
  let items = 0;
  for (const line of new TextDecoder().decode(stream).split('\n')) {
    try {
      JSON.parse(line);
    } catch {
      // Not JSON: a plain reader takes it for text.
    }
    items++;
  }
  return items;
}

function copy(stream: Uint8Array): number {
  return stream.slice().length > 0 ? 1 : 0;
}

/** Ten seconds of eight ports, each in the 64-byte packets of USB. */
function eightBoardsPercent(stream: Uint8Array): number {
  const seconds = 10;
  const bytesPerBoard = 50_000 * seconds;
  const percents = Array.from({ length: RUNS }, () => {
    const boards = Array.from({ length: 8 }, () => createDemux(() => undefined));
    const used = cpuSeconds(() => {
      for (let fed = 0; fed < bytesPerBoard; fed += 64) {
        const at = fed % (stream.length - 64);
        const packet = stream.subarray(at, at + 64);
        for (const board of boards) board.feed(packet);
      }
    });
    return (100 * used) / seconds;
  });
  return median(percents);
}

function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

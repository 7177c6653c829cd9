// Eight whole board sessions beside their demultiplexers alone, over the same bytes, in the same run.
import { readFileSync } from 'node:fs';
import type { BenchRow } from '../../../.ci/bench-row.ts';
import type { BoardItem } from '../../contract/board-item.ts';
import { EMPTY_IDENTITY } from '../../contract/board-status.ts';
import { fromHex } from '../../decode/hex.ts';
import { encodeMdpFrame, MDP_ADDRESS, MDP_TYPE } from '../../decode/mdp-frame.ts';
import type { SessionHost } from '../board.ts';
import { createDemux } from '../mycobrain/demux.ts';
import { openSession } from '../mycobrain/session/session.ts';

const BOARDS = 8;
const BYTES_PER_S = 50_000;
/** What one USB packet carries. */
const PACKET_BYTES = 64;
const SECONDS = 4;
const RUNS = 7;

export async function bench(): Promise<BenchRow[]> {
  const stream = telemetryStream();
  const sessions: number[] = [];
  const demuxes: number[] = [];
  // In turn, so that a machine that slows down slows both.
  for (let run = 0; run <= RUNS; run++) {
    demuxes.push(percentOfCore(stream, openDemux));
    sessions.push(percentOfCore(stream, openBoard));
  }
  // The first of each warmed up.
  const session = median(sessions.slice(1));
  const demux = median(demuxes.slice(1));
  return [
    {
      name: 'eight board sessions at 50 kB/s',
      value: session,
      unit: '% of a core',
      baseline: demux,
      baselineName: 'their demultiplexers alone',
      budget: 2,
      higherIsBetter: false,
    },
  ];
}

/** Takes one packet that arrives at `ms`. */
type Feed = (packet: Uint8Array, ms: number) => void;

const openDemux = (): Feed => {
  const demux = createDemux(() => undefined);
  return (packet) => demux.feed(packet);
};

/** A board known as Side A whose holder listens to everything and does nothing with it. */
function openBoard(): Feed {
  let nowMs = 0;
  const timers = new Set<{ readonly due: number; readonly callback: () => void }>();
  let nextDue = Number.POSITIVE_INFINITY;
  const nothing = () => undefined;
  const host: SessionHost = {
    write: async () => undefined,
    now: () => ({ monoMs: nowMs, epochMs: 1_700_000_000_000 + nowMs }),
    schedule(ms, callback) {
      const timer = { due: nowMs + ms, callback };
      timers.add(timer);
      nextDue = Math.min(nextDue, timer.due);
      return () => void timers.delete(timer);
    },
    onSamples: nothing,
    onConsole: nothing,
    onIdentity: nothing,
    onPhase: nothing,
    onHealth: nothing,
    onCommand: nothing,
  };
  const known = { ...EMPTY_IDENTITY, dialect: 'mdp1-json' as const, firmware: 'side-a-mdp-2.1.0', side: 'A' as const };
  const session = openSession(host, { known, simulated: false });
  function fireTimers(): void {
    for (const timer of [...timers]) {
      if (timer.due <= nowMs && timers.delete(timer)) timer.callback();
    }
    nextDue = Math.min(...[...timers].map((timer) => timer.due));
  }
  return (packet, ms) => {
    nowMs = ms;
    if (ms >= nextDue) fireTimers();
    session.feed(packet);
  };
}

/** CPU time of all boards together over the time their bytes would take to arrive. */
function percentOfCore(stream: Uint8Array, open: () => Feed): number {
  const boards = Array.from({ length: BOARDS }, open);
  const before = process.cpuUsage();
  for (let at = 0; at < stream.length; at += PACKET_BYTES) {
    const packet = stream.subarray(at, at + PACKET_BYTES);
    const ms = (1000 * at) / BYTES_PER_S;
    for (const feed of boards) feed(packet, ms);
  }
  const { user, system } = process.cpuUsage(before);
  return (100 * (user + system)) / 1e6 / SECONDS;
}

/** A board that sends its recorded telemetry frame again and again, as fast as the port goes. */
function telemetryStream(): Uint8Array {
  const file = new URL('../mycobrain/fixtures/mdp1_json.json', import.meta.url);
  const vectors = JSON.parse(readFileSync(file, 'utf8')) as { bytes_hex: string }[];
  const items: BoardItem[] = [];
  for (const { bytes_hex } of vectors) createDemux((item) => items.push(item)).feed(fromHex(bytes_hex));
  const sample = items.find((item) => item.kind === 'mdp' && item.header.type_name === 'TELEMETRY');
  if (sample?.kind !== 'mdp') throw new Error('no telemetry frame in the fixtures');
  const body = new TextEncoder().encode(sample.body_text);
  const stream = new Uint8Array(BYTES_PER_S * SECONDS);
  for (let at = 0, seq = 1; at < stream.length; seq++) {
    const head = { type: MDP_TYPE.telemetry, seq, src: MDP_ADDRESS.sideA, dst: MDP_ADDRESS.host };
    const frame = encodeMdpFrame(head, body).subarray(0, stream.length - at);
    stream.set(frame, at);
    at += frame.length;
  }
  return stream;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

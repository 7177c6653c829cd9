import type { BoardFamily, BoardSession, SampleRows } from '../../src/boards/board.ts';
import { createSimulatedBoard, type SimulatedBoard } from '../../src/boards/simulated/simulated-board.ts';
import type { FromHolder, KnownBoard, ToHolder } from '../../src/contract/board-link.ts';
import type { BoardPhase } from '../../src/contract/board-status.ts';
import type { SimulatedFault } from '../../src/contract/hub-api.ts';
import type { BoardId, PortKey } from '../../src/contract/ids.ts';
import { encodeSampleBatch } from '../../src/contract/sample-batch.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import type { Holder } from './board-entry.ts';
import type { HubEnv } from './hub-env.ts';

const MAX_BOARDS = 16;
/** As a real board with native USB shows itself. */
const USB = { vendorId: 0x303a, productId: 0x1001 };

interface Bench {
  readonly key: PortKey;
  known: KnownBoard;
  board: SimulatedBoard | undefined;
  session: BoardSession | undefined;
  awaySince: EpochMs | undefined;
}

/** Pretend boards behind pretend ports. It is a holder like a serial worker: the rest of the hub cannot tell, only `path` does. */
export class SimulatedLab implements Holder {
  readonly path = { is: 'simulated' } as const;
  readonly #env: HubEnv;
  readonly #family: BoardFamily;
  readonly #say: (message: FromHolder) => void;
  readonly #benches = new Map<PortKey, Bench>();

  constructor(env: HubEnv, family: BoardFamily, receive: (holder: Holder, message: FromHolder) => void) {
    this.#env = env;
    this.#family = family;
    this.#say = (message) => receive(this, message);
  }

  get count(): number {
    return this.#benches.size;
  }

  /** A new pretend board, or one that was here before. Undefined when there are too many. */
  add(known: KnownBoard): BoardId | undefined {
    if (this.#benches.size >= MAX_BOARDS) return undefined;
    const key = `simulated-${known.board}`;
    const bench: Bench = {
      key,
      known,
      board: undefined,
      session: undefined,
      awaySince: undefined,
    };
    this.#benches.set(key, bench);
    this.#say({ t: 'port', key, usb: USB, known });
    this.#plug(bench);
    return known.board;
  }

  remove(board: BoardId): boolean {
    const bench = this.#of(board);
    if (bench === undefined) return false;
    this.#unplug(bench, 'The simulated board was removed.');
    this.#benches.delete(bench.key);
    this.#say({ t: 'port-gone', key: bench.key });
    return true;
  }

  fault(board: BoardId, fault: SimulatedFault): boolean {
    const bench = this.#of(board);
    if (bench === undefined) return false;
    if (fault === 'unplug') {
      if (bench.board !== undefined) this.#lose(bench, 'unplugged');
    } else if (bench.board === undefined) {
      if (fault === 'replug' || fault === 'none') this.#plug(bench);
      else return false;
    } else if (fault === 'replug') {
      this.#lose(bench, 'unplugged');
      this.#plug(bench);
    } else bench.board.fault(fault);
    return true;
  }

  post(message: ToHolder): void {
    if (message.t === 'rescan') return;
    const bench = this.#benches.get(message.key);
    if (bench === undefined) return;
    switch (message.t) {
      case 'assign':
        bench.known = message.known;
        return;
      case 'command':
        bench.session?.command(message.request);
        return;
      case 'cancel-command':
        bench.session?.cancelCommand(message.id);
        return;
      case 'write':
        bench.session?.write(message.bytes, message.by);
        return;
      case 'release':
        if (bench.board !== undefined) this.#lose(bench, 'released');
        return;
      case 'open':
        if (bench.board === undefined) this.#plug(bench);
        return;
      case 'reset':
        if (bench.board === undefined) return;
        bench.board.fault('replug');
        return;
      case 'forget':
        this.remove(bench.known.board);
    }
  }

  close(): void {
    for (const bench of this.#benches.values()) this.#unplug(bench, 'The hub closes.');
    this.#benches.clear();
  }

  #of(board: BoardId): Bench | undefined {
    return [...this.#benches.values()].find((bench) => bench.known.board === board);
  }

  #plug(bench: Bench): void {
    const { key } = bench;
    const now = () => ({ epochMs: this.#env.now(), monoMs: this.#env.mono() });
    const { health } = bench.known;
    const session = this.#family.openSession(
      {
        write: async (bytes) => bench.board?.receive(bytes),
        now,
        schedule: this.#env.schedule,
        onSamples: (rows) => this.#samples(key, rows),
        onConsole: (records) => this.#say({ t: 'console', key, records }),
        onIdentity: (identity, commands, hasOutputs) => {
          bench.known = { ...bench.known, identity };
          this.#say({ t: 'identity', key, identity, commands, hasOutputs });
        },
        onPhase: (phase) => this.#phase(bench, phase),
        onHealth: (totals, outputs) => {
          bench.known = { ...bench.known, health: totals };
          this.#say({ t: 'health', key, health: totals, outputs });
        },
        onCommand: (update) => this.#say({ t: 'command', key, update }),
      },
      { known: bench.known.identity, health, simulated: true },
    );
    bench.session = session;
    if (bench.awaySince !== undefined) {
      session.count('gaps', 1);
      session.count('reopened', 1);
      this.#say({
        t: 'gap',
        key,
        gap: { why: 'unplugged', count: undefined, fromMs: bench.awaySince, toMs: this.#env.now() },
      });
      bench.awaySince = undefined;
    }
    const { mac } = bench.known.identity;
    bench.board = createSimulatedBoard({
      dialect: 'mdp1-json',
      write: (bytes) => session.feed(bytes),
      now,
      schedule: this.#env.schedule,
      seed: seedOf(bench.known.board),
      rateHz: 5,
      ...(mac !== undefined && { mac }),
    });
  }

  #phase(bench: Bench, phase: BoardPhase): void {
    this.#say({ t: 'phase', key: bench.key, phase });
  }

  #lose(bench: Bench, is: 'unplugged' | 'released'): void {
    this.#unplug(bench, is === 'released' ? 'The port was released.' : 'The board was unplugged.');
    const since = this.#env.now();
    bench.awaySince = since;
    this.#phase(bench, { is, since });
  }

  #unplug(bench: Bench, reason: string): void {
    bench.board?.close();
    bench.board = undefined;
    const health = bench.session?.close(reason);
    bench.session = undefined;
    if (health !== undefined) bench.known = { ...bench.known, health };
  }

  #samples(key: PortKey, { series, times, rows }: SampleRows): void {
    const buffer = encodeSampleBatch({
      channel: '',
      epoch: '',
      offset: 0,
      series,
      provenance: 'simulated',
      times: Float64Array.from(times),
      columns: series.map((_, index) => Float64Array.from(rows, (row) => row[index] ?? Number.NaN)),
    });
    this.#say({ t: 'samples', key, buffer });
  }
}

/** The same board behaves the same in its next life. */
function seedOf(board: BoardId): number {
  let seed = 2_166_136_261;
  for (const letter of board) seed = Math.imul(seed ^ letter.charCodeAt(0), 16_777_619);
  return seed >>> 0;
}

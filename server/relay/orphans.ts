import type { BoardId } from '../../src/contract/ids.ts';
import type { Bus, NodeId } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Boards } from './boards.ts';
import type { BoardRecord, Directory } from './directory.ts';
import type { NewHome } from './new-home.ts';

/** Boards whose home is lost are looked for this often, besides at once when a server is lost. */
const SWEEP_MS = 5_000;

/** Boards whose home died or left: exactly one of the servers that are left keeps each for its owner. */
export class Orphans {
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #directory: Directory;
  readonly #boards: Boards;
  readonly #newHome: NewHome;
  /** Boards without a home at the last sweep: at the next one they are taken. */
  #suspects = new Set<BoardId>();
  /** Boards that were taken without a word from their last home, whose last publications may still have been on their way. */
  readonly #adopted = new Set<BoardId>();
  #cancelSweep: () => void = () => undefined;
  #stopped = false;

  constructor(parts: {
    readonly bus: Bus;
    readonly clock: Clock;
    readonly directory: Directory;
    readonly boards: Boards;
    readonly newHome: NewHome;
  }) {
    this.#bus = parts.bus;
    this.#clock = parts.clock;
    this.#directory = parts.directory;
    this.#boards = parts.boards;
    this.#newHome = parts.newHome;
  }

  start(): void {
    this.#cancelSweep = this.#clock.schedule(SWEEP_MS, () => this.#sweep());
  }

  /** Takes no more boards. */
  stop(): void {
    this.#stopped = true;
    this.#cancelSweep();
  }

  /** Its owner comes back: true, once, if the bus may know its cursors better than we do. */
  forgetAdopted(board: BoardId): boolean {
    return this.#adopted.delete(board);
  }

  lost(node: NodeId): void {
    for (const record of [...this.#directory.all()]) if (record.home === node) this.adoptIfFirst(record);
  }

  adoptIfFirst(record: BoardRecord): void {
    const others = [...this.#bus.peers.alive()].filter((node) => node !== record.left && node !== record.home);
    if (others.every((node) => this.#bus.node <= node)) this.#adopt(record);
  }

  #adopt(record: BoardRecord): void {
    const { id: board } = record;
    if (this.#stopped || this.#boards.isHome(board) || this.#newHome.underWay(board) !== undefined) return;
    this.#newHome.run(board, async () => {
      const ifOffset = this.#directory.offsetOf(board);
      if (ifOffset === undefined) return;
      const at = this.#clock.now();
      const since = record.online ? at : record.since;
      const term = record.term + 1;
      const ours: BoardRecord = { ...record, online: false, since, home: this.#bus.node, left: undefined, term, at };
      const { promise, resolve } = Promise.withResolvers<boolean>();
      this.#bus.put('boards', board, ours, { ifOffset, onDone: ({ ok }) => resolve(ok) });
      if (!(await promise)) return;
      await this.#newHome.begin(board, ours, term);
      this.#adopted.add(board);
    });
  }

  /** What `lost` did not catch: a server that took a board over died itself, or all of them were away. */
  #sweep(): void {
    this.#cancelSweep = this.#clock.schedule(SWEEP_MS, () => this.#sweep());
    const alive = this.#bus.peers.alive();
    const before = this.#suspects;
    this.#suspects = new Set();
    for (const board of this.#adopted) if (!this.#boards.isHome(board)) this.#adopted.delete(board);
    for (const record of [...this.#directory.all()]) {
      const isMine = record.home === this.#bus.node;
      if (isMine ? this.#boards.isHome(record.id) : alive.has(record.home)) continue;
      if (!before.has(record.id)) this.#suspects.add(record.id);
      else if (isMine) this.#adopt(record);
      else this.adoptIfFirst(record);
    }
  }
}

import type { KnownBoard, SimulatedPortChange } from '../../src/contract/board-link.ts';
import type { SimulatedFault } from '../../src/contract/hub-api.ts';
import type { BoardId, PortKey } from '../../src/contract/ids.ts';
import type { Holder } from './board-entry.ts';

const MAX_BOARDS = 16;

/**
 * Which simulated boards there are to be. The boards themselves are at the holder, behind pretend ports among the real ones; the
 * next holder is told of them, so that they go on when a tab dies.
 */
export class SimulatedLab {
  readonly #knownOf: (board: BoardId) => KnownBoard | undefined;
  readonly #boards = new Map<BoardId, KnownBoard>();
  /** The one that has been here longest has the boards; when it goes, the next one gets them. */
  readonly #holders = new Set<Holder>();

  /** @param knownOf what the hub knows of a board by now. */
  constructor(knownOf: (board: BoardId) => KnownBoard | undefined) {
    this.#knownOf = knownOf;
  }

  get count(): number {
    return this.#boards.size;
  }

  holderCame(holder: Holder): void {
    this.#holders.add(holder);
    if (this.#holders.size === 1) this.#tellAll();
  }

  holderGone(holder: Holder): void {
    const had = this.#holder === holder;
    this.#holders.delete(holder);
    if (had) this.#tellAll();
  }

  /** A new simulated board, or one that was here before. False: there are enough. */
  add(known: KnownBoard): boolean {
    const { board } = known;
    if (!this.#boards.has(board) && this.#boards.size >= MAX_BOARDS) return false;
    this.#boards.set(board, known);
    this.#tell(board, { do: 'add', known });
    return true;
  }

  /** A holder has one that this hub's memory has not: it is taken as it is. */
  found(known: KnownBoard): void {
    if (!this.#boards.has(known.board)) this.#boards.set(known.board, known);
  }

  /** False: there is no such simulated board. */
  remove(board: BoardId): boolean {
    if (!this.#boards.delete(board)) return false;
    this.#tell(board, { do: 'remove' });
    return true;
  }

  /** False: there is no such simulated board, or nobody holds it now. */
  fault(board: BoardId, fault: SimulatedFault): boolean {
    return this.#boards.has(board) && this.#tell(board, { do: 'fault', fault });
  }

  get #holder(): Holder | undefined {
    const [first] = this.#holders;
    return first;
  }

  #tellAll(): void {
    for (const [board, known] of this.#boards) this.#tell(board, { do: 'add', known: this.#knownOf(board) ?? known });
  }

  #tell(board: BoardId, change: SimulatedPortChange): boolean {
    this.#holder?.post({ t: 'simulate', key: keyOf(board), ...change });
    return this.#holder !== undefined;
  }
}

/** The same at every holder, so that one that has the board already knows it. */
const keyOf = (board: BoardId): PortKey => `simulated-${board}`;

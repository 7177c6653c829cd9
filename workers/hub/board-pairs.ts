import type { BoardStatus } from '../../src/contract/board-status.ts';
import type { BoardId } from '../../src/contract/ids.ts';
import type { BoardEntry } from './board-entry.ts';

/**
 * The pairs to presume: when exactly one Side A and one Side B are here and a person has said nothing of either, they are the two
 * sides of one board. `refused`: boards of which a person said that they are not.
 */
export function presumePair(
  boards: readonly BoardStatus[],
  refused: ReadonlySet<BoardId>,
): readonly [BoardId, BoardId] | undefined {
  const here = boards.filter((board) => board.path.is === 'tab' || board.path.is === 'simulated');
  const [a, ...moreA] = here.filter((board) => board.identity.side === 'A');
  const [b, ...moreB] = here.filter((board) => board.identity.side === 'B');
  if (a === undefined || b === undefined || moreA.length > 0 || moreB.length > 0) return undefined;
  if (a.provenance !== b.provenance || a.pair?.sure === true || b.pair?.sure === true) return undefined;
  return refused.has(a.id) || refused.has(b.id) ? undefined : [a.id, b.id];
}

/** Which boards are the two halves of one, as a person said or as it seems. */
export class BoardPairs {
  readonly #entries: ReadonlyMap<BoardId, BoardEntry>;
  readonly #update: (entry: BoardEntry, change: Pick<BoardStatus, 'pair'>) => void;
  readonly #refused = new Set<BoardId>();

  constructor(
    entries: ReadonlyMap<BoardId, BoardEntry>,
    update: (entry: BoardEntry, change: Pick<BoardStatus, 'pair'>) => void,
  ) {
    this.#entries = entries;
    this.#update = update;
  }

  /** A person says which two are one board; null: this one is nobody's half. False: there is no such board. */
  set(board: BoardId, other: BoardId | null): boolean {
    const entry = this.#entries.get(board);
    const half = other === null ? undefined : this.#entries.get(other);
    if (entry === undefined || (other !== null && half === undefined) || entry === half) return false;
    for (const each of [entry, half]) {
      const before = each?.status.pair && this.#entries.get(each.status.pair.board);
      if (before) this.#update(before, { pair: undefined });
    }
    this.#update(entry, { pair: half && { board: half.id, sure: true } });
    if (half === undefined) this.#refused.add(board);
    else {
      this.#update(half, { pair: { board, sure: true } });
      for (const id of [board, half.id]) this.#refused.delete(id);
    }
    return true;
  }

  presume(): void {
    const pair = presumePair(
      [...this.#entries.values()].map((entry) => entry.status),
      this.#refused,
    );
    for (const entry of this.#entries.values()) {
      const { pair: now } = entry.status;
      if (now?.sure === true || entry.status.path.is === 'relay') continue;
      const other = pair?.[0] === entry.id ? pair[1] : pair?.[1] === entry.id ? pair[0] : undefined;
      if (now?.board !== other)
        this.#update(entry, { pair: other === undefined ? undefined : { board: other, sure: false } });
    }
  }

  /** The board is not there any more. */
  gone(board: BoardId): void {
    this.#refused.delete(board);
    for (const other of this.#entries.values()) {
      if (other.status.pair?.board === board) this.#update(other, { pair: undefined });
    }
  }
}

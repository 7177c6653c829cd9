import type { BoardStatus } from '../../src/contract/board-status.ts';
import type { BoardId } from '../../src/contract/ids.ts';

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

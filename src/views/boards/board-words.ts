import { ageWords } from '../../components/age-words.ts';
import { boardName, boardState } from '../../components/board-state.ts';
import { formatCount } from '../../components/format-value.ts';
import type { BoardHealth, BoardStatus } from '../../contract/board-status.ts';
import type { TabId } from '../../contract/ids.ts';
import type { RelayStatus } from '../../contract/relay-status.ts';
import { t } from '../../i18n/en.ts';

/** How the board reaches this page: "this tab", "Bench laptop via relay". */
export function pathWords(board: BoardStatus, tab: TabId): string {
  switch (board.path.is) {
    case 'tab':
      return board.path.tab === tab ? t.boards.path.here : t.boards.path.otherTab;
    case 'relay':
      return t.boards.path.relay(board.path.clientName);
    case 'simulated':
      return t.boards.path.simulated;
    case 'none':
      return t.boards.path.none;
  }
}

/** What is going on and what comes next, in one sentence; undefined while all is well. */
export function phaseSentence(board: BoardStatus, now: number, relay?: RelayStatus): string | undefined {
  const words = t.boards.phase;
  const onTheWay = relaySentence(board, now, relay);
  if (onTheWay !== undefined) return onTheWay;
  switch (board.phase.is) {
    case 'retrying':
      return words.retrying(board.phase.attempt, words.retryIn(ageWords(board.phase.nextAt - now)));
    case 'open': {
      const state = boardState(board, now);
      if (state.is === 'silent') return words.silent;
      return state.is === 'starting' ? words.noReading : undefined;
    }
    default:
      return words[board.phase.is];
  }
}

/** Why a board of another computer stands still, when neither it nor that computer can help it. */
function relaySentence(board: BoardStatus, now: number, relay: RelayStatus | undefined): string | undefined {
  if (board.path.is !== 'relay' || relay === undefined) return undefined;
  if (relay.state.is !== 'live') return board.phase.is === 'gone' ? t.boards.phase.relayAway : undefined;
  const isSilent = boardState(board, now).is === 'silent';
  return isSilent && relay.degraded !== undefined ? t.boards.phase.serversApart : undefined;
}

/** "0 lost of 12,480" or "3 lost of 12,483 · 2 damaged". */
export function lossSentence(health: BoardHealth): string {
  const parts = [
    health.lost === 0 ? t.boards.health.lossNone(health.items) : t.boards.health.loss(health.lost, health.items),
  ];
  const damaged = crcErrors(health) + otherErrors(health);
  if (damaged > 0) parts.push(t.boards.health.damaged(damaged));
  if (health.dropped > 0) parts.push(t.boards.health.droppedPart(health.dropped));
  return parts.join(' · ');
}

export const crcErrors = (health: BoardHealth): number => health.errors.crc_mismatch ?? 0;

export const otherErrors = (health: BoardHealth): number =>
  Object.entries(health.errors).reduce((sum, [code, count]) => (code === 'crc_mismatch' ? sum : sum + count), 0);

/** Other errors by name, for a hover: "cobs_invalid 3, oversize 1". */
export const otherErrorsList = (health: BoardHealth): string =>
  Object.entries(health.errors)
    .filter(([code, count]) => code !== 'crc_mismatch' && count > 0)
    .map(([code, count]) => `${code} ${formatCount(count)}`)
    .join(', ');

/** "Side A · perhaps with Bench board B"; empty when neither is known. */
export function sideWords(board: BoardStatus, other: BoardStatus | undefined): string {
  const side = board.identity.side === undefined ? [] : [t.boards.side(board.identity.side)];
  const pair =
    board.pair === undefined || other === undefined ? [] : [t.boards.pair(boardName(other), board.pair.sure)];
  return [...side, ...pair].join(' · ');
}

/** Whether this browser may send commands to the board now; if not, why. */
export function commandBar(board: BoardStatus, now: number): { readonly may: boolean; readonly why: string } {
  const lease = board.share.is === 'shared' ? board.share.lease : undefined;
  const mine = board.share.is === 'shared' && board.share.mine;
  if (board.phase.is !== 'open') return { may: false, why: t.boards.notOpen };
  if (mine) return { may: true, why: '' };
  const other = lease !== undefined && lease.until > now ? lease.name : undefined;
  if (board.path.is === 'relay')
    return { may: false, why: other === undefined ? t.boards.notCommanding : t.boards.otherCommanding(other) };
  if (other !== undefined) return { may: false, why: t.boards.lease.theirs(other) };
  return { may: true, why: '' };
}

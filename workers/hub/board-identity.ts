import type { BoardIdentity, BoardStatus } from '../../src/contract/board-status.ts';
import type { BoardId } from '../../src/contract/ids.ts';

/** A board the hub knows, as far as telling boards apart goes. */
export interface IdentityCandidate {
  readonly id: BoardId;
  readonly usb: BoardStatus['usb'];
  readonly identity: BoardIdentity;
  /** free: nobody holds it · away: its port is unplugged · present: its port is open elsewhere. */
  readonly is: 'free' | 'away' | 'present';
  /** It was held a moment ago by a page that died: the first guess for a port that appears now. */
  readonly ownerless: boolean;
}

export type Presumption =
  | { readonly is: 'known'; readonly board: BoardId; readonly presumed: boolean }
  | { readonly is: 'new' };

/** Whose port this is, before its board has said a word: judged by the USB ids of the boards nobody holds. */
export function presumeBoard(usb: BoardStatus['usb'], boards: readonly IdentityCandidate[]): Presumption {
  const fits = boards.filter((board) => board.is === 'free' && sameUsb(board.usb, usb));
  const ownerless = fits.filter((board) => board.ownerless);
  const first = ownerless[0] ?? fits[0];
  if (first === undefined) return { is: 'new' };
  return { is: 'known', board: first.id, presumed: (ownerless.length > 0 ? ownerless : fits).length > 1 };
}

export type Recognition =
  /** `presumed`: nothing that is unique was said. */
  | { readonly is: 'same'; readonly presumed: boolean }
  | { readonly is: 'other'; readonly board: BoardId; readonly presumed: boolean }
  | { readonly is: 'new' };

/**
 * Whose words these are. Only the MAC is unique; a device id made of the vendor bytes of the MAC is shared by many boards, so it
 * can contradict but never prove. A board that is present elsewhere is never merged with this one.
 */
export function recogniseBoard(
  words: BoardIdentity,
  current: IdentityCandidate,
  others: readonly IdentityCandidate[],
): Recognition {
  if (words.mac !== undefined) {
    if (current.identity.mac === words.mac) return { is: 'same', presumed: false };
    const known = others.find((board) => board.identity.mac === words.mac);
    if (known !== undefined && known.is !== 'present') return { is: 'other', board: known.id, presumed: false };
    // The same MAC twice at once cannot be: leave both where they are and say so.
    if (known !== undefined) return { is: 'same', presumed: true };
    return current.identity.mac === undefined && !contradicts(words, current.identity)
      ? { is: 'same', presumed: false }
      : { is: 'new' };
  }
  if (saidNothing(words)) return { is: 'same', presumed: true };
  if (!saidNothing(current.identity) && !contradicts(words, current.identity)) return { is: 'same', presumed: true };
  const alike = others.filter(
    (board) => board.is === 'free' && !saidNothing(board.identity) && !contradicts(words, board.identity),
  );
  const [only] = alike;
  if (only !== undefined && alike.length === 1) return { is: 'other', board: only.id, presumed: true };
  return saidNothing(current.identity) ? { is: 'same', presumed: true } : { is: 'new' };
}

/** One of the two cannot be said by the same board. Another firmware may well say other things: only like is compared with like. */
function contradicts(a: BoardIdentity, b: BoardIdentity): boolean {
  if (a.dialect !== b.dialect) return false;
  return differ(a.mac, b.mac) || differ(a.deviceId, b.deviceId) || differ(a.side, b.side);
}

const differ = (a: string | undefined, b: string | undefined): boolean => a !== undefined && b !== undefined && a !== b;

const saidNothing = (identity: BoardIdentity): boolean =>
  identity.mac === undefined && identity.deviceId === undefined && identity.side === undefined;

const sameUsb = (a: BoardStatus['usb'], b: BoardStatus['usb']): boolean =>
  a?.vendorId === b?.vendorId && a?.productId === b?.productId;

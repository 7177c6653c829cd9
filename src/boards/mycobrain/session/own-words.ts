import type { BoardItem } from '../../../contract/board-item.ts';
import type { Dialect } from '../../../contract/board-status.ts';
import { dialectOf } from '../detect.ts';
import { type IdentityWords, identityWordsOf } from '../reading/identity.ts';

/**
 * What a board says of itself. Words that come without proof that they are of the build which is known to run (a boot banner, another
 * dialect) are held until one or the other is proven: half the words of one build and half of another would be a board that
 * does not exist.
 */
export interface OwnWords {
  /** The words that count from this item on, held ones included; undefined when there are none. */
  hear(item: BoardItem): IdentityWords | undefined;
  /** Another build is proven: what was held is its own. */
  release(): IdentityWords;
}

/** @param isProof whether an item of this verdict proves that the known build runs. */
export function createOwnWords(isProof: (verdict: Dialect | undefined) => boolean): OwnWords {
  let held: IdentityWords | undefined;
  return {
    hear(item) {
      const words = identityWordsOf(item);
      if (words !== undefined) held = { ...held, ...words };
      if (held === undefined || !isProof(dialectOf(item))) return undefined;
      const proven = held;
      held = undefined;
      return proven;
    },
    release() {
      const words = held ?? {};
      held = undefined;
      return words;
    },
  };
}

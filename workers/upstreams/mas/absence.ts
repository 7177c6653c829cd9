import { endingOf } from '../../../src/upstreams/mas/closing.ts';
import type { Verdict, WebSocketOptions } from '../line.ts';

/** So many handshakes in a row that came to nothing, while MAS itself is there, and it is taken that it has no such socket. */
const TRIES = 2;
const ABSENT_RETRY_MS = 300_000;

/**
 * MAS answers 403 to the handshake of a socket that it does not have, and a browser is not told that number: it looks like a broken
 * network. What tells them apart is that another socket of MAS is open meanwhile. Then it is asked for seldom, and the reason is said.
 *
 * @param isThere whether MAS can be reached now, by another connection
 * @param onAbsence told each time that it is found to be absent
 */
export function judgeAbsence(
  options: WebSocketOptions,
  isThere: () => boolean,
  why: string,
  onAbsence: () => void = () => undefined,
): WebSocketOptions {
  let isOpen = false;
  let tries = 0;
  return {
    ...options,
    onOpen: (line) => {
      isOpen = true;
      tries = 0;
      options.onOpen?.(line);
    },
    judgeClose: (code, reason): Verdict => {
      const wasOpen = isOpen;
      isOpen = false;
      const ending = endingOf(code, reason);
      if (wasOpen || ending !== undefined || !isThere()) return ending;
      tries += 1;
      if (tries < TRIES) return undefined;
      onAbsence();
      return { retryAfterMs: ABSENT_RETRY_MS, why };
    },
  };
}

/**
 * What the end of a connection to MAS means. Always "again": MAS closes with 1000 and no reason whatever happened, so 1000 is not "done".
 * Only where MAS says that something is switched off, or that we said the wrong thing, does trying again not help.
 */
export type Ending = { readonly refused: string } | { readonly retryAfterMs: number; readonly why: string } | undefined;

/** A route that is not there answers 403 in the handshake, so it looks the same as a bad path. Asked for again, but seldom. */
const ABSENT_RETRY_MS = 300_000;

export function endingOf(code: number, reason: string): Ending {
  if (code === 4003) return { refused: 'MAS has its agent bus switched off (MYCA_AGENT_BUS_ENABLED)' };
  if (code === 4000) return { refused: `MAS did not take our first words: ${reason || 'agent_id is missing'}` };
  return undefined;
}

/** A handshake that was answered with an HTTP status. */
export function handshakeEndingOf(status: number): Ending {
  if (status === 403 || status === 404)
    return {
      retryAfterMs: ABSENT_RETRY_MS,
      why: `MAS has no such socket here (${status}): the path is wrong, or that part is switched off`,
    };
  return undefined;
}

import { connectionTools } from '../../../i18n/connection-tools.ts';

const LOOK_MS = 5_000;

/**
 * A failed fetch does not say why. Asked once more without wanting to read the answer, a server that only forbids reading (CORS)
 * answers, and one that is not there does not.
 */
export async function whyFetchFailed(url: string, cause: unknown): Promise<string> {
  const words = connectionTools.fetchFailed;
  if (location.protocol === 'https:' && url.startsWith('http:')) return words.mixed;
  try {
    await fetch(url, { mode: 'no-cors', signal: AbortSignal.timeout(LOOK_MS) });
    return words.cors;
  } catch {
    // The second failure says no more than the first: it is not reachable, or this server forbids the page to look.
    return words.unreachable(cause instanceof Error ? cause.message : String(cause));
  }
}

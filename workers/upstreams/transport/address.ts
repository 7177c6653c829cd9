import { type Attempt, messageOf } from './attempt.ts';
import type { LineEnv } from './line-env.ts';

/** Asks for the address of one try, which may take a while or fail, and goes on with it if it is still wanted. */
export function addressOf(
  env: LineEnv,
  path: string | (() => string | Promise<string>),
  attempt: Attempt,
  go: (url: string) => void,
): void {
  const goTo = (found: string): void => {
    if (attempt.over) return;
    const url = env.resolve(found);
    if (!URL.canParse(url)) throw new Error(`no address: "${url}"`);
    go(url);
  };
  if (typeof path === 'string') {
    goTo(path);
    return;
  }
  // Asked inside, so that one that throws at once is a failed attempt as well.
  (async () => goTo(await path()))().catch((cause: unknown) => attempt.lost(messageOf(cause)));
}

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
  const onFailed = (cause: unknown): void => attempt.lost(messageOf(cause));
  try {
    const found = typeof path === 'string' ? path : path();
    if (typeof found === 'string') goTo(found);
    else found.then(goTo).catch(onFailed);
  } catch (cause) {
    onFailed(cause);
  }
}

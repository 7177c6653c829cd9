/** The part of `navigator.locks` that the link uses. */
export interface LinkLocks {
  request(
    name: string,
    options: { readonly mode?: 'exclusive' | 'shared'; readonly signal?: AbortSignal },
    callback: () => void | Promise<void>,
  ): Promise<unknown>;
}

/** Holds a lock until `end`; resolves when it is ours, at once where there are no locks. */
export function holdLock(
  locks: LinkLocks | undefined,
  name: string,
  end: AbortSignal,
  onTrouble: (cause: unknown) => void,
): Promise<void> {
  return new Promise((held) => {
    if (locks === undefined) {
      held();
      return;
    }
    const hold = () => {
      held();
      return new Promise<void>((release) => end.addEventListener('abort', () => release()));
    };
    locks.request(name, {}, hold).catch(onTrouble);
  });
}

/** Calls back when whoever holds the lock dies; aborting what is returned stops watching. */
export function watchLock(locks: LinkLocks | undefined, name: string, onFree: () => void): AbortController {
  const watch = new AbortController();
  locks
    ?.request(name, { mode: 'shared', signal: watch.signal }, () => {
      if (!watch.signal.aborted) onFree();
    })
    // Withdrawn: we left first.
    .catch(() => undefined);
  return watch;
}

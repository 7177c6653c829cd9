const NAME = 'hyphae-voice';

/** The right of one tab of this browser to be heard: two microphones in one stream are noise. */
export interface SoundLock {
  release(): void;
}

/** undefined: another tab has it. `steal`: it is taken from that one. `onLost`: another tab took it. Ends with its tab, however that ends. */
export function takeSoundLock(steal: boolean, onLost: () => void): Promise<SoundLock | undefined> {
  return new Promise((resolve) => {
    let isReleased = false;
    navigator.locks
      .request(NAME, steal ? { steal: true } : { ifAvailable: true }, (lock) => {
        if (lock === null) {
          resolve(undefined);
          return undefined;
        }
        return new Promise<void>((release) =>
          resolve({
            release: () => {
              isReleased = true;
              release();
            },
          }),
        );
      })
      .catch(() => {
        // The only way for a lock that was granted to fail: it was stolen.
        if (!isReleased) onLost();
      });
  });
}

/** Whether any tab of this browser has it. Where a page has no locks (without TLS) nobody can talk. */
export const isSoundHeld = async (): Promise<boolean> =>
  (await navigator.locks?.query())?.held?.some(({ name }) => name === NAME) ?? false;

import type { HubLocks } from './hub-env.ts';

/** What hubs of different builds say to each other on the BroadcastChannel `hyphae-builds`. */
export interface BuildAnnouncement {
  readonly build: string;
}

export interface BuildBus {
  postMessage(message: BuildAnnouncement): void;
  onBuild(listener: (message: BuildAnnouncement) => void): void;
}

/**
 * Only one hub of this browser talks to the network: two builds at once would show a shared board twice. The newer build wins: the
 * older one lets go as soon as it hears of it, and takes the transports up again when the newer one is gone.
 */
export function ownTransports(options: {
  readonly build: string;
  readonly locks: HubLocks;
  readonly bus: BuildBus;
  readonly onOwn: () => void;
  readonly onLost: (newerBuild: string) => void;
}): void {
  const { build, locks, bus, onOwn, onLost } = options;
  let letGo: (() => void) | undefined;
  let superseded: string | undefined;

  const wait = (): void => {
    locks
      .request('transport-owner', {}, () => {
        const held = new Promise<void>((resolve) => {
          letGo = resolve;
        });
        onOwn();
        // A newer one may not have stood in line yet when this one let go and asked again: if it lives, it answers.
        if (superseded !== undefined) bus.postMessage({ build });
        return held;
      })
      .then(wait, () => undefined);
  };

  bus.onBuild((message) => {
    if (message.build < build) bus.postMessage({ build });
    if (message.build <= build || (superseded === message.build && letGo === undefined)) return;
    superseded = message.build;
    onLost(message.build);
    letGo?.();
    letGo = undefined;
  });
  // In line before it is announced, so that who lets go for it does not get the lock again.
  wait();
  bus.postMessage({ build });
}

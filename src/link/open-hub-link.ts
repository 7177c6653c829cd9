import { CONTRACT_VERSION } from '../contract/version.ts';
import { randomId } from '../lib/random-id.ts';
import { type Frame, sharedFrame } from './frame.ts';
import type { HubHome } from './hub-home.ts';
import { HubLinkMachine, type PageLink } from './hub-link-machine.ts';
import { leaderHome, soloHome } from './leader-home.ts';
import type { LinkLocks } from './link-locks.ts';
import { sharedHome } from './shared-home.ts';

declare const __BUILD__: string;

export type { PageLink } from './hub-link-machine.ts';

/**
 * The page's link to the hub, in the best home this browser has: a SharedWorker, else a worker of the leader tab, else a worker of
 * this tab alone. `?hub=leader` and `?hub=solo` choose for tests.
 */
export function openHubLink(frame: Frame = sharedFrame()): PageLink {
  const tab = randomId();
  const link = new HubLinkMachine({
    tab,
    homes: homesFor(tab),
    locks: 'locks' in navigator ? (navigator.locks as LinkLocks) : undefined,
    frame,
    build: __BUILD__,
    contract: CONTRACT_VERSION,
    now: () => Date.now(),
    mono: () => performance.now(),
    schedule: (ms, callback) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    visible: () => !document.hidden,
    onTrouble: (cause) => reportError(cause),
  });
  addEventListener('pagehide', () => link.pause());
  addEventListener('pageshow', (event) => {
    if (event.persisted) link.resume();
  });
  return link;
}

/** The homes to try, best first. */
function homesFor(tab: string): (() => HubHome)[] {
  const asked = new URLSearchParams(location.search).get('hub');
  const shared = typeof SharedWorker !== 'undefined' && 'locks' in navigator;
  const leader = typeof BroadcastChannel !== 'undefined' && 'locks' in navigator;
  return [
    ...(shared && asked !== 'leader' && asked !== 'solo' ? [sharedHome] : []),
    ...(leader && asked !== 'solo' ? [() => leaderHome(tab, navigator.locks)] : []),
    soloHome,
  ];
}

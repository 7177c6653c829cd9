import { idbHubStore } from '../../src/storage/idb-hub-store.ts';
import type { OpenBoardUpstream } from '../upstreams/upstream.ts';
import { createHub, type Hub } from './create-hub.ts';
import type { BuildAnnouncement } from './transport-owner.ts';

declare const __BUILD__: string;

/** Starts the hub in the world of a real worker, whichever kind it is. */
export function startHub(openRelay: OpenBoardUpstream | undefined): Hub {
  const builds = new BroadcastChannel('hyphae-builds');
  return createHub({
    openRelay,
    env: {
      build: __BUILD__,
      locks: navigator.locks,
      store: idbHubStore(),
      now: () => Date.now(),
      mono: () => performance.now(),
      schedule: (ms, callback) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
      makeId: () => crypto.randomUUID().replaceAll('-', '').slice(0, 16),
    },
    buildBus: {
      postMessage: (message) => builds.postMessage(message),
      onBuild: (listener) => {
        builds.onmessage = ({ data }: MessageEvent<BuildAnnouncement>) => listener(data);
      },
    },
  });
}

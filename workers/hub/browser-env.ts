import { randomId } from '../../src/lib/random-id.ts';
import { idbHubStore } from '../../src/storage/idb-hub-store.ts';
import { memoryHubStore } from '../../src/storage/memory-hub-store.ts';
import type { OpenBoardUpstream } from '../upstreams/upstream.ts';
import { createHub, type Hub } from './create-hub.ts';
import { lonelyLocks } from './lonely-locks.ts';
import type { BuildAnnouncement, BuildBus } from './transport-owner.ts';
import type { OpenUpstreams } from './upstreams/net.ts';

declare const __BUILD__: string;

/** Starts the hub in the world of a real worker, whichever kind it is. */
export function startHub(openRelay: OpenBoardUpstream | undefined, openUpstreams: OpenUpstreams | undefined): Hub {
  // Without locks every tab has a hub of its own: each is somebody else for the relay, and none gives way to another.
  const alone = !('locks' in navigator);
  return createHub({
    openRelay,
    openUpstreams,
    env: {
      build: __BUILD__,
      locks: alone ? lonelyLocks : navigator.locks,
      store: alone ? memoryHubStore() : idbHubStore(),
      now: () => Date.now(),
      mono: () => performance.now(),
      schedule: (ms, callback) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
      makeId: () => randomId().slice(0, 16),
    },
    buildBus: alone ? undefined : openBuildBus(),
  });
}

function openBuildBus(): BuildBus {
  const builds = new BroadcastChannel('hyphae-builds');
  return {
    postMessage: (message) => builds.postMessage(message),
    onBuild: (listener) => {
      builds.onmessage = ({ data }: MessageEvent<BuildAnnouncement>) => listener(data);
    },
  };
}

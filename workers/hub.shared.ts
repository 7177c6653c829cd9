import { startHub } from './hub/browser-env.ts';
import { loadedUpstreams } from './hub/upstreams/loaded-upstreams.ts';
import { relayUpstream } from './upstreams/relay.ts';

declare const self: SharedWorkerGlobalScope;

// The hub as a SharedWorker: one for all tabs of this browser. Every tab that connects brings its data port.

const hub = startHub(
  relayUpstream(),
  loadedUpstreams(async () => (await import('./hub/upstreams/browser-net.ts')).browserUpstreams),
);

self.addEventListener('connect', ({ ports: [port] }) => {
  if (port !== undefined) hub.accept(port);
});

import { startHub } from './hub/browser-env.ts';
import { browserUpstreams } from './hub/upstreams/browser-net.ts';
import { relayUpstream } from './upstreams/relay.ts';

declare const self: SharedWorkerGlobalScope;

// The hub as a SharedWorker: one for all tabs of this browser. Every tab that connects brings its data port.

const hub = startHub(relayUpstream(), browserUpstreams);

self.addEventListener('connect', ({ ports: [port] }) => {
  if (port !== undefined) hub.accept(port);
});

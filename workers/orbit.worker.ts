// Where satellites are, in a thread of its own: a page starts it with its map. The hub only carries elements.
import { serveOrbits } from './orbit/serve-orbits.ts';

declare const self: DedicatedWorkerGlobalScope;

serveOrbits({
  now: Date.now,
  schedule: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  post: (message, transfer) => self.postMessage(message, [...transfer]),
  onMessage: (listener) => {
    self.onmessage = ({ data }) => listener(data);
  },
});

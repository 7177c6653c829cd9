// Where the nodes of the agents' graph stand, in a thread of its own: the page that draws it never computes a layout.
import { serveLayouts } from './layout/serve-layouts.ts';

declare const self: DedicatedWorkerGlobalScope;

serveLayouts({
  monoMs: () => performance.now(),
  post: (message) => self.postMessage(message),
  onMessage: (listener) => {
    self.onmessage = ({ data }) => listener(data);
  },
});

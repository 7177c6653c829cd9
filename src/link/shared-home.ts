import { type HubHome, portConnection } from './hub-home.ts';

/** The hub as a SharedWorker of all tabs. After its death the next connection starts a fresh one. */
export function sharedHome(): HubHome {
  return {
    connect: (listener) => {
      const worker = new SharedWorker(new URL('../../workers/hub.shared.ts', import.meta.url), {
        type: 'module',
        name: 'hyphae',
      });
      // A missing file and a wrong option both arrive here, as a bare event without a word.
      worker.onerror = () => listener.onBroken({ code: 'hub-timeout', message: 'the SharedWorker did not start' });
      return portConnection('shared', worker.port, listener);
    },
    onMoved: () => undefined,
    close: () => undefined,
  };
}

import type { UpstreamStatus } from '../../../src/contract/upstream/status.ts';
import { backoffMs } from '../../../src/lib/backoff.ts';
import type { HubUpstreams, OpenUpstreams } from './net.ts';

const BACKOFF = { firstMs: 1_000, mostMs: 30_000 };
const WHY = 'a part of the app could not be loaded; it is tried again, and reloading this page helps after an update';

/**
 * Upstreams whose code is a file of its own, fetched as soon as the hub runs: boards need not wait for it, and it is twice the size of all
 * the rest. What is asked meanwhile is asked again of the real ones.
 */
export function loadedUpstreams(load: () => Promise<OpenUpstreams>): OpenUpstreams {
  return (env, channels): HubUpstreams => {
    let real: HubUpstreams | undefined;
    let isOpen = false;
    const { promise: loaded, resolve } = Promise.withResolvers<HubUpstreams>();
    void fetchIt(1);

    return {
      open() {
        isOpen = true;
        real?.open();
      },
      close() {
        isOpen = false;
        real?.close();
      },
      serverBack: () => real?.serverBack(),
      demand: (name, wanted) => real?.demand(name, wanted),
      act: async (action) => (await loaded).act(action),
    };

    async function fetchIt(attempt: number): Promise<void> {
      try {
        real = (await load())(env, channels);
      } catch {
        channels.state('upstreams')?.put([['upstreams', missing]]);
        env.schedule(
          backoffMs(attempt, BACKOFF, () => 1),
          () => void fetchIt(attempt + 1),
        );
        return;
      }
      channels.state('upstreams')?.delete(['upstreams']);
      resolve(real);
      // What was wanted meanwhile.
      for (const name of channels.wantedNames()) real.demand(name, true);
      if (isOpen) real.open();
    }
  };
}

const missing: UpstreamStatus = {
  t: 'upstream',
  id: 'upstreams',
  name: 'Upstreams',
  via: 'none',
  simulated: false,
  custom: false,
  stopped: false,
  channels: [],
  counts: {},
  why: WHY,
};

import type { Outcome } from '../../../src/contract/hub-api.ts';
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
    /** undefined: this try failed. */
    let loading: Promise<HubUpstreams | undefined>;
    fetchIt(1);

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
      // Whoever asked while it was on its way has waited long enough when it did not come.
      act: async (action) => (real ?? (await loading))?.act(action) ?? notLoaded,
    };

    function fetchIt(attempt: number): void {
      loading = load()
        .then((open) => open(env, channels))
        .then(loaded, () => {
          channels.state('upstreams')?.put([['upstreams', missing]]);
          const waitMs = backoffMs(attempt, BACKOFF, () => 1);
          env.schedule(waitMs, () => fetchIt(attempt + 1));
          return undefined;
        });
    }

    function loaded(upstreams: HubUpstreams): HubUpstreams {
      real = upstreams;
      channels.state('upstreams')?.delete(['upstreams']);
      // What was wanted meanwhile.
      for (const name of channels.wantedNames()) real.demand(name, true);
      if (isOpen) real.open();
      return real;
    }
  };
}

const notLoaded: Outcome<never> = { ok: false, error: { code: 'upstream-not-reachable', message: WHY } };

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

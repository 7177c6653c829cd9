import { NATUREOS_PARTS } from '../../src/contract/upstream/natureos.ts';
import { NatureosReader } from '../../src/upstreams/natureos/natureos-reader.ts';
import type { Adapter, AdapterHost, AdapterKind } from './adapter.ts';
import { NatureosCallsMade } from './natureos/calls.ts';
import { StreamFallback } from './natureos/fallback.ts';
import { NatureosHub } from './natureos/hub-line.ts';
import { NatureosStore } from './natureos/store.ts';
import { NATUREOS_TIMINGS, type NatureosTimings } from './natureos/timings.ts';

/** NatureOS: its hub, the store beside it, and its event streams for when the hub cannot be had. */
export const natureosKind = (timings: NatureosTimings = NATUREOS_TIMINGS): AdapterKind => ({
  id: 'natureos',
  name: 'NatureOS',
  parts: NATUREOS_PARTS,
  start: (host) => start(host, timings),
});

export const natureosAdapter: AdapterKind = natureosKind();

/** Always at work while somebody is here at all: alerts matter whether or not their page is open. */
function start(host: AdapterHost, timings: NatureosTimings): Adapter {
  const reader = new NatureosReader(timings);
  const fallback = new StreamFallback(host, reader, timings);
  const store = new NatureosStore(host, reader, timings);
  const hub = new NatureosHub(host, reader, timings, {
    onState: (state) => fallback.hub(state),
    onReady: () => {
      store.askDevices();
      store.askEvents().catch((cause: unknown) => host.out.count('dropped', 'no-stored-events', String(cause)));
    },
  });
  const calls = new NatureosCallsMade(host, reader, hub, store);
  const age = (): void => {
    reader.age(host.context(), host.out);
    host.schedule(timings.ageMs, age);
  };
  host.schedule(timings.ageMs, age);
  hub.line.start();
  store.start();
  return { call: (name, args) => calls.call(name, args) };
}

import { addressedPort, isAddressed } from '../src/lib/addressed-port.ts';
import { startHub } from './hub/browser-env.ts';
import type { HubPort } from './hub/hub-port.ts';
import { loadedUpstreams } from './hub/upstreams/loaded-upstreams.ts';
import { relayUpstream } from './upstreams/relay.ts';

declare const self: DedicatedWorkerGlobalScope;

// The same hub in a worker of one tab, where there is no SharedWorker. Its own tab sends ports; the other tabs, if it leads any,
// speak over a BroadcastChannel by address.

/** `accept` comes with a data port; `lead` makes this the hub of every tab. */
type ToDedicatedHub = { readonly t: 'accept' } | { readonly t: 'lead'; readonly bus: string };

const hub = startHub(
  relayUpstream(),
  loadedUpstreams(async () => (await import('./hub/upstreams/browser-net.ts')).browserUpstreams),
);

self.addEventListener('message', ({ data, ports: [port] }: MessageEvent<ToDedicatedHub>) => {
  if (data.t === 'lead') lead(new BroadcastChannel(data.bus));
  else if (port !== undefined) hub.accept(port);
});

function lead(bus: BroadcastChannel): void {
  const known = new Set<string>();
  bus.addEventListener('message', ({ data: message }: MessageEvent<unknown>) => {
    if (!isAddressed(message) || message.to !== 'hub' || message.lane !== 'data' || known.has(message.from)) return;
    const { from } = message;
    known.add(from);
    const data = addressedPort(bus, 'hub', from, 'data');
    const close = () => {
      known.delete(from);
      data.close();
    };
    hub.accept(
      { ...data, close } as unknown as HubPort,
      () => addressedPort(bus, 'hub', from, 'rpc') as unknown as HubPort,
    );
    data.receive(message.data);
  });
}

import { startSimulators } from '../host.ts';
import { type NatureosControl, natureosSimulator, startNatureos } from '../natureos.ts';
import type { SimHost } from '../simulator.ts';
import { HUB_TIMERS } from './hub-connection.ts';

/** A quiet lab: one device that the store knows, and nothing is said but what a test makes it say. */
const QUIET = {
  devices: { initial: 1, most: 250, about: '' },
  rate: { initial: 0, most: 50, about: '' },
  minuteMs: { initial: 0, most: 600_000, about: '' },
};

/** The simulator in a test's hands, with the same handles as the real hub in `e2e/peers/natureos`. */
export async function startSimulatedPeer(timers: { readonly keepAliveMs: number; readonly timeoutMs: number }) {
  let control: NatureosControl | undefined;
  const start = (host: SimHost) => {
    const started = startNatureos(host, { ...HUB_TIMERS, ...timers });
    control = started;
    return started;
  };
  const simulators = await startSimulators({ kinds: [{ ...natureosSimulator, dials: QUIET, start }] });
  if (control === undefined) throw new Error('the simulator did not start');
  const { hub } = control;
  const url = simulators.url('natureos');
  const fault = async (name: string, on: boolean): Promise<void> => {
    await simulators.setFault('natureos', name, on);
  };
  return {
    url,
    push(target: string, argument: unknown, group?: string): Promise<void> {
      for (const each of hub.connections)
        if (group === undefined || each.groups.has(group)) each.invoke(target, argument);
      return Promise.resolve();
    },
    drop(): Promise<void> {
      for (const each of hub.connections) each.drop();
      return Promise.resolve();
    },
    close(allowReconnect: boolean): Promise<void> {
      for (const each of hub.connections) each.close(undefined, allowReconnect);
      return Promise.resolve();
    },
    async offer(only: readonly string[]): Promise<void> {
      await fault('long-polling-only', only.length === 1 && only[0] === 'LongPolling');
      await fault('no-websockets', only.length < 3 && only.includes('ServerSentEvents'));
    },
    connections: () =>
      Promise.resolve({
        count: hub.connections.size,
        transports: [...hub.connections].map(({ carrier }) => carrier.name),
      }),
    async store(mode: 'full' | 'empty' | 'error'): Promise<void> {
      await fault('empty-snapshot', mode === 'empty');
      await fault('snapshot-500', mode === 'error');
    },
    silence: (on: boolean) => fault('silence', on),
    gone: (on: boolean) => fault('gone', on),
    fault,
    stop: () => simulators.close(),
  };
}

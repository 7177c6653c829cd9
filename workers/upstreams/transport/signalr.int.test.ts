import { afterEach, beforeEach, expect, test } from 'vitest';
import { PretendHub } from './pretend-hub.ts';
import { signalrLine } from './signalr.ts';
import { RealEnv, States, until } from './test-env.ts';

let hub: PretendHub;
let env: RealEnv;
beforeEach(async () => {
  hub = await PretendHub.start();
  env = new RealEnv();
  env.base = hub.url;
});
afterEach(() => hub.stop());

const options = { name: 'hub', path: '/hub', staleMs: 60_000, silentMs: 30_000, backoff: { firstMs: 20, mostMs: 50 } };

for (const transport of ['WebSockets', 'ServerSentEvents', 'LongPolling'] as const) {
  test(`over ${transport}: joins, hears, and leaves nothing behind`, async () => {
    hub.transports = [transport];
    const states = new States();
    const heard: unknown[] = [];
    const line = signalrLine(env, {
      ...options,
      onState: states.onState,
      onOpen: async (it) => {
        await it.invoke('Join', 'all');
      },
      on: {
        DeviceUpdate: (args, out) => {
          heard.push(args[0]);
          out.put('devices', 'd1', { at: Date.now() - 40, atFrom: 'source' });
        },
      },
    });
    line.start();
    await until(() => line.state.is === 'connected-no-data' && hub.joined === 1);
    hub.say('deviceupdate', { id: 1 });
    hub.say('Surprise', 1);
    await until(() => heard.length === 1 && line.status().counts['unknown:Surprise'] === 1);
    expect(line.state.is).toBe('live');
    expect(line.status()).toMatchObject({ records: 1, attempts: 1, connects: 1 });
    expect(line.status().latencyMs?.p50).toBeGreaterThanOrEqual(40);
    line.stop();
    await until(() => hub.connections === 0);
    await until(() => env.timers === 0);
    expect(states.words).toEqual(['connecting', 'connected-no-data', 'live', 'idle']);
  });
}

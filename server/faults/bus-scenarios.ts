import { setTimeout as sleep } from 'node:timers/promises';
import { REDIS, type Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';
import type { TcpProxy } from './tcp-proxy.ts';

async function whileBus(stage: Stage, proxy: TcpProxy, mode: 'refuse' | 'swallow' | 'hold', ms: number): Promise<void> {
  const server = stage.servers[stage.busProxies.indexOf(proxy)];
  if (server === undefined) throw new Error('a bus proxy belongs to a server');
  proxy.set(mode);
  await stage.red([server], () => sleep(ms));
  proxy.set('pass');
  await stage.green([server]);
}

/** What happens between servers and Redis. */
export const BUS_SCENARIOS: readonly Scenario[] = [
  {
    name: 'bus-cut',
    about: 'one server cannot reach Redis: connections refused',
    engines: REDIS,
    lane: 'bus',
    run: (stage) => whileBus(stage, stage.pick(stage.busProxies), 'refuse', stage.between(500, 3_000)),
  },
  {
    name: 'bus-silent',
    about: 'one server cannot reach Redis, and nothing tells it',
    engines: REDIS,
    lane: 'bus',
    run: (stage) => whileBus(stage, stage.pick(stage.busProxies), 'swallow', stage.between(500, 2_000)),
  },
  {
    name: 'bus-stalled',
    about: 'the link between one server and Redis stalls, and then delivers all of it',
    engines: REDIS,
    lane: 'bus',
    run: (stage) => whileBus(stage, stage.pick(stage.busProxies), 'hold', stage.between(500, 2_000)),
  },
  {
    name: 'bus-torn',
    about: 'the connections between the servers and Redis are cut in the middle of an answer',
    engines: REDIS,
    lane: 'bus',
    async run(stage) {
      for (let round = 0; round < 3; round++) {
        for (const proxy of stage.busProxies) proxy.cutAfter(() => Math.floor(stage.between(1, 5_000)));
        await sleep(stage.between(300, 1_000));
      }
      await stage.green(stage.servers);
    },
  },
];

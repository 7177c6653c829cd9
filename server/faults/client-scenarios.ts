import { setTimeout as sleep } from 'node:timers/promises';
import { EVENTS } from './clients.ts';
import { flood } from './flood.ts';
import { BOTH, type Scenario } from './scenario.ts';

/** What happens to clients, and between them and servers. */
export const CLIENT_SCENARIOS: readonly Scenario[] = [
  {
    name: 'clients-torn',
    about: 'connections of clients are cut in the middle of a frame',
    engines: BOTH,
    lane: 'edge',
    async run(stage) {
      for (let round = 0; round < 4; round++) {
        for (const proxy of stage.doorProxies) proxy.cutAfter(() => Math.floor(stage.between(1, 8_000)));
        await sleep(stage.between(300, 1_000));
      }
    },
  },
  {
    name: 'clients-half-open',
    about: 'what clients and a server send each other vanishes, and nobody is told',
    engines: BOTH,
    lane: 'edge',
    async run(stage) {
      const proxy = stage.pick(stage.doorProxies);
      proxy.set('swallow');
      await sleep(stage.between(1_000, 5_000));
      proxy.set('pass');
    },
  },
  {
    name: 'clients-stalled',
    about: 'the link of some clients stalls while much is published, and then delivers all of it',
    engines: BOTH,
    lane: 'edge',
    async run(stage) {
      const proxy = stage.pick(stage.doorProxies);
      proxy.set('hold');
      await flood(stage.pick(stage.servers).port, stage.pick(EVENTS), 150, 16_384);
      await sleep(stage.between(500, 2_500));
      proxy.set('pass');
    },
  },
  {
    name: 'clients-slow-link',
    about: 'everything to and from some clients takes a third of a second longer',
    engines: BOTH,
    lane: 'edge',
    async run(stage) {
      const proxy = stage.pick(stage.doorProxies);
      proxy.delay(300);
      await sleep(2_500);
      proxy.delay(0);
    },
  },
  {
    name: 'subscribers-frozen',
    about: 'SIGSTOP a process full of subscribers while much is published',
    engines: BOTH,
    lane: 'edge',
    async run(stage) {
      const group = stage.pick(stage.subscribers);
      group.process.signal('SIGSTOP');
      await flood(stage.pick(stage.servers).port, stage.pick(EVENTS), 150, 16_384);
      await sleep(stage.between(1_000, 4_000));
      group.process.signal('SIGCONT');
    },
  },
];

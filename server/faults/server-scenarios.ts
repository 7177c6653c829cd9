import { setTimeout as sleep } from 'node:timers/promises';
import { BOTH, REDIS, type Scenario } from './scenario.ts';

/** What happens to servers. */
export const SERVER_SCENARIOS: readonly Scenario[] = [
  {
    name: 'server-killed',
    about: 'kill -9 a server; it is started again',
    engines: BOTH,
    lane: 'server',
    async run(stage) {
      const server = stage.pick(stage.servers);
      await server.kill();
      await sleep(stage.between(0, 1_500));
      await server.start();
      await stage.green([server]);
    },
  },
  {
    name: 'server-drained',
    about: 'SIGTERM to a server under load; it is started again when it has ended',
    engines: BOTH,
    lane: 'server',
    async run(stage) {
      const server = stage.pick(stage.servers);
      if (!(await server.drain()))
        stage.findings.push({ kind: 'broken', text: `server ${server.index} did not end after SIGTERM` });
      await server.start();
      await stage.green([server]);
    },
  },
  {
    name: 'servers-rolled',
    about: 'every server is drained and started again, one after the other',
    engines: REDIS,
    lane: 'server',
    async run(stage) {
      for (const server of stage.servers) {
        if (!(await server.drain()))
          stage.findings.push({ kind: 'broken', text: `server ${server.index} did not end after SIGTERM` });
        await server.start();
        await stage.green([server]);
      }
    },
  },
  {
    name: 'server-frozen',
    about: 'SIGSTOP a server for some seconds',
    engines: BOTH,
    lane: 'server',
    async run(stage) {
      const server = stage.pick(stage.servers);
      server.freeze();
      await sleep(stage.between(1_000, 5_000));
      server.thaw();
      await stage.green([server]);
    },
  },
  {
    name: 'clock-jump',
    about: 'the wall clock of a server jumps a day ahead, then an hour back',
    engines: BOTH,
    lane: 'edge',
    async run(stage) {
      const server = stage.pick(stage.servers);
      for (const aheadMs of [86_400_000, -3_600_000, 0]) {
        server.shiftClock(aheadMs);
        await sleep(stage.between(700, 1_200));
      }
    },
  },
];

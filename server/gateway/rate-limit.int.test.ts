import { expect, test } from 'vitest';
import { FakeClock } from '../fake-clock.ts';
import type { GatewayPreset } from './preset.ts';
import { startTestGateway, startTestPeer, type TestPeer } from './test-gateway.ts';

const ROUTES = [
  ['/scientific/lab/instruments', 10_000],
  ['/scientific/simulation', 10_000],
  ['/scientific/experiments', 10_000],
  ['/scientific/hypotheses', 10_000],
  ['/agents', 30_000],
  ['/health', 15_000],
] as const;

const PRESET: GatewayPreset = {
  slug: 'mas-scientific',
  routes: ROUTES.map(([path, cadenceMs]) => ({ is: 'http', methods: ['GET'], path, cadenceMs, role: 'viewer' })),
};

/** MAS's rule, counted as strictly as one can: no window of a minute holds more than 60, none of an hour more than 1,000. */
function limit(peer: TestPeer, clock: FakeClock) {
  const taken: number[] = [];
  const told = { answered: 0, refused: 0 };
  peer.onRequest = (_request, response) => {
    const now = clock.now();
    const within = (windowMs: number) => taken.filter((at) => at > now - windowMs).length;
    if (within(60_000) >= 60 || within(3_600_000) >= 1_000) {
      told.refused++;
      response.writeHead(429, { 'Retry-After': '60' }).end('{"detail":"Rate limit exceeded","remaining":0}');
      return;
    }
    taken.push(now);
    told.answered++;
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ at: now }));
  };
  return told;
}

interface Run {
  readonly upstream: number;
  readonly refused: number;
  readonly bad: number;
  readonly asked: number;
  readonly oldestS: number;
}

/** So many viewers poll everything for so long, each at its own moment of the second. */
async function poll(viewers: number, minutes: number): Promise<Run> {
  const peer = await startTestPeer();
  const clock = new FakeClock();
  const told = limit(peer, clock);
  const gateway = await startTestGateway(PRESET, { url: peer.url }, { clock });
  const run = { bad: 0, asked: 0, oldestS: 0 };
  try {
    for (let second = 0; second < minutes * 60; second++) {
      const due = ROUTES.flatMap(([path, everyMs]) =>
        Array.from({ length: viewers }, (_, viewer) => ({
          path,
          isDue: (second + (viewer % 7)) % (everyMs / 1_000) === 0,
        })),
      );
      const answers = await Promise.all(due.filter(({ isDue }) => isDue).map(({ path }) => gateway.ask(path)));
      for (const answer of answers) {
        run.asked++;
        if (answer.status !== 200) run.bad++;
        run.oldestS = Math.max(run.oldestS, answer.ageS);
      }
      clock.advance(1_000);
    }
    return { upstream: told.answered, refused: told.refused, ...run };
  } finally {
    await gateway.close();
    await peer.close();
  }
}

test('50 viewers for 10 minutes cost no more than one, and nobody is ever told 429', { timeout: 240_000 }, async () => {
  const one = await poll(1, 10);
  const fifty = await poll(50, 10);
  expect(one.asked).toBe(4 * 60 + 20 + 40);
  expect(fifty.asked).toBe(50 * one.asked);
  expect([one.refused, fifty.refused, one.bad, fifty.bad]).toEqual([0, 0, 0, 0]);
  // What one viewer would cost who asked MAS itself.
  expect(fifty.upstream).toBeLessThanOrEqual(one.asked);
  expect(one.upstream).toBeLessThanOrEqual(one.asked);
  expect(fifty.oldestS, 'seconds').toBeLessThan(120);
});

import { expect, test } from 'vitest';
import { makeMemoryBus } from '../bus/memory.ts';
import { Pulse } from '../bus/pulse.ts';
import { DEFAULT_LIMITS } from '../config.ts';
import { FakeClock } from '../fake-clock.ts';
import { payloadOf } from '../wire/frame-encode.ts';
import { StateReader } from './state-reader.ts';

const host = { wake: () => undefined, lagged: () => undefined, takesRuns: true };

test('who was told where a state begins and was cut before its snapshot still gets that', async () => {
  const pulse = new Pulse({ windowMs: 0 });
  const bus = makeMemoryBus(DEFAULT_LIMITS, new FakeClock(), pulse);
  bus.put('state/a', 'key', 1);
  const ofBefore = new StateReader(await bus.openState('state/a'), { epoch: 'before', offset: 5 }, host);
  expect(ofBefore.start).toMatchObject({ recovered: false, cursor: { offset: 0 } });
  // What it had from the epoch before must not stay beside what is here.
  const again = new StateReader(await bus.openState('state/a'), ofBefore.start.cursor, host);
  expect(again.start.recovered).toBe(false);
  const frame = again.next()?.frame ?? Buffer.alloc(0);
  expect(JSON.parse(payloadOf(frame).toString())).toMatchObject({ snapshot: true, puts: [['key', 1]] });
  expect(again.next()).toBeUndefined();
  pulse.close();
  await bus.close();
});

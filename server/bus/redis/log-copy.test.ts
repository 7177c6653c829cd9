import { expect, test } from 'vitest';
import type { LogChannel } from '../bus.ts';
import { ChannelLog } from '../channel-log.ts';
import { payloadOf } from '../encode.ts';
import { Pulse } from '../pulse.ts';
import type { Entry, Place } from './entry.ts';
import { LogCopy, type LogCopyHooks } from './log-copy.ts';
import type { Outgoing } from './log-outbox.ts';

const OWN = 'own';
const entry = (offset: number, number: number, node = 'other'): Entry => ({
  kind: 'e',
  epoch: 'e',
  offset,
  k: 1,
  count: 1,
  number,
  at: 1,
  node,
  body: Buffer.from(`"${node} ${number}"`),
});
/** As the scripts write it (`entry.ts`). */
const wake = ({ kind, epoch, offset, k, count, number, at, node, body }: Entry): Buffer =>
  Buffer.from(`${[kind, epoch, offset, k, count, number, at, at, node, body.length].join(' ')}\n${body.toString()}`);
const outgoing = (number: number, key?: string): Outgoing => ({
  number,
  kind: 'e',
  count: 1,
  body: `"${OWN} ${number}"`,
  at: 1,
  bytes: 1,
  key,
  source: undefined,
  onDone: undefined,
  isDone: false,
  giveUp: () => false,
});

const makeCopy = (hooks: Partial<LogCopyHooks>) => makeCopyAt({ epoch: 'e', offset: 0, k: 0 }, hooks);
const makeAwayCopy = (hooks: Partial<LogCopyHooks>) => makeCopyAt(undefined, hooks);

function makeCopyAt(place: Place | undefined, hooks: Partial<LogCopyHooks>) {
  const pulse = new Pulse({ windowMs: 0 });
  const at = { epoch: place?.epoch ?? 'first-local', offset: 0 };
  const log = new ChannelLog('events/x', 'events', at, { maxBytes: 100_000, pulse, urgent: false });
  const copy = new LogCopy(log, place, {
    node: OWN,
    now: () => 1,
    read: async () => ({ entries: [], end: { epoch: 'e', offset: 0, k: 0 } }),
    waiting: () => [],
    unheard: () => [],
    acknowledged: () => 0,
    localEpoch: () => 'local',
    onHeard: () => undefined,
    onOwn: () => undefined,
    onHole: () => undefined,
    ...hooks,
  });
  return { copy, log };
}

/** Epoch, offset and what is there. */
function contentsOf(log: ChannelLog): readonly string[] {
  log.seal();
  const channel: LogChannel = log;
  return Array.from({ length: channel.nextSeq }, (_, seq) => {
    const found = channel.entry(seq);
    if (found === undefined) return 'gone';
    const { records } = JSON.parse(payloadOf(found).toString()) as { readonly records?: readonly string[] };
    return `${found.epoch}:${found.offset} ${records?.join() ?? found.is}`;
  });
}

test('a wake-up that overtakes the page being read leads no reader back', async () => {
  let answer: () => void = () => undefined;
  const read = () =>
    new Promise<Awaited<ReturnType<LogCopyHooks['read']>>>((resolve) => {
      answer = () => resolve({ entries: [entry(0, 1)], end: { epoch: 'e', offset: 1, k: 0 } });
    });
  const { copy, log } = makeCopy({ read });
  const refreshed = copy.refresh();
  await new Promise((resolve) => setImmediate(resolve));
  copy.onWake(wake(entry(0, 1)));
  copy.onWake(wake(entry(1, 2)));
  answer();
  expect(await refreshed).toBe(true);
  expect(contentsOf(log)).toEqual(['e:0 other 1,other 2']);
});

test('without Redis nobody knows whether a key was used before: readers wait for it, and get it once', () => {
  const waiting = [outgoing(1, 'key'), outgoing(2)];
  const { copy, log } = makeCopy({ waiting: () => waiting });
  copy.goLocal();
  expect(contentsOf(log)).toEqual(['local:0 gap', 'local:0 own 2']);
  // Meanwhile it came into Redis by way of another server; ours is answered as a duplicate.
  copy.onWake(wake(entry(0, 1, 'other')));
  copy.onWake(wake(entry(1, 2, OWN)));
  expect(contentsOf(log)).toEqual(['local:0 gap', 'local:0 own 2', 'local:1 other 1']);
});

test('a key that was not used before comes when Redis has it, also behind what came without it', () => {
  const { copy, log } = makeCopy({ waiting: () => [outgoing(1, 'key'), outgoing(2)] });
  copy.goLocal();
  copy.onWake(wake(entry(0, 1, OWN)));
  copy.onWake(wake(entry(1, 2, OWN)));
  expect(contentsOf(log)).toEqual(['local:0 gap', 'local:0 own 2,own 1']);
});

test('opened while Redis is away: one epoch of its own, and then on where Redis is, not over what is before', async () => {
  const old = { ...entry(0, 1), epoch: 'older' };
  const read = async () => ({ entries: [old, entry(1, 2)], end: { epoch: 'e', offset: 2, k: 0 } });
  const { copy, log } = makeAwayCopy({ read });
  copy.appendLocal(outgoing(1));
  copy.appendLocal(outgoing(2));
  expect(contentsOf(log)).toEqual(['first-local:0 own 1,own 2']);
  expect(await copy.refresh()).toBe(true);
  copy.onWake(wake(entry(2, 3)));
  expect(contentsOf(log).slice(1)).toEqual(['first-local:2 gap', 'e:2 gap', 'e:2 other 3']);
});

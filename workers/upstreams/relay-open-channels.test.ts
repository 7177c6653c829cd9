import { expect, test } from 'vitest';
import { FakeClock } from '../../server/fake-clock.ts';
import type { FromRelay } from '../../src/contract/from-relay.ts';
import { encodeSampleBatch } from '../../src/contract/sample-batch.ts';
import type { ToRelay } from '../../src/contract/to-relay.ts';
import { RelayReading } from './relay-reading.ts';
import { isServerChannel } from './server-channel.ts';
import type { Publication, UpstreamHost } from './upstream.ts';

const notes = 'events/lab.notes';
const latest = 'state/freezers';
const curve = 'samples/fci/rack-2';

function setUp() {
  const clock = new FakeClock();
  const sent: ToRelay[] = [];
  const published: Publication[] = [];
  let isOpen = true;
  let rid = 0;
  const reading = new RelayReading({
    host: { schedule: clock.schedule, publish: (one: Publication) => published.push(one) } as unknown as UpstreamHost,
    socket: {
      send: (message) => {
        if (isOpen) sent.push(message);
        return isOpen;
      },
    },
    questions: { nextRid: () => ++rid },
    // The relay's clock is an hour ahead of ours.
    clock: { shiftMs: 3_600_000 },
    isShared: () => false,
    onReceived: () => undefined,
    onDrop: () => undefined,
  });
  const say = (message: object) => reading.message(message as Parameters<typeof reading.message>[0]);
  const subscribed = (channel: string, offset: number, epoch = 'e'): void =>
    say({
      t: 'subscribed',
      id: rid,
      channel,
      kind: 'events',
      cursor: { epoch, offset },
      recovered: true,
      gap: undefined,
    });
  const events = (from: number, ...records: unknown[]): void =>
    say({ t: 'events', channel: notes, epoch: 'e', from, records });
  const asked = () => sent.filter((one): one is Extract<ToRelay, { t: 'subscribe' }> => one.t === 'subscribe');
  return {
    reading,
    sent,
    asked,
    published,
    say,
    subscribed,
    events,
    down: () => {
      isOpen = false;
      reading.down();
    },
    up: () => {
      isOpen = true;
      reading.up();
    },
  };
}

test.each([
  ['events/lab.notes', true],
  ['state/feed/index', true],
  ['samples/fci/rack-2', true],
  ['events/up/redis/mesh', false],
  ['state/up/mas-topology/agents', false],
  ['events/tap/redis.index', false],
  ['device/b/console', false],
  ['boards', false],
  ['upstreams', false],
  ['hub', false],
])('%s is a channel of our server: %s', (name, is) => {
  expect(isServerChannel(name)).toBe(is);
});

test('asked for once we are in, with a piece of what was before; what comes is passed on as it is', () => {
  const { reading, asked, published, up, subscribed, events } = setUp();
  reading.demand(notes, true, undefined);
  expect(asked()).toEqual([]);
  up();
  expect(asked()).toMatchObject([{ channel: notes, since: undefined, rewind: 1_000 }]);
  subscribed(notes, 4);
  events(4, { at: 5, any: ['thing'] }, 'text', 7);
  expect(published).toEqual([
    { t: 'events', channel: notes, epoch: 'e', from: 4, records: [{ at: 5, any: ['thing'] }, 'text', 7] },
  ]);
});

test('after a break it goes on from where it was; a hole is read again', () => {
  const { reading, asked, sent, published, up, down, subscribed, events } = setUp();
  up();
  reading.demand(notes, true, { epoch: 'e', offset: 2 });
  expect(asked()).toMatchObject([{ since: { epoch: 'e', offset: 2 }, rewind: undefined }]);
  subscribed(notes, 2);
  events(2, 'c');
  down();
  up();
  expect(asked()[1]).toMatchObject({ since: { epoch: 'e', offset: 3 } });
  subscribed(notes, 3);
  events(5, 'f');
  expect(sent.slice(-2)).toMatchObject([{ t: 'unsubscribe' }, { t: 'subscribe', since: { epoch: 'e', offset: 3 } }]);
  subscribed(notes, 3);
  events(3, 'd', 'e', 'f');
  expect(published.flatMap((one) => (one.t === 'events' ? one.records : []))).toEqual(['c', 'd', 'e', 'f']);
});

test('a gap that the server tells is told here, by our clock', () => {
  const { reading, published, up, subscribed, say } = setUp();
  up();
  reading.demand(notes, true, undefined);
  subscribed(notes, 0);
  const gap: Extract<FromRelay, { t: 'gap' }>['gap'] = {
    why: 'epoch-changed',
    count: undefined,
    fromMs: 3_600_000,
    toMs: 3_700_000,
  };
  say({ t: 'gap', channel: notes, gap, cursor: { epoch: 'f', offset: 0 } });
  expect(published).toEqual([{ t: 'gap', channel: notes, gap: { ...gap, fromMs: 0, toMs: 100_000 } }]);
});

test('a state comes whole each time, then its changes', () => {
  const { reading, asked, published, up, down, say } = setUp();
  up();
  reading.demand(latest, true, { epoch: 'e', offset: 9 });
  const cursor = { epoch: 'e', offset: 10 };
  say({ t: 'state', channel: latest, cursor, snapshot: true, puts: [['a', 1]], dels: [] });
  say({ t: 'state', channel: latest, cursor, snapshot: false, puts: [], dels: ['a'] });
  down();
  up();
  expect(asked()).toMatchObject([{ since: undefined, rewind: undefined }, { since: undefined }]);
  expect(published).toEqual([
    { t: 'state', channel: latest, snapshot: true, puts: [['a', 1]], dels: [] },
    { t: 'state', channel: latest, snapshot: false, puts: [], dels: ['a'] },
  ]);
});

test('rows keep the times that their publisher gave them', () => {
  const { reading, published, up, subscribed } = setUp();
  up();
  reading.demand(curve, true, undefined);
  subscribed(curve, 0);
  const times = Float64Array.of(1_000, 2_000);
  const batch = {
    channel: curve,
    epoch: 'e',
    offset: 0,
    series: ['x'],
    provenance: 'measured',
    times,
    columns: [times],
  } as const;
  reading.samples(encodeSampleBatch(batch));
  expect(published).toEqual([{ t: 'samples', channel: curve, buffer: encodeSampleBatch(batch) }]);
});

test('nobody looks any more: unsubscribed, and not asked for after a break', () => {
  const { reading, sent, asked, up, down, subscribed } = setUp();
  up();
  reading.demand(notes, true, undefined);
  subscribed(notes, 0);
  reading.demand(notes, false, undefined);
  expect(sent.at(-1)).toEqual({ t: 'unsubscribe', channel: notes });
  down();
  up();
  expect(asked()).toHaveLength(1);
});

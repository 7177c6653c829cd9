import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMERGENCY_STOP } from '../../src/contract/board-command.ts';
import { parseMessage } from '../../src/contract/parse-message.ts';
import { encodeSampleBatch } from '../../src/contract/sample-batch.ts';
import { TO_RELAY, type ToRelay } from '../../src/contract/to-relay.ts';
import { toArrayBuffer } from '../bus/encode.ts';
import { boardStatus } from '../live/raw-client.ts';
import type { BoardMessage } from './relay.ts';
import { Lab } from './test-lab.ts';

const status = boardStatus('b1');
const request = { id: 'c', board: 'b1', name: 'status', params: { x: 1 }, by: 'me', deadline: 2_000_000 };
const cursor = { epoch: 'e', offset: 0 };
const gap = { why: 'unplugged', count: 1, fromMs: 1, toMs: 2 };
const update = { ...request, at: 1, state: { is: 'queued' } };
/** One good message of each kind. */
const GOOD: readonly object[] = [
  { t: 'offer', rid: 1, board: 'b1', status },
  { t: 'withdraw', board: 'b1' },
  {
    t: 'records',
    channel: 'device/b1/console',
    epoch: 'e',
    from: 0,
    records: [{ dir: 'note', at: 1, text: 'x', level: 'info' }],
  },
  { t: 'gap', channel: 'device/b1/console', gap },
  { t: 'lease', rid: 2, board: 'b1', action: 'take' },
  { t: 'lease', rid: 6, board: 'b1', action: 'take-over', reason: 'why not' },
  { t: 'command', rid: 3, request, fence: 1_000_001 },
  { t: 'cancel-command', rid: 4, board: 'b1', id: 'c', fence: 1_000_001 },
  { t: 'command-update', cursor, update },
  { t: 'write', rid: 5, board: 'b1', hex: '00ff', by: 'me', fence: 1_000_001 },
];
const BOARD_TYPES = new Set(GOOD.map((message) => (message as { t: string }).t));

const oddValue = fc.oneof(
  fc.constantFrom<unknown>(null, -1, 1e300, '', '__proto__', 'device/b2/console', 'x'.repeat(5_000), [], {}, true),
  fc.jsonValue(),
);

/** A good message with some of its values, at any depth, replaced or taken away. */
const mutated = fc
  .tuple(fc.constantFrom(...GOOD), fc.array(fc.tuple(fc.nat(200), oddValue), { maxLength: 3 }))
  .map(([message, changes]) => {
    const copy: object = structuredClone(message);
    const places: [Record<string, unknown>, string][] = [];
    const walk = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const key of Object.keys(value)) {
        places.push([value as Record<string, unknown>, key]);
        walk((value as Record<string, unknown>)[key]);
      }
    };
    walk(copy);
    for (const [index, value] of changes) {
      const place = places[index % places.length];
      if (place && place[1] !== 't') place[0][place[1]] = value;
    }
    return JSON.stringify(copy);
  });

async function setUp() {
  const lab = new Lab({ eventsLogBytes: 10_000, samplesLogBytes: 10_000 });
  const [server] = await lab.start('a');
  if (server === undefined) throw new Error('one server');
  return { lab, server, relay: server.relay };
}

test('mutated messages in any order: nothing throws, memory is bounded, every question has one answer, nothing stays', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), mutated), { maxLength: 60 }), async (steps) => {
      const { lab, server, relay } = await setUp();
      const [owner, viewer] = [server.client('owner'), server.client('viewer')];
      let questions = 0;
      for (const [byOwner, text] of steps) {
        const parsed = parseMessage<ToRelay>(text, TO_RELAY);
        if (parsed.is !== 'message' || !BOARD_TYPES.has(parsed.message.t)) continue;
        const message = parsed.message as BoardMessage;
        if ('rid' in message) questions++;
        relay.handle(byOwner ? owner : viewer, message);
        // An offer of a new board is answered in a later turn.
        if (message.t === 'offer') await lab.settle();
      }
      await lab.settle();
      expect([...owner.got, ...viewer.got].filter(({ t }) => t === 'answer')).toHaveLength(questions);
      expect(lab.bus.stats().keptBytes).toBeLessThan(200_000);
      relay.left(owner);
      relay.left(viewer);
      await lab.advance(lab.limits.boardKeptMs + lab.limits.commandMs * 3);
      expect(relay.stats()).toEqual({ boards: 0, leases: 0, commands: 0, unanswered: 0 });
      relay.close();
      await lab.bus.close();
      expect(lab.clock.pending).toBe(0);
    }),
    { numRuns: 100 },
  );
});

test('a stop from somebody without a lease carries no fence to the owner, whatever it claims', async () => {
  const { lab, server, relay } = await setUp();
  const owner = server.client('owner');
  relay.handle(owner, { t: 'offer', rid: 1, board: 'b1', status: status });
  await lab.settle();
  const stop = { ...request, name: EMERGENCY_STOP };
  relay.handle(server.client('viewer'), { t: 'command', rid: 2, request: stop, fence: Number.MAX_SAFE_INTEGER });
  expect(owner.got.find(({ t }) => t === 'run-command')).toMatchObject({ fence: 0 });
});

test('flipped and cut sample batches are refused or taken, never thrown', async () => {
  const { lab, server, relay } = await setUp();
  const owner = server.client('owner');
  relay.handle(owner, { t: 'offer', rid: 1, board: 'b1', status });
  await lab.settle();
  const good = new Uint8Array(
    encodeSampleBatch({
      channel: 'device/b1/telemetry',
      epoch: 'e',
      offset: 0,
      series: ['x'],
      provenance: 'measured',
      times: Float64Array.of(1, 2),
      columns: [Float64Array.of(1, 2)],
    }),
  );
  fc.assert(
    fc.property(fc.nat(good.length), fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255))), (length, flips) => {
      const bytes = good.slice();
      for (const [at, value] of flips) bytes[at] = value;
      const refusal = relay.samples(owner, toArrayBuffer(bytes.subarray(0, length)));
      expect(refusal === undefined || refusal.message.length > 0).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

/** What a server of another version, or whoever else can write to the same Redis, may put in its place. */
const mail = fc.oneof(
  oddValue,
  fc.record({ is: fc.constantFrom('letter', 'question', 'answer'), id: fc.oneof(fc.nat(3), oddValue), body: oddValue }),
  fc.record({
    is: fc.constantFrom('letter', 'question', 'answer'),
    id: fc.nat(3),
    body: fc.record(
      {
        is: fc.constantFrom('watchers', 'left', 'ask', 'yield'),
        board: fc.oneof(fc.constant('b1'), oddValue),
        client: fc.oneof(fc.constant('viewer'), oddValue),
        watchers: fc.oneof(fc.array(fc.record({ client: oddValue, name: oddValue })), oddValue),
        caller: fc.oneof(fc.constant({ client: 'x', name: 'X', principal: 'open' }), oddValue),
        request: fc.oneof(
          mutated.map((text): unknown => JSON.parse(text)),
          oddValue,
        ),
        ok: fc.boolean(),
        lease: oddValue,
        record: oddValue,
      },
      { requiredKeys: ['is'] },
    ),
  }),
);

test('mail that is none, and records that are none, change nothing and stop nobody', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(mail, { maxLength: 20 }),
      fc.array(fc.tuple(fc.constantFrom('b1', 'b1/c', 'b9'), oddValue), { maxLength: 5 }),
      async (mails, records) => {
        const { lab, server, relay } = await setUp();
        const [other] = await lab.start('b');
        if (other === undefined) throw new Error('another server');
        const owner = server.client('owner');
        owner.offer('b1', 1);
        await lab.settle();
        for (const one of mails) server.hearMail('b', JSON.parse(JSON.stringify(one)));
        for (const [key, value] of records) {
          lab.bus.put('pending', key, value);
          if (key !== 'b1/c') lab.bus.put('boards', key, value);
        }
        await lab.settle();
        // The board's home is as it was, and so are the records that clients get.
        expect(relay.boards.ownerOf('b1')?.session).toBe(owner);
        expect(await lab.record('b1')).toMatchObject({ home: 'a', online: true });
        owner.leave();
        await lab.advance(lab.limits.boardKeptMs + lab.limits.commandMs * 3);
        expect(relay.stats()).toMatchObject({ boards: 0, commands: 0 });
        for (const { relay: each } of [server, other]) each.close();
        await lab.bus.close();
        expect(lab.clock.pending).toBe(0);
      },
    ),
    { numRuns: 200 },
  );
});

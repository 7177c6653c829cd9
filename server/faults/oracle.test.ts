import { expect, test } from 'vitest';
import type { Cursor, Gap } from '../../src/contract/channel.ts';
import type { Numbered, PublisherLine, SubscriberLine } from './log-line.ts';
import { type Evidence, judge } from './oracle.ts';

const CHANNEL = 'events/fault/a';
const at = (offset: number, epoch = 'e1'): Cursor => ({ epoch, offset });
const head = { s: 1, at: 0 } as const;
const lost = (count?: number): Gap => ({ why: 'slow-consumer', count, fromMs: 0, toMs: 0 });

const begin = (cursor = at(0)): SubscriberLine => ({
  ...head,
  is: 'subscribed',
  channel: CHANNEL,
  cursor,
  recovered: false,
});
const resume = (
  since: Cursor,
  answer: { recovered: boolean; cursor: Cursor; gap?: Gap; from?: Cursor },
): SubscriberLine => ({
  ...head,
  is: 'subscribed',
  channel: CHANNEL,
  since,
  ...answer,
});
/** Numbers of publisher 7, one after the other, from an offset. */
const got = (from: number, numbers: readonly number[], epoch = 'e1', p = 7, connection = 1): SubscriberLine => ({
  ...head,
  is: 'records',
  channel: CHANNEL,
  epoch,
  from,
  items: numbers.map((n): Numbered => [p, n, connection]),
});
const gap = (cursor: Cursor, count?: number, from?: Cursor): SubscriberLine => ({
  ...head,
  is: 'gap',
  channel: CHANNEL,
  gap: lost(count),
  cursor,
  from,
});
const ack = (n: number, cursor: Cursor, sends = 1, p = 7, channel = CHANNEL): PublisherLine => ({
  p,
  at: 0,
  is: 'ack',
  n,
  channel,
  cursor,
  duplicate: false,
  sends,
});

const evidence = (subscribers: readonly SubscriberLine[], publishers: readonly PublisherLine[] = []): Evidence => ({
  subscribers,
  publishers,
  keyed: new Set([7]),
  states: [],
});
const kinds = (...given: Parameters<typeof evidence>): readonly string[] =>
  judge(evidence(...given)).findings.map(({ kind }) => kind);
const other = (line: SubscriberLine, s: number): SubscriberLine => ({ ...line, s });

test('everything in order, over a reconnect that recovers and one that is told a gap', () => {
  const lines = [
    begin(),
    got(0, [1, 2, 3]),
    resume(at(3), { recovered: true, cursor: at(3) }),
    got(3, [4]),
    resume(at(4), { recovered: false, cursor: at(6), gap: lost(2), from: at(4) }),
    got(6, [7]),
    gap(at(9), 2),
    got(9, [10]),
  ];
  const acks = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => ack(n, at(n - 1)));
  const { findings, counts } = judge(evidence(lines, acks));
  expect(findings).toEqual([]);
  expect(counts).toMatchObject({ received: 6, acknowledged: 10, toldMissing: 4, gaps: 2 });
});

test('a hole without a word is found once, whether it is filled afterwards or not', () => {
  expect(kinds([begin(), got(0, [1]), got(2, [3]), got(3, [4])])).toEqual(['silent-gap']);
  const filled = [begin(), got(0, [1]), got(2, [3]), resume(at(1), { recovered: true, cursor: at(1) }), got(1, [2, 3])];
  expect(kinds(filled)).toEqual(['silent-gap']);
});

test('a resume that says recovered and starts elsewhere, or says nothing, is a silent gap', () => {
  const before = [begin(), got(0, [1])];
  expect(kinds([...before, resume(at(1), { recovered: true, cursor: at(2) })])).toEqual(['silent-gap']);
  expect(kinds([...before, resume(at(1), { recovered: false, cursor: at(2) })])).toEqual(['silent-gap']);
});

test('who resumes from before what it has walks over it again, and nothing of it counts twice', () => {
  const before = [begin(), got(0, [1, 2, 3])];
  const again = judge(evidence([...before, resume(at(1), { recovered: true, cursor: at(1) }), got(1, [2, 3, 4])]));
  expect(again.findings).toEqual([]);
  expect(again.counts).toMatchObject({ received: 4, repeats: 2 });
  const overEpochs = [
    ...before,
    gap(at(0, 'e2')),
    got(0, [4], 'e2'),
    resume(at(2), { recovered: true, cursor: at(2) }),
  ];
  expect(kinds([...overEpochs, got(2, [3]), gap(at(0, 'e2')), got(0, [4, 5], 'e2')])).toEqual([]);
  expect(kinds([...overEpochs, got(2, [3]), got(1, [5], 'e2')])).toEqual(['silent-epoch']);
  const ahead = resume(at(5), { recovered: true, cursor: at(5) });
  expect(kinds([...before, ahead])).toEqual(['broken']);
  const anew = (cursor: Cursor): SubscriberLine => ({ ...begin(cursor) });
  expect(kinds([...before, anew(at(0)), got(0, [1, 2, 3, 4])])).toEqual([]);
  expect(kinds([...before, anew(at(4))])).toEqual(['silent-gap']);
});

test('a gap that begins after what was received leaves a hole; one that begins before it tells too much', () => {
  const before = [begin(), got(0, [1, 2])];
  expect(kinds([...before, gap(at(6), 3, at(3))])).toEqual(['silent-gap']);
  expect(kinds([...before, gap(at(6), 5, at(1))])).toEqual(['wrong-gap']);
  expect(kinds([...before, gap(at(6), 3)])).toEqual(['wrong-gap']);
  expect(kinds([...before, gap(at(1))])).toEqual(['went-back']);
});

test('what comes again is recognised by its place; the same number at another place is a duplicate', () => {
  const again = judge(evidence([begin(), got(0, [1, 2]), got(1, [2, 3])]));
  expect(again.findings).toEqual([]);
  expect(again.counts).toMatchObject({ repeats: 1, received: 3 });
  expect(kinds([begin(), got(0, [1, 2]), got(2, [2])])).toEqual(['duplicate']);
});

test('a publisher’s numbers out of order are found; those of one without answers only within a connection', () => {
  expect(kinds([begin(), got(0, [1, 3, 2])])).toEqual(['reordered']);
  const unasked = (connection: number, numbers: readonly number[], from: number) =>
    got(from, numbers, 'e1', 8, connection);
  expect(kinds([begin(), unasked(1, [1], 0), unasked(2, [3], 1), unasked(1, [2], 2)])).toEqual([]);
  expect(kinds([begin(), unasked(1, [1, 3, 2], 0)])).toEqual(['reordered']);
});

test('a new epoch is told, or it is found', () => {
  const before = [begin(), got(0, [1, 2])];
  expect(kinds([...before, got(0, [3], 'e2')])).toEqual(['silent-epoch']);
  expect(kinds([...before, gap(at(0, 'e2')), got(0, [3], 'e2')])).toEqual([]);
  // Two who saw them in different orders: one of them went back.
  const back = [begin(at(0, 'e2')), got(0, [3], 'e2'), gap(at(0)), got(0, [1, 2])].map((line) => other(line, 2));
  expect(kinds([...before, gap(at(0, 'e2')), ...back])).toContain('went-back');
});

test('a server’s own epoch is a detour: what comes in it has come, and the epoch of all goes on behind it', () => {
  const detour = [
    begin(),
    got(0, [1, 2]),
    gap(at(0, 'local-a-1')),
    got(0, [3, 4], 'local-a-1'),
    gap(at(4)),
    got(4, [5]),
  ];
  const acks = [1, 2, 3, 4, 5].map((n) => ack(n, at(n - 1)));
  const { findings, counts } = judge(evidence(detour, acks));
  expect(findings).toEqual([]);
  expect(counts.toldMissing).toBe(0);
  const skipping = [...detour.slice(0, 4), gap(at(5)), got(5, [6])];
  expect(judge(evidence(skipping, acks)).counts.toldMissing).toBe(1);
  // At another server it is led over all of it again, and finds the same in other places.
  const elsewhere = resume(at(2, 'local-a-1'), {
    recovered: false,
    cursor: at(0),
    gap: lost(),
    from: at(2, 'local-a-1'),
  });
  const again = judge(evidence([...detour.slice(0, 4), elsewhere, got(0, [1, 2, 3, 4, 5])], acks));
  expect(again.findings).toEqual([]);
  expect(again.counts).toMatchObject({ repeats: 2, repeatedAcrossEpochs: 2 });
  expect(kinds([...detour.slice(0, 4), elsewhere, got(1, [2, 3])])).toEqual(['silent-gap']);
  expect(kinds([...detour.slice(0, 4), got(2, [3])])).toEqual(['silent-epoch']);
});

test('who came to the newest epoch by a detour, and is led through the older ones afterwards, went back nowhere', () => {
  const detour = [begin(), got(0, [1]), gap(at(0, 'local-a-1')), gap(at(5, 'e3')), got(5, [9], 'e3')];
  const anew = resume(at(6, 'e3'), { recovered: false, cursor: at(0), gap: lost(), from: at(6, 'e3') });
  const walk = [got(0, [1]), gap(at(1, 'e2')), got(1, [5], 'e2'), gap(at(5, 'e3')), got(5, [9], 'e3')];
  expect(kinds([...detour, anew, ...walk])).toEqual([]);
});

test('a number sent twice may come twice over a lost epoch, and never within one', () => {
  const lines = [begin(), got(0, [1]), gap(at(0, 'e2')), got(0, [1, 2], 'e2')];
  expect(kinds(lines, [ack(1, at(0, 'e2'), 2)])).toEqual([]);
  expect(kinds(lines, [ack(1, at(0, 'e2'), 1)])).toEqual(['duplicate']);
});

test('a place that holds two different records is found, between subscribers and against an answer', () => {
  expect(kinds([begin(), got(0, [1]), other(begin(), 2), other(got(0, [2]), 2)])).toEqual(['disagreement']);
  expect(kinds([begin(), got(0, [1])], [ack(2, at(0))])).toEqual(['disagreement']);
});

test('an acknowledged record must reach everybody who was there, or lie in what they were told is missing', () => {
  expect(kinds([begin(), got(0, [1])], [ack(1, at(0)), ack(2, at(1))])).toEqual(['missing']);
  // Before it began, nobody owes it anything.
  expect(kinds([begin(at(5)), got(5, [6])], [ack(1, at(0)), ack(6, at(5))])).toEqual([]);
  // An epoch that another subscriber saw in between, and this one was told it missed.
  const one = [begin(), got(0, [1]), gap(at(0, 'e3')), got(0, [9], 'e3')];
  const two = [begin(), got(0, [1]), gap(at(0, 'e2')), got(0, [5], 'e2'), gap(at(0, 'e3')), got(0, [9], 'e3')];
  const acks = [ack(1, at(0)), ack(5, at(0, 'e2')), ack(9, at(0, 'e3'))];
  const { findings, counts } = judge(evidence([...one, ...two.map((line) => other(line, 2))], acks));
  expect(findings).toEqual([]);
  expect(counts.toldMissing).toBe(1);
  // The newest epoch, which this one never learned of.
  expect(kinds([begin(), got(0, [1]), ...two.map((line) => other(line, 2))], [ack(5, at(0, 'e2'))])).toEqual([
    'missing',
  ]);
});

test('thinned rows are told rows: the next ones stand for all of them, and are not taken at their word', () => {
  const thinned: SubscriberLine = { ...head, is: 'thinned', channel: CHANNEL, n: 4, cursor: at(5) };
  const lines = [begin(), got(0, [1]), thinned, got(5, [2, 4]), got(7, [8])];
  expect(
    kinds(
      lines,
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) => ack(n, at(n - 1))),
    ),
  ).toEqual([]);
  expect(kinds([begin(), got(0, [1]), { ...thinned, cursor: at(6) }])).toEqual(['wrong-gap']);
});

test('what was never answered is found', () => {
  const line: PublisherLine = { p: 7, at: 0, is: 'unanswered', n: 3, channel: CHANNEL, sends: 4 };
  expect(kinds([begin()], [line])).toEqual(['not-converged']);
});

test('a state must be what the bus has; changes of another epoch need a snapshot first', () => {
  const state = (
    snapshot: boolean,
    cursor: Cursor,
    puts: [string, unknown][],
    dels: string[] = [],
  ): SubscriberLine => ({
    ...head,
    is: 'state',
    channel: 'state/fault/map',
    cursor,
    snapshot,
    puts,
    dels,
  });
  const judged = (lines: readonly SubscriberLine[], truth: Record<string, unknown>) =>
    judge({
      ...evidence(lines),
      states: [{ server: 'server 0', channel: 'state/fault/map', map: new Map(Object.entries(truth)) }],
    }).findings.map(({ kind }) => kind);
  const lines = [
    state(true, at(2), [
      ['a', 1],
      ['b', 1],
    ]),
    state(false, at(4), [['a', 2]], ['b']),
  ];
  expect(judged(lines, { a: 2 })).toEqual([]);
  expect(judged(lines, { a: 2, b: 1 })).toEqual(['state-differs']);
  expect(judged(lines, { a: 3 })).toEqual(['state-differs']);
  expect(judged([...lines, state(false, at(1, 'e2'), [['a', 3]])], { a: 3 })).toEqual(['silent-epoch']);
  expect(judged([...lines, state(true, at(1, 'e2'), [['a', 3]])], { a: 3 })).toEqual([]);
});

test('the last put that was answered is what the state has', () => {
  const put = ack(4, at(9), 1, 7, 'state/fault/map');
  const judged = (n: number) =>
    judge({
      ...evidence([], [put]),
      states: [{ server: 'server 0', channel: 'state/fault/map', map: new Map([['k7', { p: 7, n }]]) }],
    }).findings.map(({ kind }) => kind);
  expect(judged(4)).toEqual([]);
  expect(judged(3)).toEqual(['state-differs']);
});

import { expect, test } from 'vitest';
import type { LineState, TapRecord } from '../../../src/contract/upstream/status.ts';
import type { LineOptions } from '../line.ts';
import type { Attempt } from './attempt.ts';
import { LineCore } from './line-core.ts';
import { FakeEnv, States } from './test-env.ts';

/** A transport whose other side is the test. */
class FakeTransport extends LineCore {
  readonly attempts: Attempt[] = [];
  open = 0;
  onEnd: (() => void) | undefined;

  protected connect(attempt: Attempt): () => void {
    this.goesTo('wss://hub.example/feed?token=abc&part=1');
    this.attempts.push(attempt);
    this.open++;
    return () => {
      this.open--;
      if (this.onEnd) this.afterwards(this.onEnd);
    };
  }

  get last(): Attempt {
    const attempt = this.attempts.at(-1);
    if (attempt === undefined) throw new Error('no attempt yet');
    return attempt;
  }

  /** A message that becomes a record. */
  record(at?: number): void {
    this.last.heard(10);
    const record = at === undefined ? {} : { at, atFrom: 'source' };
    this.last.frame({ form: 'text', bytes: 10, data: '{"v":1}' }, (out) => out.put('things', 'a', record));
  }
}

function setUp(options: Partial<LineOptions> = {}) {
  const env = new FakeEnv();
  const states = new States();
  const line = new FakeTransport(
    env,
    { name: 'feed', staleMs: 5_000, silentMs: 30_000, onState: states.onState, ...options },
    'websocket',
  );
  return { env, states, line };
}

function live() {
  const it = setUp();
  it.line.start();
  it.line.last.opened();
  it.line.record();
  return it;
}

test('connected is not live: a record makes it so, and it goes stale without', () => {
  const { env, states, line } = setUp();
  line.start();
  line.last.opened();
  env.advance(20_000);
  expect(line.state.is).toBe('connected-no-data');
  line.record();
  env.advance(4_999);
  expect(line.state.is).toBe('live');
  line.record();
  env.advance(4_999);
  expect(line.state.is).toBe('live');
  env.advance(1);
  expect(line.state.is).toBe('stale');
  line.record();
  expect(states.words).toEqual(['connecting', 'connected-no-data', 'live', 'stale', 'live']);
});

test('a record that comes with the answer to the handshake makes it live at once', () => {
  const { states, line } = setUp();
  line.start();
  line.record();
  line.last.opened();
  expect(states.words).toEqual(['connecting', 'live']);
});

test('a peer that does not answer is given up after the handshake time', () => {
  const { env, line } = setUp();
  line.start();
  env.advance(9_999);
  expect(line.state.is).toBe('connecting');
  env.advance(1);
  expect(line.state).toMatchObject({ is: 'retrying', why: 'no answer within 10 s', attempt: 1 });
  expect(line.open).toBe(0);
});

test('silence ends a connection, and bytes of any kind are no silence', () => {
  const { env, line } = live();
  env.advance(29_000);
  line.last.heard(1);
  env.advance(29_999);
  expect(line.open).toBe(1);
  env.advance(1);
  expect(line.state).toMatchObject({ is: 'retrying', why: 'connected, but not one byte for 30 s' });
});

test('where silence is legal for ever nothing ends', () => {
  const { env, line } = setUp({ silentMs: Number.POSITIVE_INFINITY, staleMs: Number.POSITIVE_INFINITY });
  line.start();
  line.last.opened();
  line.record();
  env.advance(7 * 86_400_000);
  expect(line.state.is).toBe('live');
});

test('each failure waits longer, to a limit; a connection that held for a minute starts it over', () => {
  const { env, line } = setUp();
  const waits: number[] = [];
  line.start();
  for (let failure = 0; failure < 8; failure++) {
    line.last.lost('refused');
    const waitMs = line.state.is === 'retrying' ? line.state.nextAt - env.now() : 0;
    waits.push(waitMs);
    env.advance(waitMs);
  }
  // Half of the limit, as the test's chance has it.
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  line.last.opened();
  env.advance(29_000);
  line.last.heard(1);
  env.advance(29_000);
  line.last.heard(1);
  env.advance(2_000);
  line.last.lost('broke');
  expect(line.state).toMatchObject({ is: 'retrying', attempt: 1, nextAt: env.now() + 500 });
});

test('a server that is gone for an hour is asked at a bounded rate, and found when it is back', () => {
  const { env, line } = setUp();
  line.start();
  const end = env.mono() + 3_600_000;
  while (env.mono() < end) {
    if (!line.last.over) line.last.lost('refused');
    env.advance(1_000);
  }
  expect(line.status().attempts).toBeGreaterThan(200);
  expect(line.status().attempts).toBeLessThan(300);
  env.advance(30_000);
  line.last.opened();
  line.record();
  expect(line.state.is).toBe('live');
});

test('a peer that breaks every second makes no storm: 5 minutes, a few dozen attempts', () => {
  const { env, line } = setUp();
  line.start();
  const end = env.mono() + 300_000;
  while (env.mono() < end) {
    if (line.open === 1 && line.last.openedAt === undefined) line.last.opened();
    else if (line.open === 1) line.last.lost('flap');
    env.advance(1_000);
    expect(line.open).toBeLessThanOrEqual(1);
    expect(env.timers).toBeLessThanOrEqual(4);
  }
  expect(line.status().attempts).toBeGreaterThan(10);
  expect(line.status().attempts).toBeLessThan(40);
});

test('an answer may say when to come back, or that it is of no use', () => {
  const { env, line } = setUp();
  line.start();
  line.last.lost('busy', { retryAfterMs: 20_000, why: 'the other side answered 429' });
  expect(line.state).toMatchObject({ is: 'retrying', nextAt: env.now() + 21_000, why: 'the other side answered 429' });
  env.advance(21_000);
  expect(line.state.is).toBe('connecting');
  line.last.lost('forbidden', { refused: 'a key is missing' });
  env.advance(3_600_000);
  expect(line.state).toMatchObject({ is: 'refused', why: 'a key is missing' });
  expect(env.timers).toBe(0);
  line.start();
  line.nudge();
  expect(line.state.is).toBe('refused');
  line.startByHand();
  expect(line.state.is).toBe('connecting');
});

test('what a person stopped stays stopped, and begins again as its adapter wants it by then', () => {
  const { env, line } = live();
  line.stopByHand();
  line.start();
  line.restart('the peer says so');
  line.nudge();
  line.offline();
  expect(line.state.is).toBe('stopped');
  expect([env.timers, line.open]).toEqual([0, 0]);
  line.startByHand();
  expect(line.state.is).toBe('connecting');
  line.stopByHand();
  line.stop();
  expect(line.state.is).toBe('stopped');
  line.startByHand();
  expect(line.state.is).toBe('idle');
});

test('a restart is at once, and waits when it is asked for again and again', () => {
  const { env, line } = live();
  line.restart('resync');
  expect(line.state.is).toBe('connecting');
  expect(line.status().lastDrop?.why).toBe('resync');
  line.last.opened();
  line.restart('resync');
  expect(line.state).toMatchObject({ is: 'retrying', why: 'resync' });
  env.advance(1_000);
  expect(line.open).toBe(1);
});

test('a person who asks again is not made to wait', () => {
  const { line } = live();
  for (let click = 0; click < 3; click++) {
    line.startByHand();
    line.restart('asked for by hand');
    expect(line.state.is).toBe('connecting');
    line.last.opened();
  }
  line.last.lost('broke');
  line.startByHand();
  line.restart('asked for by hand');
  expect(line.state.is).toBe('connecting');
  expect(line.open).toBe(1);
});

test('late timers are no sleep while something is heard', () => {
  const { env, line } = live();
  for (let minute = 0; minute < 10; minute++) {
    env.stall(60_000);
    line.record();
    env.advance(0);
  }
  expect(line.status()).toMatchObject({ attempts: 1, state: { is: 'live' } });
});

test('one that asks nothing twice may stop at every loss, sleep too', () => {
  for (const lose of ['sleep', 'silence', 'offline', 'break'] as const) {
    const env = new FakeEnv();
    const onState = ({ is }: LineState): void => {
      if (is === 'retrying') line.stop();
    };
    const line: FakeTransport = new FakeTransport(
      env,
      { name: 'feed', staleMs: 5_000, silentMs: 30_000, onState },
      'sse',
    );
    line.start();
    line.last.opened();
    if (lose === 'sleep') env.sleep(3_600_000);
    else if (lose === 'silence') env.advance(30_000);
    else if (lose === 'offline') line.offline();
    else line.last.lost('broke');
    expect([lose, line.state.is, line.attempts.length, env.timers]).toEqual([lose, 'idle', 1, 0]);
  }
});

test('without a network it says so, keeps asking now and then, and tries at once when it is back', () => {
  const { env, line } = live();
  line.offline();
  expect(line.state).toMatchObject({ is: 'retrying', why: 'this computer has no network' });
  env.advance(500);
  line.last.lost('cannot be reached');
  expect(line.state).toMatchObject({ is: 'retrying', why: 'this computer has no network' });
  line.nudge();
  expect(line.state.is).toBe('connecting');
  line.last.lost('cannot be reached');
  expect(line.state).toMatchObject({ why: 'cannot be reached' });
});

test('after sleep the connection is made anew at once, before anything else is waited for', () => {
  const { env, states, line } = live();
  env.sleep(3_600_000);
  expect(line.state.is).toBe('connecting');
  expect(states.words.slice(-2)).toEqual(['retrying: this computer was asleep for 3595 s', 'connecting']);
  expect(line.status().attempts).toBe(2);
  expect(line.open).toBe(1);
});

test('in every state stopping leaves no timer and nothing open', () => {
  const reach: Record<string, (line: FakeTransport, env: FakeEnv) => void> = {
    idle: (line) => line.stop(),
    connecting: () => undefined,
    'connected-no-data': (line) => line.last.opened(),
    live: (line) => {
      line.last.opened();
      line.record();
    },
    stale: (line, env) => {
      line.last.opened();
      line.record();
      env.advance(6_000);
    },
    retrying: (line) => line.last.lost('broke'),
    refused: (line) => line.refuse('no key'),
    stopped: (line) => line.stopByHand(),
  };
  for (const [is, go] of Object.entries(reach)) {
    for (const end of ['stop', 'stopByHand', 'close'] as const) {
      const { env, line } = setUp();
      line.start();
      go(line, env);
      expect(line.state.is).toBe(is);
      line[end]();
      expect([is, end, env.timers, line.open]).toEqual([is, end, 0, 0]);
      if (end === 'close') {
        line.start();
        line.startByHand();
        line.nudge();
        expect([env.timers, line.open]).toEqual([0, 0]);
      }
    }
  }
});

test('what is over says nothing more', () => {
  const { line } = live();
  const old = line.last;
  line.restart('anew');
  old.heard(1_000);
  old.lost('too late');
  expect(old.frame({ form: 'text', bytes: 1, data: 'x' }, () => expect.unreachable())).toBe(false);
  expect(line.state.is).toBe('connecting');
  expect(line.status().bytesIn).toBe(10);
});

test('a reader that throws is counted and harms nothing', () => {
  const { line } = live();
  line.last.frame({ form: 'text', bytes: 1, data: 'x' }, () => {
    throw new Error('no such field');
  });
  line.record();
  expect(line.status()).toMatchObject({
    counts: { 'dropped:reader-failed': 1 },
    lastCounted: { what: 'dropped:reader-failed', excerpt: 'no such field' },
    records: 2,
    state: { is: 'live' },
  });
});

test('callbacks may do anything: one that stops the line in the middle of its loss wins', () => {
  const { env, states, line } = live();
  line.onEnd = () => line.stop();
  line.last.lost('broke');
  expect(line.state.is).toBe('idle');
  expect([env.timers, line.open]).toEqual([0, 0]);
  // Nobody heard of a wait that was over before it was told.
  expect(states.words).toEqual(['connecting', 'connected-no-data', 'live', 'idle']);
  line.onEnd = () => {
    throw new Error('oh');
  };
  line.start();
  line.stop();
  expect(line.status().counts).toEqual({ 'dropped:callback-failed': 1 });
});

test('a callback that stops it while it connects leaves nothing', () => {
  const env = new FakeEnv();
  const line: FakeTransport = new FakeTransport(
    env,
    { name: 'feed', staleMs: 1, silentMs: 1, onState: ({ is }) => is === 'connecting' && line.stop() },
    'websocket',
  );
  line.start();
  expect([line.state.is, env.timers, line.open]).toEqual(['idle', 0, 0]);
});

test('its status counts everything, and shows no secret', () => {
  const { env, line } = live();
  for (let index = 0; index < 98; index++) line.record(env.now() - index);
  line.last.frame({ form: 'text', bytes: 1, data: 'x' }, (out) => {
    out.replace('things', [
      ['a', {}],
      ['b', {}],
    ]);
    out.rows('curve', {
      series: ['v'],
      times: new Float64Array(3),
      columns: [new Float64Array(3)],
      provenance: 'measured',
    });
    out.count('unknown', 'new_type', 'x'.repeat(1_000));
  });
  line.last.sent({ form: 'text', bytes: 7, data: 'ping' });
  env.advance(2_000);
  const status = line.status();
  expect(status).toMatchObject({
    id: 'test/feed',
    url: 'wss://hub.example/feed?token=***&part=1',
    attempts: 1,
    connects: 1,
    bytesIn: 990,
    bytesOut: 7,
    frames: 100,
    records: 104,
    recordsPerS: 52,
    counts: { 'unknown:new_type': 1 },
    latencyMs: { p50: 48, p99: 97 },
  });
  expect(status.lastCounted?.excerpt).toHaveLength(200);
  env.advance(1_000);
  expect(line.status().recordsPerS).toBe(0);
});

test('a peer that invents reasons fills no memory', () => {
  const { line } = live();
  for (let index = 0; index < 10_000; index++)
    line.last.frame({ form: 'text', bytes: 1, data: 'x' }, (out) => out.count('unknown', `type-${index}`));
  const { counts } = line.status();
  expect(Object.keys(counts)).toHaveLength(65);
  expect(counts['unknown:other']).toBe(10_000 - 64);
});

test('who taps it sees every frame, what it became, what was sent meanwhile, and every change', () => {
  const { env, line } = setUp();
  const seen: TapRecord[] = [];
  line.setTap((record) => seen.push(record));
  line.start();
  line.last.opened();
  line.last.frame({ form: 'text', bytes: 7, data: '{"v":1}' }, (out) => {
    line.last.sent({ form: 'text', bytes: 3, data: 'ack' });
    out.put('things', 'a', { v: 1 });
    out.count('dropped', 'no-time');
  });
  line.last.frame({ form: 'binary', bytes: 2, data: new Uint8Array([1, 255]) }, () => undefined);
  line.last.lost('broke');
  expect(seen.map(({ seq, dir, form, text }) => [seq, dir, form, text])).toEqual([
    [1, 'state', 'note', 'connecting'],
    [2, 'state', 'note', 'connected-no-data'],
    [3, 'out', 'text', 'ack'],
    [4, 'state', 'note', 'live'],
    [5, 'in', 'text', '{"v":1}'],
    [6, 'in', 'binary', '01ff'],
    [7, 'state', 'note', 'retrying: broke'],
  ]);
  expect(seen[4]?.results).toEqual([
    { is: 'put', channel: 'state/up/test/things', key: 'a', record: { v: 1 } },
    { is: 'dropped', reason: 'no-time' },
  ]);
  line.setTap(() => {
    throw new Error('closed');
  });
  env.advance(1_000);
  line.last.opened();
  expect(line.state.is).toBe('connected-no-data');
});

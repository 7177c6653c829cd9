import { beforeEach, expect, test } from 'vitest';
import { RecordingOut } from '../../server/tools/conformance/mas-devices-lines.ts';
import type { Outcome } from '../../src/contract/hub-api.ts';
import type { RegistryRecord } from '../../src/contract/upstream/mas-devices.ts';
import type { AdapterHost } from './adapter.ts';
import type { LineOptions, PollOptions, WebSocketLine, WebSocketOptions } from './line.ts';
import { Budget } from './mas-devices/budget.ts';
import { masDevicesAdapter } from './mas-devices.ts';

/** A host whose time moves when it is told, and whose connections only remember what became of them. */
class FakeHost {
  readonly out = new RecordingOut();
  readonly open = new Set<string>();
  readonly options = new Map<string, LineOptions>();
  readonly asked: string[] = [];
  answer: Outcome<unknown> = { ok: true, value: { telemetry: { temperature: 20 } } };
  wanted = new Set<string>();
  #now = 1_700_000_000_000;
  #timers: { readonly at: number; readonly callback: () => void }[] = [];

  readonly host: AdapterHost = {
    simulated: false,
    now: () => this.#now,
    mono: () => this.#now,
    random: () => 0.5,
    schedule: (ms, callback) => {
      const timer = { at: this.#now + ms, callback };
      this.#timers.push(timer);
      return () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      };
    },
    context: () => ({ now: this.#now, simulated: false }),
    out: this.out,
    url: (path) => path,
    websocket: (options) => this.#line(options),
    sse: (options) => this.#line(options),
    poll: (options) => ({ ...this.#line(options), ask: () => undefined }),
    signalr: () => {
      throw new Error('MAS has none');
    },
    request: (method, path) => {
      this.asked.push(`${method} ${path}`);
      return Promise.resolve(this.answer);
    },
    relayed: () => {
      throw new Error('there is no server of ours here');
    },
    wanted: (part) => this.wanted.has(part),
    lookedAt: (part) => this.wanted.has(part),
  };

  get timers(): number {
    return this.#timers.length;
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== due);
      this.#now = Math.max(this.#now, due.at);
      due.callback();
      await Promise.resolve();
      await Promise.resolve();
    }
    this.#now = end;
  }

  list(...devices: object[]): void {
    const { onAnswer } = this.options.get('registry') as PollOptions;
    onAnswer({ devices }, this.out, { status: 200, headers: new Headers(), heldMs: 0 });
  }

  /** Device ids of the sockets that are open. */
  sockets(): string[] {
    return [...this.open]
      .filter((name) => name.startsWith('device-'))
      .map((name) => (this.options.get(name) as WebSocketOptions).path as () => string)
      .map((path) => decodeURIComponent(path().split('/').at(-1) ?? ''));
  }

  #line(options: LineOptions): WebSocketLine {
    const { name } = options;
    this.options.set(name, options);
    return {
      id: `mas-devices/${name}`,
      state: { is: 'idle', since: 0 },
      start: () => this.open.add(name),
      stop: () => this.open.delete(name),
      restart: () => undefined,
      refuse: () => undefined,
      send: () => true,
    };
  }
}

const device = (device_id: string, more: object = {}) => ({ device_id, host: 'h', status: 'online', ...more });
const many = (count: number) => Array.from({ length: count }, (_, index) => device(`d${index}`));
const registry = (fake: FakeHost) => fake.out.state.get('registry/registry') as RegistryRecord;

let fake: FakeHost;
beforeEach(() => {
  fake = new FakeHost();
});

test('nobody looks: nothing is open and no clock runs', () => {
  masDevicesAdapter.start(fake.host);
  expect([...fake.open]).toEqual([]);
  expect(fake.timers).toBe(0);
});

test('whoever looks at readings gets a stream for each online device, so many at most, and is told about the rest', () => {
  const adapter = masDevicesAdapter.start(fake.host);
  adapter.demand?.('readings', true);
  expect([...fake.open]).toEqual(['registry']);
  fake.list(...many(100), device('stale', { status: 'stale' }));
  expect(fake.sockets().length).toBe(64);
  expect(registry(fake)).toMatchObject({ streamed: 64, notStreamed: 36, online: 100, stale: 1 });
  adapter.demand?.('readings', false);
  expect([...fake.open]).toEqual([]);
  expect(fake.timers).toBe(0);
});

test('who is looked at goes first, also when all places are taken', () => {
  const adapter = masDevicesAdapter.start(fake.host);
  adapter.demand?.('readings', true);
  fake.list(...many(100));
  expect(fake.sockets()).not.toContain('d99');
  adapter.demand?.('telemetry.d99', true);
  expect(fake.sockets()).toContain('d99');
  expect(fake.sockets().length).toBe(64);
});

test('what is shown and has no successor says that it is stale, once', async () => {
  const adapter = masDevicesAdapter.start(fake.host);
  adapter.demand?.('readings', true);
  fake.list(...many(1));
  const { onMessage } = fake.options.get('device-1') as WebSocketOptions;
  onMessage('{"type":"telemetry","data":{"temperature":20}}', fake.out, {} as WebSocketLine);
  const flags = () => (fake.out.state.get('readings/d0') as { flags: string[] }).flags;
  await fake.advance(15_000);
  expect(flags()).toEqual([]);
  await fake.advance(15_000);
  expect(flags()).toEqual(['stale']);
  onMessage('{"type":"telemetry","data":{"temperature":21}}', fake.out, {} as WebSocketLine);
  expect(flags()).toEqual([]);
});

test('a device that is called as the shadowed route is has no stream', () => {
  const adapter = masDevicesAdapter.start(fake.host);
  adapter.demand?.('readings', true);
  fake.list(device('telemetry'), device('a'));
  expect(fake.sockets()).toEqual(['a']);
});

test('an id is put into its path as one word', () => {
  const adapter = masDevicesAdapter.start(fake.host);
  adapter.demand?.('readings', true);
  fake.list(device('a/../b ?x'));
  const { path } = fake.options.get('device-1') as WebSocketOptions;
  expect((path as () => string)()).toBe('/ws/devices/a%2F..%2Fb%20%3Fx');
});

test('buoys, their sound and the mesh only for who looks', () => {
  const adapter = masDevicesAdapter.start(fake.host);
  adapter.demand?.('devices', true);
  fake.list(device('p', { device_role: 'psathyrella' }), device('d'));
  expect([...fake.open]).toEqual(['registry']);
  adapter.demand?.('buoys', true);
  // The inspector is open; that is not enough for sound.
  adapter.demand?.('acoustic', true);
  expect([...fake.open]).toEqual(['registry', 'buoy-1']);
  fake.wanted.add('acoustic');
  adapter.demand?.('acoustic', true);
  adapter.demand?.('mesh-packets', true);
  expect([...fake.open]).toEqual(['registry', 'buoy-1', 'acoustic-1', 'mesh']);
  fake.list(device('d'));
  expect([...fake.open]).toEqual(['registry', 'mesh']);
});

test('a device that says nothing by itself is asked, within what MAS can bear, and no more when nobody looks', async () => {
  const adapter = masDevicesAdapter.start(fake.host);
  adapter.demand?.('telemetry.d0', true);
  fake.list(...many(3));
  await fake.advance(7_000);
  expect(fake.asked).toEqual([]);
  await fake.advance(3_000);
  expect(fake.asked).toEqual(['GET /api/devices/d0/telemetry']);
  await fake.advance(3_590_000);
  // 300 in an hour, and the six that may come at once.
  expect(fake.asked.length).toBeGreaterThan(290);
  expect(fake.asked.length).toBeLessThanOrEqual(306);
  adapter.demand?.('telemetry.d0', false);
  const before = fake.asked.length;
  await fake.advance(60_000);
  expect(fake.asked.length).toBe(before);
  expect(fake.timers).toBe(0);
});

test('a device that does not answer is asked more and more seldom; one that speaks is not asked', async () => {
  fake.answer = { ok: false, error: { code: 'upstream-failed', message: 'Telemetry timeout' } };
  const adapter = masDevicesAdapter.start(fake.host);
  adapter.demand?.('telemetry.d0', true);
  fake.list(...many(1));
  await fake.advance(120_000);
  // After 8 s, and then 10, 20, 30, 30 s later.
  expect(fake.asked.length).toBe(5);
  const { onMessage } = fake.options.get('device-1') as WebSocketOptions;
  const frame = JSON.stringify({ type: 'telemetry', device_id: 'd0', data: { temperature: 20 } });
  onMessage(frame, fake.out, {} as WebSocketLine);
  await fake.advance(29_000);
  expect(fake.asked.length).toBe(5);
});

test('all devices together are asked no more than one could be', async () => {
  const adapter = masDevicesAdapter.start(fake.host);
  for (let index = 0; index < 50; index += 1) adapter.demand?.(`telemetry.d${index}`, true);
  fake.list(...many(50));
  await fake.advance(60_000);
  expect(fake.asked.length).toBeLessThanOrEqual(6 + 5);
  expect(fake.out.counts.get('withheld:question-over-budget')).toBeGreaterThan(0);
});

test('a budget earns while it is not used, up to its most', () => {
  const budget = new Budget(2, 100, 0);
  expect([budget.take(0), budget.take(0), budget.take(99), budget.take(100), budget.take(150)]).toEqual([
    true,
    true,
    false,
    true,
    false,
  ]);
  expect([budget.take(10_000), budget.take(10_000), budget.take(10_000)]).toEqual([true, true, false]);
});

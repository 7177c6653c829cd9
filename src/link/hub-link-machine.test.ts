import { expose } from 'comlink';
import { afterEach, describe, expect, test } from 'vitest';
import type { Gap } from '../contract/channel.ts';
import type { FromHub } from '../contract/from-hub.ts';
import type { SubscribeRequest } from '../contract/hub-api.ts';
import type { ToHub } from '../contract/to-hub.ts';
import { timerFrame } from './frame.ts';
import { type HubHome, portConnection } from './hub-home.ts';
import { HubLinkMachine } from './hub-link-machine.ts';
import type { LinkStatus } from './link.ts';

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}
const rethrow = (cause: unknown) => {
  throw cause;
};
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A hub of a few lines in place of the worker; `die` makes it fall silent and frees its lock, as a crash does. */
class FakeHub {
  readonly id: string;
  readonly heard: ToHub[] = [];
  readonly requests: SubscribeRequest[] = [];
  readonly gone = new Set<() => void>();
  #port: MessagePort | undefined;
  alive = true;
  answers = true;

  constructor(id: string) {
    this.id = id;
  }

  accept(port: MessagePort): void {
    this.#port = port;
    closing.push(() => port.close());
    port.onmessage = ({ data, ports }: MessageEvent<ToHub>) => {
      if (!this.alive) return;
      this.heard.push(data);
      const [rpc] = ports;
      if (data.t !== 'hello' || rpc === undefined || !this.answers) return;
      closing.push(() => rpc.close());
      expose(
        {
          subscribe: (request: SubscribeRequest) => {
            this.requests.push(request);
            return { ok: true, value: undefined };
          },
          unsubscribe: () => undefined,
          stats: () => new Promise(() => undefined),
        },
        rpc as never,
      );
      this.say({ t: 'welcome', hub: this.id, epoch: this.id, build: 'b', contract: 1 });
    };
  }

  say(message: FromHub): void {
    this.#port?.postMessage(message);
  }

  die(): void {
    this.alive = false;
    for (const free of this.gone) free();
  }
}

function openLink(contract = 1, onTrouble: (cause: unknown) => void = rethrow) {
  const hubs = [new FakeHub('h0')];
  const now = () => hubs.at(-1) as FakeHub;
  const home: HubHome = {
    connect: (listener) => {
      if (!now().alive) hubs.push(new FakeHub(`h${hubs.length}`));
      const { port1, port2 } = new MessageChannel();
      closing.push(() => port1.close());
      now().accept(port2);
      return portConnection('shared', port1, listener);
    },
    onMoved: () => undefined,
    close: () => undefined,
  };
  const link = new HubLinkMachine({
    tab: 't1',
    homes: [() => home],
    frame: timerFrame(),
    build: 'b',
    contract,
    now: () => Date.now(),
    mono: () => performance.now(),
    schedule: (ms, callback) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    visible: () => true,
    onTrouble,
    locks: {
      request: async (name, options, callback) => {
        const hub = hubs.find((each) => name === `hub:${each.id}`);
        if (hub !== undefined) await new Promise<void>((free) => hub.gone.add(free));
        if (options.signal?.aborted !== true) await callback();
      },
    },
  });
  closing.push(() => link.close());
  return { link, hubs, now };
}

describe('the link to the hub', () => {
  test('subscribes, draws, then acknowledges', async () => {
    const { link, now } = openLink();
    const got: unknown[] = [];
    link.subscribeState('boards', { onState: (change) => got.push(change) });
    await until(() => now().requests.length === 1);
    now().say({
      t: 'deliver',
      credit: 1,
      items: [{ t: 'state', sub: 1, snapshot: true, puts: [['a', 1]], dels: [], conflated: 0 }],
    });
    await until(() => now().heard.some((message) => message.t === 'ack'));
    expect(got).toMatchObject([{ snapshot: true, puts: [['a', 1]] }]);
    expect(now().heard.at(-1)).toEqual({ t: 'ack', credit: 1 });
  });

  test('the hub dies: a new one gets every subscription, and every sequence hears of the gap', async () => {
    const { link, hubs, now } = openLink();
    const gaps: Gap[] = [];
    const said: LinkStatus['is'][] = [];
    link.onStatus((status) => said.push(status.is));
    link.subscribeState('boards', { onState: () => undefined });
    const stop = link.subscribeEvents('device/x/console', { onEvents: () => undefined, onGap: () => undefined });
    link.subscribeSamples('device/x/telemetry', { onSamples: () => undefined, onGap: (gap) => gaps.push(gap) });
    await until(() => now().requests.length === 3);
    stop();
    now().die();
    await until(() => hubs.length === 2 && now().requests.length === 2);
    expect(gaps.map((gap) => gap.why)).toEqual(['hub-restarted']);
    expect(now().requests.map((request) => request.channel)).toEqual(['boards', 'device/x/telemetry']);
    expect(said).toEqual(['connecting', 'connected', 'restarting', 'connected']);
    expect(link.status()).toMatchObject({ hub: 'h1', restarts: 1 });
  });

  test('a question has a deadline, also when the hub never answers', async () => {
    const { link } = openLink();
    const answer = await link.ask(async (hub) => ({ ok: true, value: await hub.stats() }), 30);
    expect(answer).toMatchObject({ ok: false, error: { code: 'hub-timeout' } });
  });

  test('what was answered with a time-out is not asked later, when there is a hub again', async () => {
    const { link, now } = openLink();
    now().answers = false;
    let asked = 0;
    const answer = await link.ask(async () => {
      asked += 1;
      return { ok: true, value: undefined };
    }, 20);
    expect(answer).toMatchObject({ ok: false, error: { code: 'hub-timeout' } });
    now().answers = true;
    link.pause();
    link.resume();
    await until(() => link.status().is === 'connected');
    await turn();
    expect(asked).toBe(0);
  });

  test('says bye, and hello again when it comes back from the back-forward cache; no gap, it is the same hub', async () => {
    const { link, now } = openLink();
    await until(() => link.status().is === 'connected');
    link.pause();
    await until(() => now().heard.some((message) => message.t === 'bye'));
    link.resume();
    await until(() => now().heard.filter((message) => message.t === 'hello').length === 2);
    await turn();
    expect(link.status()).toMatchObject({ is: 'connected', hub: 'h0', restarts: 0 });
  });

  test('another contract is not guessed at', async () => {
    const { link } = openLink(2);
    await until(() => link.status().is === 'failed');
    expect(link.status()).toMatchObject({ error: { code: 'contract-mismatch' } });
  });

  test("one view's mistake does not cost the others their data", async () => {
    const troubles: unknown[] = [];
    const { link, now } = openLink(1, (cause) => troubles.push(cause));
    const got: number[] = [];
    link.subscribeEvents('device/x/console', {
      onEvents: () => {
        throw new Error('a view broke');
      },
      onGap: () => undefined,
    });
    link.subscribeEvents<number>('device/x/commands', {
      onEvents: (records) => got.push(...records),
      onGap: () => undefined,
    });
    await until(() => now().requests.length === 2);
    now().say({
      t: 'deliver',
      credit: 1,
      items: [
        { t: 'events', sub: 1, snapshot: true, epoch: 'e', from: 0, records: [0] },
        { t: 'events', sub: 2, snapshot: true, epoch: 'e', from: 0, records: [1, 2] },
      ],
    });
    await until(() => got.length > 0);
    expect(got).toEqual([1, 2]);
    expect(troubles).toHaveLength(1);
  });
});

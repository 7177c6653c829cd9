import { crepSimulator } from '../../../../server/simulators/crep.ts';
import { type Simulators, startSimulators } from '../../../../server/simulators/host.ts';
import type { ChannelName } from '../../../../src/contract/channel.ts';
import type { CrepRecord, CrepSource } from '../../../../src/contract/upstream/crep.ts';
import type { LineStatus } from '../../../../src/contract/upstream/status.ts';
import { Channels } from '../../../hub/channels.ts';
import { fakeEnv } from '../../../hub/fake-world.ts';
import { Upstreams } from '../../../hub/upstreams/upstreams.ts';
import { crepKind } from '../../crep.ts';
import { customFeedKind } from '../../custom-feed.ts';

/** For tests: the hub's upstreams with nothing but crep, over real connections to its simulator. */
export class CrepLab {
  readonly channels: Channels;
  readonly upstreams: Upstreams;
  readonly timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #simulators: Simulators | undefined;

  constructor(origin: string, pace: number, simulators?: Simulators) {
    this.#simulators = simulators;
    const env = fakeEnv({
      now: Date.now,
      mono: () => performance.now(),
      schedule: (ms, callback) => {
        const timer = setTimeout(() => {
          this.timers.delete(timer);
          callback();
        }, ms);
        this.timers.add(timer);
        return () => {
          clearTimeout(timer);
          this.timers.delete(timer);
        };
      },
    });
    this.channels = new Channels('lab', env, (name, wanted) => this.upstreams.demand(name, wanted));
    this.upstreams = new Upstreams(
      env,
      {
        kinds: [crepKind(pace)],
        customKind: customFeedKind,
        origin,
        fetch,
        WebSocket,
        random: () => 0.1,
        onOnline: () => () => undefined,
        list: async () => [{ slug: 'crep', configured: true, simulated: true, base: '' }],
      },
      this.channels,
    );
    this.upstreams.open();
  }

  static async start(pace = 1 / 30): Promise<CrepLab> {
    const simulators = await startSimulators({ kinds: [crepSimulator], random: () => 0.5 });
    return new CrepLab(simulators.url('crep'), pace, simulators);
  }

  /** Somebody looks at a part; gives how to look away. `wake`: told when there is something to take. */
  look(part: string): () => void {
    const reader = this.reader(part, () => undefined);
    return () => reader.close();
  }

  reader(part: string, wake: () => void) {
    const reader = this.channels.read(this.#channel(part), { sub: 1, wake });
    if (reader === undefined) throw new Error(`there is no channel for ${part}`);
    return reader;
  }

  count(part: string): number {
    return this.channels.state(this.#channel(part))?.kept ?? 0;
  }

  get(part: string, key: string): CrepRecord | undefined {
    return this.channels.state(this.#channel(part))?.get(key) as CrepRecord | undefined;
  }

  source(name: string): CrepSource | undefined {
    return this.channels.state(this.#channel('sources'))?.get(name) as CrepSource | undefined;
  }

  line(name: string): LineStatus | undefined {
    return this.channels.state('upstreams')?.get(`crep/${name}`) as LineStatus | undefined;
  }

  async fault(name: string, on: boolean): Promise<void> {
    await this.#simulators?.setFault('crep', name, on);
  }

  async call(name: string, args: unknown) {
    return this.upstreams.act({ do: 'call', upstream: 'crep', name, args });
  }

  async close(): Promise<void> {
    this.upstreams.close();
    await this.#simulators?.close();
  }

  readonly #channel = (part: string): ChannelName => `state/up/crep/${part}`;
}

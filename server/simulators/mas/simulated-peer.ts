import type { UpstreamSlug } from '../../../src/contract/upstream/upstream.ts';
import { type Simulators, startSimulators } from '../host.ts';
import type { SimulatorKind } from '../simulator.ts';

/** One of MAS's simulators, handled as the real MAS is by `e2e/peers/mas`. */
export async function startSimulatedMas(kind: SimulatorKind, dials: Readonly<Record<string, number>> = {}) {
  const simulators = await startSimulators({ kinds: [kind] });
  for (const [name, value] of Object.entries(dials)) simulators.setDial(kind.slug, name, value);
  return new SimulatedMas(simulators, kind.slug);
}

class SimulatedMas {
  readonly #simulators: Simulators;
  readonly #slug: UpstreamSlug;

  constructor(simulators: Simulators, slug: UpstreamSlug) {
    this.#simulators = simulators;
    this.#slug = slug;
  }

  get url(): string {
    return this.#simulators.url(this.#slug);
  }

  flow(on: boolean): Promise<void> {
    return this.mode('silence', !on);
  }

  /** Whoever is connected is closed when the fault begins. */
  async closeAll(): Promise<void> {
    await this.mode('close-1000', true);
    await this.mode('close-1000', false);
  }

  gone(on: boolean): Promise<void> {
    return this.mode('gone', on);
  }

  frozen(on: boolean): Promise<void> {
    return this.mode('hang', on);
  }

  async mode(name: string, on: boolean): Promise<void> {
    const isThere = await this.#simulators.setFault(this.#slug, name, on);
    if (!isThere) throw new Error(`${this.#slug} has no fault ${name}`);
  }

  sockets(): Promise<number> {
    return Promise.resolve(this.#simulators.state().reduce((sum, state) => sum + state.sockets, 0));
  }

  stop(): Promise<void> {
    return this.#simulators.close();
  }
}

import type { UpstreamSlug } from '../../src/contract/upstream/upstream.ts';
import { type Complain, SimulatorRun } from './host-run.ts';
import type { SimulatorState } from './host-state.ts';
import { SIMULATORS } from './registry.ts';
import type { SimulatorKind } from './simulator.ts';

export interface SimulatorsOptions {
  /** Default: every one there is. */
  readonly kinds?: readonly SimulatorKind[];
  readonly random?: () => number;
  /** Told when a simulator's own code failed; it goes on. Default: standard error. */
  readonly complain?: Complain;
}

/** Simulators at work in this process. */
export interface Simulators {
  /** Where the paths of an upstream begin, without a slash at its end. Throws for one that does not run. */
  url(slug: UpstreamSlug): string;
  state(): readonly SimulatorState[];
  /** `slug` '*': all of them. False: there is no such simulator or fault. Resolves when it is in force. */
  setFault(slug: string, name: string, on: boolean): Promise<boolean>;
  /** False: there is no such simulator or dial, or the number is not within it. */
  setDial(slug: string, name: string, value: number): boolean;
  close(): Promise<void>;
}

/** Starts simulators, each on a free port of this computer. */
export async function startSimulators(options: SimulatorsOptions = {}): Promise<Simulators> {
  const { kinds = SIMULATORS, random = Math.random, complain = complainToStderr } = options;
  const runs = kinds.map((kind) => new SimulatorRun(kind, random, complain));
  await Promise.all(runs.map((run) => run.listen()));
  const named = (slug: string): SimulatorRun[] => runs.filter(({ kind }) => slug === '*' || kind.slug === slug);
  return {
    url(slug) {
      const [run] = named(slug);
      if (run === undefined) throw new Error(`no simulator of ${slug} runs`);
      return run.url;
    },
    state: () => runs.map((run) => run.state()),
    async setFault(slug, name, on) {
      const done = await Promise.all(named(slug).map((run) => run.setFault(name, on)));
      return done.includes(true);
    },
    setDial: (slug, name, value) =>
      named(slug)
        .map((run) => run.setDial(name, value))
        .includes(true),
    async close() {
      await Promise.all(runs.map((run) => run.close()));
    },
  };
}

const complainToStderr: Complain = (slug, error) => {
  process.stderr.write(
    `simulator ${slug}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
};

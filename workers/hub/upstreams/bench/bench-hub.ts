import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startSimulatorProcess } from '../../../../server/simulators/host-process.ts';
import type { ChannelName } from '../../../../src/contract/channel.ts';
import type { UpstreamSlug } from '../../../../src/contract/upstream/upstream.ts';
import type { HubReport, ToHubProcess } from './hub-process.ts';

/** Every upstream that a bench can point at a simulator. The feeds of Redis come over our server, which is measured by itself. */
export const BENCHED: readonly UpstreamSlug[] = [
  'natureos',
  'mas-scientific',
  'mas-topology',
  'mas-devices',
  'mas-voice',
  'mycorrhizae',
  'crep',
];

/** The counts that the contracts design for. */
export const DESIGN_RATES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  natureos: { devices: 50, rate: 1 },
  'mas-scientific': { jobs: 10, fciChannels: 64, fciRateHz: 1_000 },
  'mas-topology': { agents: 250 },
  'mas-devices': { devices: 200 },
  mycorrhizae: { devices: 50 },
  crep: { aircraft: 30_000, vessels: 30_000, satellites: 15_000 },
};

/** The signal that a view would look at. */
export const FCI_SIGNAL: ChannelName = 'samples/up/mas-scientific/fci.demo-1';

export interface BenchHub {
  report(): Promise<HubReport>;
  /** Simulators' processes and numbers, for those that want to know what they cost. */
  readonly simulatorPid: number | undefined;
  setFault(slug: string, name: string, on: boolean): Promise<boolean>;
  close(): Promise<void>;
}

/** Simulators in one process, a hub's upstreams in another, connected straight to each other. */
export async function startBenchHub(options: {
  readonly slugs: readonly UpstreamSlug[];
  readonly dials: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly look: readonly ChannelName[];
  readonly tap: boolean;
}): Promise<BenchHub> {
  const { slugs, dials, look, tap } = options;
  const simulators = await startSimulatorProcess(slugs);
  for (const slug of slugs) {
    for (const [dial, value] of Object.entries(dials[slug] ?? {})) {
      if (!(await simulators.setDial(slug, dial, value)))
        throw new Error(`${slug} has no dial "${dial}" up to ${value}`);
    }
  }
  const child: ChildProcess = fork(fileURLToPath(new URL('hub-process.ts', import.meta.url)), {
    execArgv: ['--expose-gc'],
  });
  const send = (message: ToHubProcess): void => void child.send(message);
  const bases = Object.fromEntries(slugs.map((slug) => [slug, simulators.url(slug) ?? '']));
  send({ t: 'start', bases, look, tap });
  let next = 0;
  return {
    simulatorPid: simulators.pid,
    setFault: (slug, name, on) => simulators.setFault(slug, name, on),
    async report() {
      const id = ++next;
      send({ t: 'report', id });
      for (;;) {
        const [answer] = (await once(child, 'message')) as [HubReport];
        if (answer.id === id) return answer;
      }
    },
    async close() {
      child.kill();
      await simulators.close();
    },
  };
}

// The simulator in a process of its own, at the counts the contract designs for: what it costs is not the hub's.
import { crepSimulator } from '../../../../server/simulators/crep.ts';
import { startSimulators } from '../../../../server/simulators/host.ts';

const livePerS = Number(process.argv[2] ?? '0');
const simulators = await startSimulators({ kinds: [crepSimulator] });
for (const [dial, value] of [
  ['aircraft', 30_000],
  ['vessels', 30_000],
  ['satellites', 15_000],
  ['events', 1_500],
  ['livePerS', livePerS],
] as const)
  simulators.setDial('crep', dial, value);
process.send?.(simulators.url('crep'));
process.on('disconnect', () => process.exit(0));

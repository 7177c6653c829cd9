import { crepSimulator } from './crep.ts';
import { masDevicesSimulator } from './mas-devices.ts';
import { masScientificSimulator } from './mas-scientific.ts';
import { masTopologySimulator } from './mas-topology.ts';
import { masVoiceSimulator } from './mas-voice.ts';
import { mycorrhizaeSimulator } from './mycorrhizae.ts';
import { natureosSimulator } from './natureos.ts';
import type { SimulatorKind } from './simulator.ts';

/** Every simulator there is. One line each. */
export const SIMULATORS: readonly SimulatorKind[] = [
  crepSimulator,
  natureosSimulator,
  masDevicesSimulator,
  masVoiceSimulator,
  masScientificSimulator,
  masTopologySimulator,
  mycorrhizaeSimulator,
];

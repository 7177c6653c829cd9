import type { AdapterKind } from './adapter.ts';
import { masDevicesAdapter } from './mas-devices.ts';
import { masScientificAdapter } from './mas-scientific.ts';
import { masTopologyAdapter } from './mas-topology.ts';
import { masVoiceAdapter } from './mas-voice.ts';

/** Every upstream there is. One line each. */
export const ADAPTERS: readonly AdapterKind[] = [
  masScientificAdapter,
  masTopologyAdapter,
  masDevicesAdapter,
  masVoiceAdapter,
];

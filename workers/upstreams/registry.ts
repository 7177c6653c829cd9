import type { AdapterKind } from './adapter.ts';
import { crepAdapter } from './crep.ts';
import { masDevicesAdapter } from './mas-devices.ts';
import { masScientificAdapter } from './mas-scientific.ts';
import { masTopologyAdapter } from './mas-topology.ts';
import { masVoiceAdapter } from './mas-voice.ts';
import { mycorrhizaeAdapter } from './mycorrhizae.ts';
import { natureosAdapter } from './natureos.ts';
import { redisAdapter } from './redis.ts';

/** Every upstream there is. One line each. */
export const ADAPTERS: readonly AdapterKind[] = [
  natureosAdapter,
  crepAdapter,
  masScientificAdapter,
  masTopologyAdapter,
  masDevicesAdapter,
  masVoiceAdapter,
  mycorrhizaeAdapter,
  redisAdapter,
];

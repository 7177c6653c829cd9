import type { GatewayPreset } from '../preset.ts';
import { crepPreset } from './crep.ts';
import { masDevicesPreset } from './mas-devices.ts';
import { masScientificPreset } from './mas-scientific.ts';
import { masTopologyPreset } from './mas-topology.ts';
import { masVoicePreset } from './mas-voice.ts';
import { mycorrhizaePreset } from './mycorrhizae.ts';
import { natureosPreset } from './natureos.ts';

/** Every preset there is. One line each. */
export const PRESETS: readonly GatewayPreset[] = [
  natureosPreset,
  crepPreset,
  masScientificPreset,
  masTopologyPreset,
  masDevicesPreset,
  masVoicePreset,
  mycorrhizaePreset,
];

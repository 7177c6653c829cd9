import type { GatewayPreset } from '../preset.ts';
import { masDevicesPreset } from './mas-devices.ts';
import { masScientificPreset } from './mas-scientific.ts';
import { masTopologyPreset } from './mas-topology.ts';
import { masVoicePreset } from './mas-voice.ts';

/** Every preset there is. One line each. */
export const PRESETS: readonly GatewayPreset[] = [
  masScientificPreset,
  masTopologyPreset,
  masDevicesPreset,
  masVoicePreset,
];

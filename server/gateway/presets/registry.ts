import type { GatewayPreset } from '../preset.ts';
import { masScientificPreset } from './mas-scientific.ts';
import { masTopologyPreset } from './mas-topology.ts';

/** Every preset there is. One line each. */
export const PRESETS: readonly GatewayPreset[] = [masScientificPreset, masTopologyPreset];

import type { GatewayPreset } from '../preset.ts';

/** Every preset there is. One line each. */
export const PRESETS: readonly GatewayPreset[] = [];

import type { SimulatorKind } from './simulator.ts';

/** Every simulator there is. One line each. */
export const SIMULATORS: readonly SimulatorKind[] = [];

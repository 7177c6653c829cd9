import type { SimulatorState } from './host-state.ts';

/** What the server says to the process of the simulators, and hears of it. Each question has its answer by `id`. */
export type ToHost =
  | { readonly id: number; readonly ask: 'state' }
  | { readonly id: number; readonly ask: 'fault'; readonly slug: string; readonly name: string; readonly on: boolean }
  | { readonly id: number; readonly ask: 'dial'; readonly slug: string; readonly name: string; readonly value: number };

export type FromHost =
  | { readonly is: 'ready'; readonly state: readonly SimulatorState[] }
  | { readonly is: 'failed'; readonly why: string }
  | { readonly is: 'state'; readonly id: number; readonly state: readonly SimulatorState[] }
  | { readonly is: 'done'; readonly id: number; readonly known: boolean };

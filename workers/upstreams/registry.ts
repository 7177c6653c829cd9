import type { AdapterKind } from './adapter.ts';

/** Every upstream there is. One line each. */
export const ADAPTERS: readonly AdapterKind[] = [];

import type { AdapterKind } from './adapter.ts';
import { masScientificAdapter } from './mas-scientific.ts';
import { masTopologyAdapter } from './mas-topology.ts';

/** Every upstream there is. One line each. */
export const ADAPTERS: readonly AdapterKind[] = [masScientificAdapter, masTopologyAdapter];

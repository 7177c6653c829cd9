import type { PanelKind } from '../../components/panel-kinds.ts';
import { topology as words } from '../../i18n/topology.ts';
import { IncidentsPanel } from './incidents-panel.tsx';
import { GraphCard, StatesCard } from './small-panels.tsx';
import { TasksPanel } from './tasks-panel.tsx';
import './topology-view.css';

/** What the Topology view offers for a composed dashboard. */
export const PANELS: readonly PanelKind[] = [
  { id: 'topology.graph', ...words.panels.graph, size: [6, 6], component: GraphCard },
  { id: 'topology.states', ...words.panels.states, size: [4, 4], component: StatesCard },
  { id: 'topology.incidents', ...words.panels.incidents, size: [4, 5], component: IncidentsPanel },
  { id: 'topology.tasks', ...words.panels.tasks, size: [4, 5], component: () => TasksPanel({}) },
];

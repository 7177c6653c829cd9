import { type Component, lazy } from 'solid-js';
import { connectionTools as tools } from '../../i18n/connection-tools.ts';
import { connections as words } from '../../i18n/connections.ts';
import { Overview } from './overview.tsx';
import type { PaneProps } from './pane.ts';

export interface Pane {
  /** In the address: `?tab=messages`. */
  readonly id: string;
  readonly name: string;
  readonly component: Component<PaneProps>;
}

/** Every tab of the strip, once. To add one: its files, its words, one entry here. The first one is shown by default. */
export const PANES: readonly [Pane, ...Pane[]] = [
  { id: 'overview', name: words.tabs.overview, component: Overview },
  {
    id: 'messages',
    name: words.tabs.messages,
    component: lazy(async () => ({ default: (await import('./messages-pane.tsx')).MessagesPane })),
  },
  {
    id: 'tester',
    name: tools.tester.title,
    component: lazy(async () => ({ default: (await import('./tester/tester-pane.tsx')).TesterPane })),
  },
  {
    id: 'add',
    name: tools.add.title,
    component: lazy(async () => ({ default: (await import('./add/add-pane.tsx')).AddPane })),
  },
];

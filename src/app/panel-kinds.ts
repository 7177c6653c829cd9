import type { PanelKind } from '../components/panel-kinds.ts';

/** What each view offers for a composed dashboard; loaded when somebody composes one. To add a view's: its `panels.ts`, one line here. */
const LISTS: readonly (() => Promise<{ readonly PANELS: readonly PanelKind[] }>)[] = [
  () => import('../views/devices/panels.tsx'),
  () => import('../views/map/panels.tsx'),
  () => import('../views/scientific/panels.tsx'),
  () => import('../views/topology/panels.ts'),
  () => import('../views/voice/panels.tsx'),
];

export const loadPanelKinds = async (): Promise<readonly PanelKind[]> =>
  (await Promise.all(LISTS.map((load) => load()))).flatMap(({ PANELS }) => PANELS);

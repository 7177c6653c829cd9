import { lazy } from 'solid-js';
import { t } from '../i18n/en.ts';

/** Every view, once: rail, palette and shortcuts are made of this list. To add one: its folder, its words, one entry here. */
export const VIEWS = [
  {
    path: '/',
    key: 'b',
    name: t.app.rail.boards,
    icon: 'M4 5h16v5H4zM4 14h16v5H4zM7 7.5h.01M7 16.5h.01',
    component: lazy(async () => ({ default: (await import('../views/boards/boards-view.tsx')).BoardsView })),
  },
  {
    path: '/telemetry',
    key: 't',
    name: t.app.rail.telemetry,
    icon: 'M3 20h18M4 15l4-6 4 4 4-8 4 6',
    component: lazy(async () => ({ default: (await import('../views/telemetry/telemetry-view.tsx')).TelemetryView })),
  },
  {
    path: '/console',
    key: 'c',
    name: t.app.rail.console,
    icon: 'M4 5h16v14H4zM7 9l3 3-3 3M12 15h5',
    component: lazy(async () => ({ default: (await import('../views/console/console-view.tsx')).ConsoleView })),
  },
  {
    path: '/connections',
    key: 'n',
    name: t.app.rail.connections,
    icon: 'M4 6h4v4H4zM4 15h4v4H4zM16 10h4v5h-4zM8 8c5 0 3 4 8 4M8 17c5 0 3-4 8-4',
    component: lazy(async () => ({
      default: (await import('../views/connections/connections-view.tsx')).ConnectionsView,
    })),
  },
  {
    path: '/settings',
    key: 's',
    name: t.app.rail.settings,
    icon: 'M4 7h10M18 7h2M4 17h2M10 17h10M14 5v4h4V5zM6 15v4h4v-4z',
    component: lazy(async () => ({ default: (await import('../views/settings/settings-view.tsx')).SettingsView })),
  },
] as const;

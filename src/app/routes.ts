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
    path: '/devices',
    key: 'd',
    name: t.app.rail.devices,
    icon: 'M4 5h10v8H4zM7 17h4M9 13v4M17 9h3v10h-5v-3',
    component: lazy(async () => ({ default: (await import('../views/devices/devices-view.tsx')).DevicesView })),
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
    path: '/scientific',
    key: 'i',
    name: t.app.rail.scientific,
    icon: 'M9 4h6M10 4v6l-5 8a1.5 1.5 0 0 0 1.3 2.2h11.4A1.5 1.5 0 0 0 19 18l-5-8V4M7.5 15h9',
    component: lazy(async () => ({
      default: (await import('../views/scientific/scientific-view.tsx')).ScientificView,
    })),
  },
  {
    path: '/topology',
    key: 'o',
    name: t.app.rail.topology,
    icon: 'M6 6m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0M18 8m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0M11 18m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0M8 6.3l8 1.4M7 8l3 8M17 10l-5 6.4',
    component: lazy(async () => ({ default: (await import('../views/topology/topology-view.tsx')).TopologyView })),
  },
  {
    path: '/map',
    key: 'm',
    name: t.app.rail.map,
    icon: 'M9 4 4 6v14l5-2 6 2 5-2V4l-5 2zM9 4v14M15 6v14',
    component: lazy(async () => ({ default: (await import('../views/map/map-view.tsx')).MapView })),
  },
  {
    path: '/voice',
    key: 'v',
    name: t.app.rail.voice,
    icon: 'M12 4a2.5 2.5 0 0 0-2.5 2.5v5a2.5 2.5 0 0 0 5 0v-5A2.5 2.5 0 0 0 12 4zM6 11a6 6 0 0 0 12 0M12 17v3M9 20h6',
    component: lazy(async () => ({ default: (await import('../views/voice/voice-view.tsx')).VoiceView })),
  },
  {
    path: '/home',
    key: 'h',
    name: t.app.rail.home,
    icon: 'M4 4h7v9H4zM13 4h7v5h-7zM13 11h7v9h-7zM4 15h7v5H4z',
    component: lazy(async () => ({ default: (await import('../views/home/home-view.tsx')).HomeView })),
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

import type { MapCommand } from '../../contract/upstream/mas-voice.ts';

/** Where in this app a sentence leads. */
export interface OwnCommand {
  /** In the app's own addresses. */
  readonly path: string;
  /** For people. */
  readonly name: string;
}

/** What people call the views. */
const VIEWS: Readonly<Record<string, string>> = {
  boards: '/',
  devices: '/devices',
  telemetry: '/telemetry',
  console: '/console',
  scientific: '/scientific',
  lab: '/scientific',
  topology: '/topology',
  agents: '/topology',
  map: '/map',
  home: '/home',
  connections: '/connections',
  settings: '/settings',
};
const MAX_NAME = 80;

/** What is understood here, without asking anybody: the views by name, and agents. undefined: something else was said. */
export function ownCommand(text: string): OwnCommand | undefined {
  const words = text
    .trim()
    .toLowerCase()
    .replace(/[.!?]+$/, '');
  const view = /^(?:go to|open|show)(?: the| me the)? ([a-z]+)(?: view| page)?$/.exec(words)?.[1];
  const path = view === undefined ? undefined : VIEWS[view];
  if (view !== undefined && path !== undefined) return { path, name: view };
  const agent = /^(?:show|find|why is)(?: the)? agent (.+?)(?: red| down| failing)?$/.exec(words)?.[1];
  if (agent === undefined || agent.length > MAX_NAME) return undefined;
  return { path: `/topology?find=${encodeURIComponent(agent)}`, name: agent };
}

/** The address at which the map does it; it checks the wish once more (contract crep §8). */
export const mapAddress = (command: MapCommand): string =>
  `/map?do=${encodeURIComponent(JSON.stringify(asSaid(command)))}`;

/** As the bridge says it. */
function asSaid(command: MapCommand): object {
  switch (command.type) {
    case 'flyTo':
      return {
        type: 'flyTo',
        center: [command.center.lonDeg, command.center.latDeg],
        zoom: command.zoom,
        duration: command.durationMs,
      };
    case 'panBy':
      return { type: 'panBy', offset: [command.xPx, command.yPx] };
    default:
      return command;
  }
}

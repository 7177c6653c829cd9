import { isFields } from '../mas/fields.ts';
import { screened } from '../mas-devices/screen.ts';
import { checkMapCommand } from './map-commands.ts';

/** Commands of the map that carry what somebody said. */
const WORDY: ReadonlySet<string> = new Set(['geocodeAndFlyTo', 'timelineSearch', 'getEntityDetails']);

/**
 * What may reach a browser. The bridge tells each map command to all maps of all people (contract mas-voice §3); only answers to one's own
 * words carry `speak`. So what others searched for stays with them, and commands that cannot be are stopped here already.
 */
export function screenVoice(path: string, value: unknown): unknown {
  if (!path.endsWith('/ws/crep/commands')) return screened(value);
  if (!isFields(value) || value.type !== 'frontend_command') return screened(value);
  if (!isFields(value.command)) return undefined;
  const command = checkMapCommand(value.command);
  if (command === undefined || command === 'unknown') return undefined;
  if (value.speak === undefined && WORDY.has(command.type)) return undefined;
  return screened(value);
}

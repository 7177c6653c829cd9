/**
 * What may be told to a device. MAS itself asks nobody who he is (contract mas-devices §4), so this is asked twice: here before a command
 * leaves the browser, and by the gateway before it leaves the server.
 */

/** Inside of words, in any spelling: `eraseflash`, `factory_reset`. */
const BLOCKED_INSIDE = ['flash', 'erase', 'factory', 'bootloader'] as const;
/** Whole words only: `information` has `format` in it, `rotate` has `ota`. */
const BLOCKED_WORDS: ReadonlySet<string> = new Set(['ota', 'format', 'formatfs', 'reformat', 'dfu']);
/** Changing what a pin is for. */
const BLOCKED_PINS: ReadonlySet<string> = new Set(['pin', 'pins', 'pinmode', 'setpin', 'gpio']);

/** Commands that only ask. Everything else may move, light or sound something. */
const ASKING: ReadonlySet<string> = new Set([
  'status',
  'info',
  'ping',
  'help',
  'scan',
  'i2c-scan',
  'read-bme1',
  'read-bme2',
  'read-sensors',
  'probe',
  'probe amb',
  'probe env',
  'nav.status',
  'sensors.read',
]);

export const MAX_COMMAND_CHARS = 512;

/** The word that forbids this command for everybody; undefined when there is none. */
export function blockedWord(command: string, params: unknown): string | undefined {
  const text = `${command} ${params === undefined ? '' : safeText(params)}`;
  const flat = text.toLowerCase();
  for (const word of BLOCKED_INSIDE) if (flat.includes(word)) return word;
  for (const word of text
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)) {
    if (BLOCKED_WORDS.has(word) || BLOCKED_PINS.has(word)) return word;
  }
  // `pin mode` and `o t a` are nobody's spelling; `f-l-a-s-h` with its joints taken out is the same word.
  const joined = flat.replaceAll(/[^a-z]+/g, '');
  return BLOCKED_INSIDE.find((word) => joined.includes(word));
}

/** Whether a person must have said yes to exactly this. */
export const needsConfirmation = (command: string): boolean => !ASKING.has(command.trim().toLowerCase());

const safeText = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    // Not JSON: it cannot be sent either, and is refused there.
    return '';
  }
};

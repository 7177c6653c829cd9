import { isGlob, parseGlob } from './redis-glob.ts';

/**
 * What is never brought out of the platform's Redis, whatever a configuration says: personal data, private memory, payments, addressed
 * messages between agents, and secrets. Names of channels and of keys.
 */
const WITHHELD = [
  ['audit:*', 'personal data'],
  ['memory:*', 'private memory'],
  ['mas:memory:*', 'private memory'],
  ['myca:*', 'private'],
  ['ows:*', 'payments'],
  ['ws:*', 'messages to single clients'],
  ['agent:*', 'messages to single agents'],
  ['gw:session:*', 'private'],
  ['csuite:*', 'private'],
  ['doc:*', 'private'],
  ['rl:*', 'private'],
  ['mas:security:posture-integrity:*', 'private'],
  ['iot:fleet:provision:*', 'secrets'],
].map(([glob = '', why = '']) => ({ name: glob, why, glob: parseGlob(glob) }));

/** What only operators and owners may read. */
const PRIVILEGED = ['security:*', 'agents:tasks', 'agents:tool_calls', 'mas.deep_agents.events'].map(parseGlob);

/** Commands to devices travel beside their telemetry; they are no feed. */
const isDeviceCommand = (name: string): boolean => /^mycorrhizae:.*\.commands?(?:\.|$)/.test(name);

/** Why a message on this channel must not go on; undefined: it may. */
export function withheldBecause(name: string): string | undefined {
  if (isDeviceCommand(name)) return 'commands to devices';
  return WITHHELD.find(({ glob }) => glob.matches(name))?.why;
}

/** Which withheld names a pattern would open; undefined: none. A command channel inside a wider pattern is left out message by message. */
export function withheldIn(pattern: string): { readonly name: string; readonly why: string } | undefined {
  if (!isGlob(pattern) && isDeviceCommand(pattern)) return { name: pattern, why: 'commands to devices' };
  const asked = parseGlob(pattern);
  return WITHHELD.find(({ glob }) => glob.overlaps(asked));
}

export function isPrivileged(pattern: string): boolean {
  const asked = parseGlob(pattern);
  return PRIVILEGED.some((glob) => glob.overlaps(asked));
}

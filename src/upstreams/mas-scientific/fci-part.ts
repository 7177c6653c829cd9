const MAX_CHARS = 48;

/** A device's or session's name as part of a channel's name: `fci.petri-1`. Signs that a channel may not have become `_`. */
export const fciPart = (id: string, kind: 'fci' | 'fci-filtered' = 'fci'): string =>
  `${kind}.${id.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, MAX_CHARS)}`;

/** The other way: whose signal a part is; undefined for parts of another kind. */
export function deviceOfPart(part: string): string | undefined {
  for (const kind of ['fci.', 'fci-filtered.']) {
    if (part.startsWith(kind) && part.length > kind.length && part !== `${kind}*`) return part.slice(kind.length);
  }
  return undefined;
}

/** Sessions are told of by the typed socket, devices have a socket each. */
export const isSessionId = (id: string): boolean => /^fci-[0-9a-f]{6}$/.test(id);

/** MAS makes up the signal of these, and says so nowhere but in the name. */
export const isDemo = (device: string): boolean => device.startsWith('demo-');

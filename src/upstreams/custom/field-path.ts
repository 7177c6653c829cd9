/** Names and indices joined by dots; '' is the value itself. Deeper than this is no field of a message. */
const MAX_DEPTH = 16;

/** A dot in a name cannot be told from a step, and no name at all from the value itself. */
export const isStep = (name: string): boolean => name !== '' && !name.includes('.');

/** What stands at `path`; undefined where there is nothing. Own members only. */
export function valueAt(value: unknown, path: string): unknown {
  if (path === '') return value;
  let at: unknown = value;
  const names = path.split('.');
  if (names.length > MAX_DEPTH) return undefined;
  for (const name of names) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

/** Everything that is neither a list nor an object, with its path, in the order of the message. At most `most`. */
export function leavesOf(value: unknown, most = 64): (readonly [path: string, leaf: unknown])[] {
  const leaves: (readonly [string, unknown])[] = [];
  const visit = (at: unknown, path: string, depth: number): void => {
    if (leaves.length >= most || depth > MAX_DEPTH) return;
    if (typeof at !== 'object' || at === null) {
      leaves.push([path, at]);
      return;
    }
    for (const [name, inner] of Object.entries(at)) {
      if (isStep(name)) visit(inner, path === '' ? name : `${path}.${name}`, depth + 1);
    }
  };
  visit(value, '', 0);
  return leaves;
}

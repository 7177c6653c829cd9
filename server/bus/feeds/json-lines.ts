/**
 * The line (from 1) on which each value of a JSON text begins, by its path (`sources.0.url`). For messages about configuration files;
 * the text must be JSON.
 */
export function jsonLines(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const tokens = text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|\n/g);
  const open: { key: string | number; readonly isArray: boolean }[] = [];
  let line = 1;
  let isKey = false;
  const here = () => open.map(({ key }) => key).join('.');
  const note = () => lines.set(here(), line);
  for (const [token] of tokens) {
    const parent = open.at(-1);
    if (token === '\n') line++;
    else if (token === '{' || token === '[') {
      note();
      open.push({ key: token === '[' ? 0 : '', isArray: token === '[' });
      isKey = token === '{';
    } else if (token === '}' || token === ']') {
      open.pop();
      isKey = false;
    } else if (token === ',') {
      if (parent?.isArray === true) parent.key = Number(parent.key) + 1;
      isKey = parent?.isArray === false;
    } else if (token === ':') isKey = false;
    else if (isKey && parent !== undefined) parent.key = JSON.parse(token);
    else note();
  }
  return lines;
}

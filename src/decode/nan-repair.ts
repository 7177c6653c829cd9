const TOKEN = /-?(?:nan|inf)(?=[,}\]])/iy;

/**
 * Replaces bare `nan`, `-nan`, `inf`, `-inf` (any case) by `null`: microcontrollers print them into JSON. Only outside strings,
 * directly after `:`, `[` or `,` and directly before `,`, `}` or `]`. Undefined when there is none. Linear.
 */
export function repairNan(json: string): string | undefined {
  if (!/nan|inf/i.test(json)) return undefined;
  let repaired = '';
  let copied = 0;
  let inString = false;
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (inString) {
      if (char === '\\') at++;
      else if (char === '"') inString = false;
    } else if (char === '"') {
      inString = true;
    } else if (char === ':' || char === '[' || char === ',') {
      TOKEN.lastIndex = at + 1;
      const token = TOKEN.exec(json)?.[0];
      if (token === undefined) continue;
      repaired += `${json.slice(copied, at + 1)}null`;
      copied = at + 1 + token.length;
      at = copied - 1;
    }
  }
  return copied === 0 ? undefined : repaired + json.slice(copied);
}

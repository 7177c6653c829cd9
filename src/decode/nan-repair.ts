/** By who printed it. Python leaves spaces around, and writes its words in one way only. */
const TOKENS = {
  board: /-?(?:nan|inf)(?=[,}\]])/iy,
  python: /[ \t\r\n]*(?:NaN|-?Infinity)(?=[ \t\r\n]*[,}\]])/y,
} as const;

/**
 * Replaces bare `nan`, `-nan`, `inf`, `-inf` (any case) by `null`: microcontrollers print them into JSON. Only outside strings,
 * directly after `:`, `[` or `,` and directly before `,`, `}` or `]`. Undefined when there is none. Linear.
 *
 * `python`: `NaN`, `Infinity`, `-Infinity`, spelled so, with or without spaces around.
 */
export function repairNan(json: string, printedBy: keyof typeof TOKENS = 'board'): string | undefined {
  const token = TOKENS[printedBy];
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
      token.lastIndex = at + 1;
      const found = token.exec(json)?.[0];
      if (found === undefined) continue;
      repaired += `${json.slice(copied, at + 1)}null`;
      copied = at + 1 + found.length;
      at = copied - 1;
    }
  }
  return copied === 0 ? undefined : repaired + json.slice(copied);
}

/** One step of a pattern: any run of characters, or one character that passes. */
type Step = 'any' | { readonly passes: (char: string) => boolean; readonly literal: string | undefined };

/** A pattern as PSUBSCRIBE takes it: `*`, `?`, `[a-c]`, `[^x]`, and `\` before a character that is meant as it is. */
export interface RedisGlob {
  matches(name: string): boolean;
  /** Whether some name matches both. Errs on the side of yes. */
  overlaps(other: RedisGlob): boolean;
  readonly steps: readonly Step[];
}

export const isGlob = (pattern: string): boolean => /[*?[\\]/.test(pattern);

export function parseGlob(pattern: string): RedisGlob {
  const steps = [...stepsOf(pattern)];
  return { steps, matches: (name) => matches(steps, name), overlaps: (other) => overlaps(steps, other.steps) };
}

function* stepsOf(pattern: string): Generator<Step> {
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === '*') yield 'any';
    else if (char === '?') yield { passes: () => true, literal: undefined };
    else if (char === '[') {
      const end = pattern.indexOf(']', at + 1);
      const inside = pattern.slice(at + 1, end === -1 ? undefined : end);
      yield { passes: classOf(inside), literal: undefined };
      at += inside.length + 1;
    } else {
      if (char === '\\' && at + 1 < pattern.length) at++;
      const literal = pattern.charAt(at);
      yield { passes: (other) => other === literal, literal };
    }
  }
}

function classOf(inside: string): (char: string) => boolean {
  const isNegated = inside.startsWith('^');
  const body = isNegated ? inside.slice(1) : inside;
  return (char) => {
    for (let at = 0; at < body.length; at++) {
      const from = body.charAt(at);
      const isRange = body.charAt(at + 1) === '-' && at + 2 < body.length;
      const to = isRange ? body.charAt(at + 2) : from;
      if (isRange) at += 2;
      if ((char >= from && char <= to) || (char >= to && char <= from)) return !isNegated;
    }
    return isNegated;
  };
}

/** Goes back to the last `*` only: never more than pattern times name steps, whatever they are. */
function matches(steps: readonly Step[], name: string): boolean {
  let step = 0;
  let at = 0;
  let starStep = -1;
  let starAt = 0;
  while (at < name.length) {
    const here = steps[step];
    if (here === 'any') {
      starStep = step++;
      starAt = at;
    } else if (here?.passes(name.charAt(at))) {
      step++;
      at++;
    } else if (starStep >= 0) {
      step = starStep + 1;
      at = ++starAt;
    } else return false;
  }
  while (steps[step] === 'any') step++;
  return step === steps.length;
}

function overlaps(a: readonly Step[], b: readonly Step[]): boolean {
  const width = b.length + 1;
  const dead = new Set<number>();
  const open: (readonly [number, number])[] = [[0, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [i, j] = next;
    if (i === a.length && j === b.length) return true;
    const place = i * width + j;
    if (dead.has(place)) continue;
    dead.add(place);
    const mine = a[i];
    const theirs = b[j];
    if (mine === 'any') {
      open.push([i + 1, j]);
      if (theirs !== undefined) open.push([i, j + 1]);
    } else if (theirs === 'any') {
      open.push([i, j + 1]);
      if (mine !== undefined) open.push([i + 1, j]);
    } else if (mine !== undefined && theirs !== undefined && canBeSame(mine, theirs)) open.push([i + 1, j + 1]);
  }
  return false;
}

function canBeSame(a: Exclude<Step, 'any'>, b: Exclude<Step, 'any'>): boolean {
  if (a.literal !== undefined) return b.passes(a.literal);
  return b.literal === undefined || a.passes(b.literal);
}

import type { SimHost, SimSocket } from '../simulator.ts';

/** UTC with six digits and no zone, as MAS writes it. */
export const naiveUtc = (ms: number, random: () => number = () => 0): string =>
  `${new Date(ms).toISOString().slice(0, -1)}${String(Math.floor(random() * 1_000)).padStart(3, '0')}`;

/** The few times that MAS writes with a zone. */
export const zonedUtc = (ms: number, random?: () => number): string => `${naiveUtc(ms, random)}+00:00`;

/** What a socket of MAS does with a frame of its client that it cannot use. */
export type BadFrame = 'close' | 'ignore';

/**
 * The object of a client's frame. Else the socket does with it what it does with such: some close politely whatever was wrong (1000), some
 * write it into a log and go on.
 */
export function clientWords(
  data: string | Uint8Array,
  bad: BadFrame,
  socket: SimSocket,
): Readonly<Record<string, unknown>> | undefined {
  const value = typeof data === 'string' ? parsed(data) : undefined;
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  if (bad === 'close') socket.close(1000, '');
  return undefined;
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A dial that was turned is noticed within this long. */
const LOOK_MS = 250;

/** Calls `tick` again and again; how long after each other is asked anew all the time, since dials turn. */
export function everySoOften(host: SimHost, everyMs: () => number, tick: () => void): () => void {
  let stop = (): void => undefined;
  let waitedMs = 0;
  const next = (): void => {
    const stepMs = Math.min(LOOK_MS, Math.max(1, everyMs() - waitedMs));
    stop = host.once(stepMs, () => {
      waitedMs += stepMs;
      const isDue = waitedMs >= everyMs();
      if (isDue) waitedMs = 0;
      // What it does may fail: that is told, and no reason to stop.
      next();
      if (isDue) tick();
    });
  };
  next();
  return () => stop();
}

/** One message as a publisher of the platform would put it on Redis. */
export interface Said {
  /** Channel, or stream. */
  readonly on: string;
  readonly text: string;
}

/** The wrapper that most publishers use. Its time has no zone and is UTC. */
export const wrapped = (on: string, data: object, now: number, source: string | null): Said => ({
  on,
  text: JSON.stringify({ channel: on, data, timestamp: naive(now), source, message_id: null }),
});

export const raw = (on: string, data: object): Said => ({ on, text: JSON.stringify(data) });

/** As Python prints UTC without saying so. */
export const naive = (ms: number): string => new Date(ms).toISOString().replace('Z', '000');

/** Wanders slowly around its middle. */
export function wave(now: number, seed: number, middle: number, swing: number, periodMs = 240_000): number {
  return Math.round((middle + swing * Math.sin((2 * Math.PI * now) / periodMs + seed)) * 100) / 100;
}

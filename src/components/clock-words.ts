const two = (n: number) => String(n).padStart(2, '0');

/** Local time of day with seconds: "14:02:09". */
export function clockTime(atMs: number): string {
  const d = new Date(atMs);
  return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}

/** Local time of day with milliseconds: "14:02:09.125". */
export const clockTimeMs = (atMs: number): string =>
  `${clockTime(atMs)}.${String(new Date(atMs).getMilliseconds()).padStart(3, '0')}`;

/** For a hover: the same moment in UTC. */
export const utcTime = (atMs: number): string => new Date(atMs).toISOString().replace('T', ' ').replace('Z', ' UTC');

/** Difference to the line before: "+0.012 s". */
export const deltaWords = (ms: number): string => `+${(Math.max(0, ms) / 1000).toFixed(3)} s`;

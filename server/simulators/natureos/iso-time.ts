/** A time as .NET writes it: up to seven digits of a second, without the zeros at its end. */
export function isoTime(ms: number): string {
  const text = new Date(ms).toISOString();
  // The digits behind the milliseconds are made up, as clocks of 100 ns have some.
  const digits = `${text.slice(20, 23)}${String(Math.floor(ms * 7_919) % 10_000).padStart(4, '0')}`.replace(/0+$/, '');
  return digits === '' ? `${text.slice(0, 19)}Z` : `${text.slice(0, 19)}.${digits}Z`;
}

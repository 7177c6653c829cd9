/** Ages in words of fixed grammar: "now", "4 s", "2 min", "3 h", "5 d", "never". `ageMs` undefined means it never happened. */
export function ageWords(ageMs: number | undefined): string {
  if (ageMs === undefined) return 'never';
  const seconds = Math.floor(Math.max(0, ageMs) / 1000);
  if (seconds < 1) return 'now';
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** Durations with two units where the second one helps: "42 s", "3 min 20 s", "2 h 05 min", "4 d 3 h". */
export function durationWords(durationMs: number): string {
  const seconds = Math.floor(Math.max(0, durationMs) / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return minutes < 10 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

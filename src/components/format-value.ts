const formats = new Map<number, Intl.NumberFormat>();

function formatFor(digits: number): Intl.NumberFormat {
  const known = formats.get(digits);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  formats.set(digits, made);
  return made;
}

/**
 * A number as an instrument shows it: as many decimals as the sensor resolves (0 to 6), thousands apart, a real minus sign.
 * Not a number and infinities are an en dash.
 */
export function formatValue(value: number | undefined, digits: number): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  const places = Math.min(6, Math.max(0, Math.floor(digits)));
  const text = formatFor(places).format(value).replace('-', '−');
  return /^−0(\.0+)?$/.test(text) ? text.slice(1) : text;
}

/** Whole numbers with thousands apart. */
export const formatCount = (count: number): string => formatValue(count, 0);

/** Bytes in decimal units: "812 B", "4.2 kB", "1.3 MB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let scaled = bytes / 1000;
  let unit = 0;
  while (scaled >= 999.95 && unit < units.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return `${scaled.toFixed(1)} ${units[unit] ?? 'TB'}`;
}

/** True when a reading lies outside of what the sensor can plausibly measure. */
export const isImplausible = (value: number, range: readonly [number, number] | undefined): boolean =>
  range !== undefined && (value < range[0] || value > range[1]);

import { encodeSampleBatch } from '../../../src/contract/sample-batch.ts';

/** Two rows of two series; the second row has no reading of the second. */
export const EXAMPLE_BATCH = {
  channel: 'samples/fci/rack-2',
  epoch: 'e1',
  offset: 40,
  series: ['volts', 'amps'],
  provenance: 'measured',
  times: Float64Array.of(1_700_000_000_000, 1_700_000_000_100),
  columns: [Float64Array.of(1.5, -2), Float64Array.of(0.25, Number.NaN)],
} as const;

const BYTES_PER_LINE = 16;

/** A sample batch byte by byte, as `hexdump -C` shows it. */
export function hexOfBatch(): string {
  const bytes = new Uint8Array(encodeSampleBatch(EXAMPLE_BATCH));
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_PER_LINE) {
    const part = [...bytes.subarray(at, at + BYTES_PER_LINE)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex.padEnd(BYTES_PER_LINE * 3 - 1)}  ${text}`);
  }
  return lines.join('\n');
}

import { hexRow } from '../../components/hex-row.ts';
import type { ConsoleLine } from './console-lines.ts';

/** A row of fixed height: a line, or a piece of what is unfolded under it. */
export interface ConsoleRow {
  /** Serial number of the line: stays the same while older lines are trimmed. */
  readonly serial: number;
  readonly line: ConsoleLine;
  /** undefined: the line itself. */
  readonly detail: string | undefined;
  /** Time of the shown line before it, for the delta. */
  readonly previousAt: number | undefined;
}

const PER_ROW = 16;
const WRAP = 120;
const MAX_DETAIL_ROWS = 600;

/** The rows of one line: itself and, when unfolded, the rest of a long text and its bytes as hex and ASCII. */
export function lineRows(
  serial: number,
  line: ConsoleLine,
  unfolded: boolean,
  previousAt: number | undefined,
): readonly ConsoleRow[] {
  const first: ConsoleRow = { serial, line, detail: undefined, previousAt };
  if (!unfolded || line.hex === '') return [first];
  const details: string[] = [];
  if (line.text.length > WRAP)
    for (let i = 0; i < line.text.length; i += WRAP) details.push(line.text.slice(i, i + WRAP));
  const bytes = line.hex.length / 2;
  for (let offset = 0; offset < bytes; offset += PER_ROW) details.push(hexRow(line.hex, offset, PER_ROW));
  return [first, ...details.slice(0, MAX_DETAIL_ROWS).map((detail) => ({ serial, line, detail, previousAt }))];
}

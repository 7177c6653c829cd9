import { repairNan } from '../../src/decode/nan-repair.ts';
import { RECORD_END } from '../../src/decode/signalr/record-splitter.ts';
import type { GatewayPreset } from './preset.ts';

type Screen = GatewayPreset['screen'];

export type Screened =
  | { readonly is: 'pass'; readonly text: string }
  /** Nothing of it may pass. */
  | { readonly is: 'withheld' }
  /** It is no JSON, so nobody can say what is in it. */
  | { readonly is: 'bad-json' };

const WITHHELD = { is: 'withheld' } as const;
const BAD_JSON = { is: 'bad-json' } as const;

/**
 * Never throws: one message that nobody thought of must not end the server. One JSON message as a browser may see it, or several records of a SignalR hub. The very text where nothing was taken out (or nobody
 * screens), so that numbers and Python's NaN stay as they came.
 */
export function screenText(screen: Screen, path: string, text: string): Screened {
  if (screen === undefined) return { is: 'pass', text };
  if (text.includes(RECORD_END)) return screenRecords(screen, path, text);
  const value = parseJson(text);
  if (value === undefined) return BAD_JSON;
  try {
    const shown = screen(path, value);
    if (shown === undefined) return WITHHELD;
    return { is: 'pass', text: shown === value ? text : JSON.stringify(shown) };
  } catch {
    // Nested too deep to be written again, or a screen's own fault: nobody knows what is in it. Who asked counts it.
    return WITHHELD;
  }
}

/** The records that may pass; those that are no JSON go with the others that may not. */
function screenRecords(screen: Screen, path: string, text: string): Screened {
  const records = text.split(RECORD_END).filter((record) => record !== '');
  const shown = records.map((record) => screenText(screen, path, record));
  const passed = shown.flatMap((one) => (one.is === 'pass' ? [one.text + RECORD_END] : []));
  if (passed.length > 0 || records.length === 0) return { is: 'pass', text: passed.join('') };
  return shown.some(({ is }) => is === 'bad-json') ? BAD_JSON : WITHHELD;
}

/** Plain words (`pong`, `[DONE]`) hold nothing to take out; half an object may, and so may the end of a hub's record. */
export const looksLikeJson = (text: string): boolean => beginsJson(text) || text.includes(RECORD_END);

/** Of bytes that may be anything, a voice for example: a mark in their middle says nothing. */
export const beginsJson = (text: string): boolean => /^\s*(?:\{|\[(?!DONE\]))/.test(text);

/** Also with the NaN and Infinity that Python writes. undefined: it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const repaired = repairNan(text, 'python');
    return repaired === undefined ? undefined : parseJson(repaired);
  }
}

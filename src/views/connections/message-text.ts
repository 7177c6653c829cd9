import { hexRow } from '../../components/hex-row.ts';
import type { Message } from './message.ts';

const MAX_HEX_ROWS = 512;
const PER_ROW = 16;
/** Between the messages of one SignalR frame. */
const RECORD_SEPARATOR = '\u001e';

/** As it went over the wire: bytes as a hex dump, text with its control characters made visible. */
export function rawText(message: Message): string {
  if (message.form === 'binary') return hexDump(message.text);
  return [...message.text].map(visible).join('');
}

export function hexDump(hex: string): string {
  const rows: string[] = [];
  const bytes = hex.length / 2;
  for (let offset = 0; offset < bytes && rows.length < MAX_HEX_ROWS; offset += PER_ROW)
    rows.push(hexRow(hex, offset, PER_ROW));
  return rows.join('\n');
}

/** Line breaks and tabs stay as they are. */
function visible(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0x20 && code !== 0x7f) return character;
  return code === 0x0a || code === 0x09 ? character : String.fromCharCode(code === 0x7f ? 0x2421 : 0x2400 + code);
}

/** What the text says, laid out to be read; undefined: it is no JSON. Several messages in one frame are laid out one by one. */
export function frameText(message: Message): string | undefined {
  if (message.form === 'binary' || message.form === 'note') return undefined;
  if (message.form === 'gap' || message.value !== undefined) return pretty(message.value);
  const parts = message.text.split(RECORD_SEPARATOR).filter((part) => part.trim() !== '');
  const read = parts.map(readJson);
  if (read.length === 0 || read.some((one) => one === NOT_JSON)) return undefined;
  return read.map(pretty).join('\n');
}

const NOT_JSON = Symbol('not JSON');

function readJson(text: string): unknown {
  const first = text.trimStart()[0];
  // Only what can be an answer: a lone word or number is not laid out better by being parsed.
  if (first !== '{' && first !== '[') return NOT_JSON;
  try {
    return JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}

export const pretty = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => readable(one), 2) ?? 'undefined';

/** Columns of numbers are shown as lists, cut at a length that can be read. */
const readable = (value: unknown): unknown => {
  if (!ArrayBuffer.isView(value)) return value;
  const list = Array.from(value as unknown as ArrayLike<number>);
  return list.length <= 100 ? list : [...list.slice(0, 100), `… ${list.length - 100}`];
};

const MAX_LINE = 400;

/** For one line of the list. */
export function lineText(message: Message): string {
  if (message.form === 'binary') return message.text.slice(0, 96).replace(/(..)/g, '$1 ');
  return message.text.slice(0, MAX_LINE).replace(/\s+/g, ' ');
}

import type { BoardItem, BoardItemError, ErrorItem, JsonItem, TextItem } from '../../contract/board-item.ts';
import { matchingBrace } from '../../decode/balanced-brace.ts';
import { parseJsonObjectRepaired } from '../../decode/json-object.ts';
import { isRecognisedShape, jsonShape } from './json-shape.ts';
import { readTextShape } from './text-shape.ts';

export const errorItem = (error: BoardItemError): ErrorItem => ({ kind: 'error', error });

/** What the bytes of a line contain, gathered while its end was looked for. Too many marks are harmless, too few are not. */
export const MARK = { control: 1, high: 2 } as const;

/** Decoded text and whether it may be called text (board contract §3.4 "clean"). */
export interface DecodedText {
  readonly text: string;
  readonly clean: boolean;
  /** How many U+FFFD it has. */
  readonly replaced: number;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Decodes `bytes`; invalid sequences become U+FFFD, and a line is clean while at most a quarter of it are. */
export function decodeText(bytes: Uint8Array, marks: number): DecodedText {
  const text = utf8.decode(bytes);
  const control = (marks & MARK.control) !== 0 && hasControl(bytes);
  if ((marks & MARK.high) === 0) return { text, clean: !control, replaced: 0 };
  let replaced = 0;
  let characters = 0;
  for (const character of text) {
    characters++;
    if (character === '\uFFFD') replaced++;
  }
  return { text, clean: !control && replaced * 4 <= characters, replaced };
}

const hasControl = (bytes: Uint8Array): boolean =>
  bytes.some((byte) => (byte < 0x20 && byte !== 0x09 && byte !== 0x0d && byte !== 0x1b) || byte === 0x7f);

/**
 * The items of one text line, whose end and trailing CRs are already off (§3.4). None for a blank line, several when objects
 * are salvaged from a damaged one.
 */
export function lineItems({ text, clean }: DecodedText): readonly BoardItem[] {
  if (isBlank(text)) return [];
  const open = text.indexOf('{');
  if (open < 0) return [clean ? textItem(text) : errorItem('unrecognized')];
  if (!clean) return orElse(salvage(text), errorItem('unrecognized'));
  if (!isBlank(text.slice(0, open))) return orElse(salvage(text), textItem(text));
  const whole = parseJsonObjectRepaired(text);
  if (whole !== undefined) return [jsonItem(whole, jsonShape(whole.value), false)];
  return orElse(salvage(text), errorItem('json_invalid'));
}

const orElse = (items: readonly BoardItem[], otherwise: BoardItem): readonly BoardItem[] =>
  items.length > 0 ? items : [otherwise];

const isBlank = (text: string): boolean => !/[^ \t\r]/.test(text);

function textItem(text: string): TextItem {
  const reading = readTextShape(text);
  return reading === undefined ? { kind: 'text', text } : { kind: 'text', text, ...reading };
}

function jsonItem(
  { value, repaired }: { readonly value: JsonItem['value']; readonly repaired: boolean },
  shape: string,
  salvaged: boolean,
): JsonItem {
  return repaired
    ? { kind: 'json', shape, value, salvaged, repaired: ['nan'] }
    : { kind: 'json', shape, value, salvaged };
}

/** Bounds the work on a hostile line of nothing but braces. */
const MAX_SALVAGE_POSITIONS = 64;

/** Whole messages inside a damaged line; the text around them is dropped. */
function salvage(text: string): JsonItem[] {
  const items: JsonItem[] = [];
  let open = text.indexOf('{');
  for (let tried = 0; open >= 0 && tried < MAX_SALVAGE_POSITIONS; tried++) {
    const close = matchingBrace(text, open);
    const piece = close < 0 ? undefined : parseJsonObjectRepaired(text.slice(open, close + 1));
    const shape = piece === undefined ? undefined : jsonShape(piece.value);
    const isMessage = piece !== undefined && shape !== undefined && isRecognisedShape(shape);
    if (isMessage) items.push(jsonItem(piece, shape, true));
    open = text.indexOf('{', isMessage ? close + 1 : open + 1);
  }
  return items;
}

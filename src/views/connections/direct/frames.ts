import { toHex } from '../../../decode/hex.ts';
import type { DirectFrame } from './direct.ts';

/** Characters of one frame that are kept. */
export const MAX_SHOWN = 65_536;

export function textFrame(dir: 'in' | 'out', form: DirectFrame['form'], text: string, label = ''): DirectFrame {
  return {
    at: Date.now(),
    dir,
    form,
    text: text.slice(0, MAX_SHOWN),
    bytes: new TextEncoder().encode(text).length,
    label,
    json: jsonOf(text),
  };
}

export const binaryFrame = (dir: 'in' | 'out', bytes: Uint8Array): DirectFrame => ({
  at: Date.now(),
  dir,
  form: 'binary',
  text: toHex(bytes.subarray(0, MAX_SHOWN / 4)),
  bytes: bytes.length,
  label: '',
  json: undefined,
});

export const note = (text: string): DirectFrame => ({
  at: Date.now(),
  dir: 'note',
  form: 'note',
  text,
  bytes: 0,
  label: '',
  json: undefined,
});

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

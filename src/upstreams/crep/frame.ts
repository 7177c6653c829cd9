/** Larger frames are dropped unread (crep §6.1). */
export const MOST_FRAME_BYTES = 8 * 1024 * 1024;

export type Frame =
  | { readonly is: 'value'; readonly value: unknown }
  | { readonly is: 'empty' }
  | { readonly is: 'bad'; readonly why: 'bad_json' | 'bad_utf8' | 'too_large' };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Text or bytes of one message; the binary frames of the entity socket are UTF-8 JSON. */
export function readFrame(data: string | Uint8Array | ArrayBuffer): Frame {
  const size = typeof data === 'string' ? data.length : data.byteLength;
  if (size > MOST_FRAME_BYTES) return { is: 'bad', why: 'too_large' };
  let text: string;
  if (typeof data === 'string') text = data;
  else {
    try {
      text = utf8.decode(data);
    } catch {
      return { is: 'bad', why: 'bad_utf8' };
    }
  }
  if (text.trim() === '') return { is: 'empty' };
  try {
    return { is: 'value', value: JSON.parse(text) };
  } catch {
    return { is: 'bad', why: 'bad_json' };
  }
}

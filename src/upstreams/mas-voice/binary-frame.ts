import { checkOggPages, type OggCheck } from './ogg.ts';
import { opusDurationMs } from './opus.ts';

/** Kinds of binary frames (contract mas-voice §2.2). */
export const KIND_READY = 0;
export const KIND_AUDIO = 1;
export const KIND_TEXT = 2;
export const KIND_CONTROL = 3;

export type BinaryFrame =
  | { readonly is: 'ready' }
  | {
      readonly is: 'audio';
      readonly container: 'ogg' | 'opus';
      readonly payload: Uint8Array;
      /** 0: headers of a stream, or a packet whose length nobody can tell. */
      readonly durationMs: number;
      /** Why it cannot be played; undefined: it can. */
      readonly broken: Exclude<OggCheck, { readonly ok: true }>['why'] | undefined;
    }
  | { readonly is: 'text'; readonly text: string }
  /** `why` is what is counted. */
  | { readonly is: 'ignored'; readonly why: string };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads one frame: `[kind][payload]`. Never throws. */
export function readBinaryFrame(bytes: Uint8Array): BinaryFrame {
  const payload = bytes.subarray(1);
  switch (bytes[0]) {
    case undefined:
      return { is: 'ignored', why: 'empty-frame' };
    case KIND_READY:
      return payload.length === 0 ? { is: 'ready' } : { is: 'ignored', why: 'ready-with-payload' };
    case KIND_AUDIO:
      return payload.length === 0 ? { is: 'ignored', why: 'audio-without-payload' } : readAudio(payload);
    case KIND_TEXT:
      if (payload.length === 0) return { is: 'ignored', why: 'text-without-payload' };
      try {
        return { is: 'text', text: decoder.decode(payload) };
      } catch {
        // Half of a character: the model's token is lost, the conversation goes on.
        return { is: 'ignored', why: 'text-not-utf8' };
      }
    case KIND_CONTROL:
      return { is: 'ignored', why: 'control-frame' };
    default:
      return { is: 'ignored', why: 'unknown-kind' };
  }
}

/** Each frame says anew which of the two it is: the spoken answer comes in pages, the fallback in bare packets. */
function readAudio(payload: Uint8Array): BinaryFrame {
  const isOgg = payload[0] === 0x4f && payload[1] === 0x67 && payload[2] === 0x67 && payload[3] === 0x53;
  if (!isOgg) {
    return { is: 'audio', container: 'opus', payload, durationMs: opusDurationMs(payload), broken: undefined };
  }
  const check = checkOggPages(payload);
  return {
    is: 'audio',
    container: 'ogg',
    payload,
    durationMs: check.ok ? check.durationMs : 0,
    broken: check.ok ? undefined : check.why,
  };
}

/** `[kind][payload]`, in a buffer of its own. */
export function audioFrame(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(payload.length + 1);
  frame[0] = KIND_AUDIO;
  frame.set(payload, 1);
  return frame;
}

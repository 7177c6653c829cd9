import { type FrameHandler, type FrameLimits, FrameParser } from './frame-parser.ts';
import type { WireRefusal } from './wire-refusals.ts';

export type Heard =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'binary' | 'ping' | 'pong'; readonly hex: string }
  | { readonly is: 'close'; readonly code: number; readonly reason: string }
  | { readonly is: 'refused'; readonly code: WireRefusal; readonly closeCode: number };

/** Keeps what a parser said, for tests. */
export class HeardFrames implements FrameHandler {
  readonly all: Heard[] = [];

  onMessage(data: Buffer, isBinary: boolean): void {
    this.all.push(isBinary ? { is: 'binary', hex: data.toString('hex') } : { is: 'text', text: data.toString() });
  }
  onPing(data: Buffer): void {
    this.all.push({ is: 'ping', hex: data.toString('hex') });
  }
  onPong(data: Buffer): void {
    this.all.push({ is: 'pong', hex: data.toString('hex') });
  }
  onClose(code: number, reason: string): void {
    this.all.push({ is: 'close', code, reason });
  }
  onError(code: WireRefusal, closeCode: number): void {
    this.all.push({ is: 'refused', code, closeCode });
  }
}

export interface Parsed {
  readonly heard: readonly Heard[];
  /** The most the parser held after any chunk. */
  readonly mostHeld: number;
  /** What it held at the end. */
  readonly held: number;
}

/** Parses a copy of the bytes (parsing changes them), in chunks of the given sizes, the last of which repeats. */
export function parseInChunks(
  bytes: Uint8Array,
  sizes: readonly number[],
  limits: FrameLimits,
  deflate = false,
): Parsed {
  const frames = new HeardFrames();
  const parser = new FrameParser(frames, limits, deflate);
  let mostHeld = 0;
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[Math.min(turn, sizes.length - 1)] ?? bytes.length);
    const chunk = Buffer.from(bytes.subarray(at, at + size));
    parser.push(chunk);
    // The chunk is not ours after the call: what is still needed must have been copied.
    chunk.fill(0x99);
    mostHeld = Math.max(mostHeld, parser.heldBytes);
    at += size;
  }
  return { heard: frames.all, mostHeld, held: parser.heldBytes };
}

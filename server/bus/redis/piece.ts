import type { Gap, GapReason } from '../../../src/contract/channel.ts';
import { decodeSampleBatch } from '../../../src/contract/sample-batch.ts';
import type { EpochMs } from '../../../src/contract/time.ts';
import type { Piece } from '../channel-log.ts';
import { toArrayBuffer } from '../encode.ts';
import type { EntryKind } from './entry.ts';

/** What an entry and a waiting publication have in common. */
interface Content {
  readonly kind: EntryKind | 'n';
  readonly count: number;
  readonly at: EpochMs;
  readonly body: Buffer | string;
}

/** A publication as the local log takes it; what cannot be read (somebody else wrote there) is told as lost. */
export function pieceOf({ kind, count, at, body }: Content, epoch: string, offset: number): Piece {
  const place = { epoch, offset, at };
  try {
    if (kind === 'e') return { is: 'events', ...place, count, texts: body.toString() };
    if (kind === 's' && typeof body !== 'string')
      return { is: 'samples', ...place, count, batch: decodeSampleBatch(toArrayBuffer(body)) };
    if (kind === 'g') return { is: 'gap', ...place, count: 0, gap: JSON.parse(body.toString()) as Gap };
  } catch {
    // Told below.
  }
  return gapPiece(epoch, offset + count, 'history-trimmed', count, at, at);
}

export function gapPiece(
  epoch: string,
  offset: number,
  why: GapReason,
  count: number | undefined,
  fromMs: EpochMs,
  toMs: EpochMs,
): Piece {
  return { is: 'gap', epoch, offset, count: 0, gap: { why, count, fromMs, toMs }, at: toMs };
}

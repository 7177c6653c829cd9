import { dialectOf } from '../../../src/boards/mycobrain/detect.ts';
import { createDetection } from '../../../src/boards/mycobrain/session/detection.ts';
import type { BoardItem } from '../../../src/contract/board-item.ts';
import { toHex } from '../../../src/decode/hex.ts';
import { demultiplex } from './demultiplex.ts';
import { firstDifference } from './first-difference.ts';
import type { DetectExpectation } from './mycobrain-vector.ts';

/**
 * Plays the detection of board contract §15 against a board that gives these items after the questions it was really asked:
 * verdict, stage and every byte we send must be as expected.
 */
export function checkDetect(items: readonly BoardItem[], expected: DetectExpectation): string | undefined {
  let fire: (() => void) | undefined;
  let verdict: { readonly dialect: string; readonly stage: string } | undefined;
  const sent: string[] = [];
  const numbers = expected.hostSent.flatMap(({ bytes }) => sequencesIn(bytes));
  const detection = createDetection(
    {
      schedule(_ms, callback) {
        fire = callback;
        return () => {
          fire = undefined;
        };
      },
      send(bytes) {
        sent.push(toHex(bytes));
      },
      nextNumber: () => numbers.shift() ?? noNumberLeft(),
      onListening: () => undefined,
      onProbing: () => undefined,
      onVerdict(dialect, stage) {
        // The first counts; later ones would be a board that was flashed anew.
        verdict ??= { dialect, stage };
      },
    },
    undefined,
  );
  detection.start();
  while (sent.length < expected.hostSent.length && fire !== undefined) fire();
  for (const item of items) {
    if (item.kind === 'text') detection.heardText();
    detection.judge(dialectOf(item));
  }
  // Nothing told it: the last question's time runs out.
  if (expected.stage === 'none') fire?.();
  detection.stop();
  const difference =
    firstDifference(expected.dialect, verdict?.dialect, 'dialect') ??
    firstDifference(expected.stage, verdict?.stage, 'stage') ??
    firstDifference(
      expected.hostSent.map(({ bytes }) => toHex(bytes)),
      sent,
      'host_sent',
    );
  return difference === undefined ? undefined : `detected: ${difference}`;
}

/** The sequence number of the frame in a probe: the host was free to choose it. */
const sequencesIn = (probe: Uint8Array): number[] =>
  demultiplex([probe]).items.flatMap((item) => (item.kind === 'mdp' ? [item.header.seq] : []));

function noNumberLeft(): never {
  throw new RangeError('we would not send a frame with the sequence number of the vector');
}

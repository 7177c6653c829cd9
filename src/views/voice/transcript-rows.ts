import type { EpochMs } from '../../contract/time.ts';
import type { TurnRecord } from '../../contract/upstream/mas-voice.ts';
import type { Caption } from './captions.ts';
import type { Intent } from './intents.ts';
import type { SpeechSpan } from './speech-spans.ts';

/** One row of the transcript. */
export type TranscriptRow =
  | { readonly is: 'turn'; readonly key: string; readonly at: EpochMs; readonly turn: TurnRecord }
  | { readonly is: 'spoke'; readonly key: string; readonly at: EpochMs; readonly span: SpeechSpan }
  | { readonly is: 'intent'; readonly key: string; readonly at: EpochMs; readonly intent: Intent };

/** Turns as the hub has them, and what only this tab knows, in the order in which they began. `find`: only those with it in them. */
export function transcriptRows(
  turns: readonly TurnRecord[],
  spans: readonly SpeechSpan[],
  intents: readonly Intent[],
  find: string,
): readonly TranscriptRow[] {
  const wanted = find.trim().toLowerCase();
  const rows: TranscriptRow[] = [
    ...turns.map((turn) => ({ is: 'turn', key: turn.id, at: turn.startedAt, turn }) as const),
    ...spans.map((span) => ({ is: 'spoke', key: `spoke-${span.from}`, at: span.from, span }) as const),
    ...intents.map(
      (intent, index) => ({ is: 'intent', key: `intent-${index}-${intent.at}`, at: intent.at, intent }) as const,
    ),
  ];
  const textOf = (row: TranscriptRow) =>
    row.is === 'turn' ? row.turn.text : row.is === 'intent' ? `${row.intent.text} ${row.intent.answer ?? ''}` : '';
  return rows.filter((row) => wanted === '' || textOf(row).toLowerCase().includes(wanted)).sort((a, b) => a.at - b.at);
}

/** A file's worth of it. */
export function captionsOf(rows: readonly TranscriptRow[], names: Names): readonly Caption[] {
  return rows.flatMap((row) => captionsOfRow(row, names));
}

interface Names {
  readonly you: string;
  readonly myca: string;
  /** What is written for words that nobody wrote down. */
  readonly spoke: (span: SpeechSpan) => string;
}

function captionsOfRow(row: TranscriptRow, { you, myca, spoke }: Names): Caption[] {
  const { at } = row;
  switch (row.is) {
    case 'turn':
      return [{ speaker: row.turn.speaker === 'user' ? you : myca, text: row.turn.text, from: at, to: row.turn.rx }];
    case 'spoke':
      return [{ speaker: you, text: `[${spoke(row.span)}]`, from: at, to: row.span.to ?? at }];
    case 'intent': {
      const said = { speaker: you, text: row.intent.text, from: at, to: at };
      const { answer } = row.intent;
      return answer === undefined ? [said] : [said, { speaker: myca, text: answer, from: at, to: at }];
    }
  }
}

import type { Sourced } from '../../contract/upstream/upstream.ts';
import type { ReadContext } from '../out.ts';
import { field, isFields, plainNumberOf, shortTextOf } from './fields.ts';
import { stampOf } from './stamp.ts';

/** What MYCA answered to whoever asked. `synthetic`: nobody thought about it. */
export interface MycaAnswer extends Sourced {
  readonly answer: string;
  /** 0..1 */
  readonly confidence: number | undefined;
  readonly suggestedQuestions: readonly string[];
}

const MOST_CHARS = 20_000;
const MOST_SUGGESTIONS = 10;

/** undefined: there is no answer in it. */
export function readMycaAnswer(value: unknown, context: ReadContext): MycaAnswer | undefined {
  const answer = isFields(value) ? shortTextOf(field(value, 'answer'), MOST_CHARS) : undefined;
  if (answer === undefined || !isFields(value)) return undefined;
  const suggestions = field(value, 'suggestedQuestions');
  return {
    ...stampOf(value, context, field(value, 'synthetic') === true ? ['synthetic'] : []),
    source: 'myca',
    answer,
    confidence: plainNumberOf(field(value, 'confidence')),
    suggestedQuestions: Array.isArray(suggestions)
      ? suggestions.slice(0, MOST_SUGGESTIONS).flatMap((text) => shortTextOf(text, 300) ?? [])
      : [],
  };
}

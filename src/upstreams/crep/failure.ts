import { isObject } from './json.ts';
import { reasonOf } from './text.ts';

/** What an answer that is no list says about itself: its own message, else what came instead. */
export function reasonOfAnswer(status: number, body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    if (isObject(value)) {
      const said = reasonOf(value.message ?? value.error ?? value.detail);
      if (said !== undefined) return said;
    }
  } catch {
    // A block page, or half an answer: the status is all there is.
    if (status === 200) return 'not json';
  }
  return `it answered ${status}`;
}

import type { AppError } from '../contract/error-codes.ts';
import type { Outcome } from '../contract/hub-api.ts';

/** The hub's answer, or `hub-timeout` after `deadlineMs`: comlink alone would wait for ever. An answer that throws is `bad-message`. */
export async function answerInTime<T>(
  answer: Promise<Outcome<T>>,
  deadlineMs: number,
  schedule: (ms: number, callback: () => void) => () => void,
): Promise<Outcome<T>> {
  let cancel: () => void = () => undefined;
  const late = new Promise<Outcome<T>>((resolve) => {
    const error: AppError = { code: 'hub-timeout', message: `the hub did not answer within ${deadlineMs} ms` };
    cancel = schedule(deadlineMs, () => resolve({ ok: false, error }));
  });
  try {
    return await Promise.race([late, answer]);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return { ok: false, error: { code: 'bad-message', message } };
  } finally {
    cancel();
  }
}

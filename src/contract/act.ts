import type { AppError } from './error-codes.ts';
import type { EpochMs } from './time.ts';

/**
 * What a person asked an upstream to do. Accepted is what it answered; done is what its data shows.
 * ```text
 *  idle ─▶ queued (no hub now) ─▶ sent ─▶ accepted ─▶ done
 *                                    └▶ failed   └▶ unconfirmed (accepted, and no sign of it in time)
 * ```
 */
export type ActState =
  | { readonly is: 'idle' }
  | { readonly is: 'queued' | 'sent'; readonly since: EpochMs }
  | { readonly is: 'accepted'; readonly since: EpochMs; readonly tookMs: number }
  | { readonly is: 'done'; readonly at: EpochMs; readonly tookMs: number }
  | { readonly is: 'unconfirmed'; readonly at: EpochMs }
  | { readonly is: 'failed'; readonly at: EpochMs; readonly error: AppError };

/** It is under way: the same must not be asked again. */
export const isUnderWay = ({ is }: ActState): boolean => is === 'queued' || is === 'sent' || is === 'accepted';

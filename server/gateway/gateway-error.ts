/** Why an upstream could not be asked, or its answer not be used. A word for counters and for `code` in answers. */
export type GatewayReason =
  | 'unreachable'
  | 'timeout'
  | 'cut'
  | 'answer-too-big'
  | 'redirect'
  | 'budget'
  | 'rate-limited'
  | 'busy'
  | 'withheld'
  | 'revoked'
  | 'draining';

const STATUS: Readonly<Record<GatewayReason, number>> = {
  unreachable: 502,
  timeout: 504,
  cut: 502,
  'answer-too-big': 502,
  redirect: 502,
  budget: 429,
  'rate-limited': 429,
  busy: 503,
  withheld: 403,
  revoked: 401,
  draining: 503,
};

const MESSAGES: Readonly<Record<GatewayReason, string>> = {
  unreachable: 'The upstream cannot be reached.',
  timeout: 'The upstream did not answer in time.',
  cut: 'The upstream ended its answer in the middle.',
  'answer-too-big': 'The upstream answered with more than is let through.',
  redirect: 'The upstream sends its callers to another address, which is not followed: configure that one instead.',
  budget: 'The upstream may not be asked more often now; ask again later.',
  'rate-limited': 'The upstream takes no more requests for a while.',
  busy: 'Too many requests wait for upstreams.',
  withheld: 'The upstream’s answer must not leave this server.',
  revoked: 'Your access was taken back.',
  draining: 'The server is stopping.',
};

export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly reason: GatewayReason;
  readonly retryAfterMs: number | undefined;

  constructor(reason: GatewayReason, options: { readonly cause?: unknown; readonly retryAfterMs?: number } = {}) {
    super(MESSAGES[reason], options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Why something failed that was called off: that, if somebody said it. */
export const calledOff = ({ reason }: AbortSignal, cause: unknown): unknown =>
  reason instanceof GatewayError ? reason : cause;

export const statusOf = (reason: GatewayReason): number => STATUS[reason];
export const isGatewayReason = (word: string): word is GatewayReason => word in STATUS;

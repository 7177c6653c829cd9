/** What can go wrong with any upstream, by name. Done by the host, below the simulators: none of them knows. */
export const GENERAL_FAULTS = {
  silence: 'connected, and nothing comes any more',
  'close-1000': 'every connection is closed politely (1000; streams end) soon after it was made',
  drop: 'every connection is cut without a word (1006) soon after it was made, every answer before it began',
  hang: 'no handshake and no request is ever answered',
  gone: 'connection refused: nothing listens',
  'status-403': 'handshakes and requests are answered 403',
  'status-404': 'handshakes and requests are answered 404',
  'status-422': 'handshakes and requests are answered 422',
  'status-429': 'handshakes and requests are answered 429, with Retry-After: 60',
  'status-500': 'handshakes and requests are answered 500',
  'status-503': 'handshakes and requests are answered 503',
  html: 'handshakes and requests are answered with a page, status 200',
  'token-expired': 'handshakes and requests are answered 401',
  'half-frame': 'messages, events and answers end in their middle',
  'huge-frame': 'each connection gets a message of 20 MB, each request such an answer',
  burst: 'each connection gets its newest message 10,000 times at once',
  duplicates: 'each message and event comes twice',
  'clock-3h': 'the upstream’s clock is 3 hours ahead',
  flap: 'each connection ends a second after it was made, politely and without a word in turn',
} as const satisfies Record<string, string>;

export type GeneralFault = keyof typeof GENERAL_FAULTS;

export const HUGE_BYTES = 20_000_000;
export const BURST_MESSAGES = 10_000;
export const CLOCK_OFFSET_MS = 3 * 3_600_000;
/** A connection that is to end soon ends this long after it was made: the other side has seen it open. */
export const SOON_MS = 300;
export const FLAP_MS = 1_000;

/** What a request or a handshake is answered with instead of the simulator's answer. */
export interface FaultAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const detail = (text: string): string => JSON.stringify({ detail: text });
const JSON_TYPE = 'application/json';

const ANSWERS: Partial<Record<GeneralFault, FaultAnswer>> = {
  'token-expired': { status: 401, type: JSON_TYPE, body: detail('Token expired') },
  'status-403': { status: 403, type: JSON_TYPE, body: detail('Forbidden') },
  'status-404': { status: 404, type: JSON_TYPE, body: detail('Not Found') },
  'status-422': { status: 422, type: JSON_TYPE, body: detail('Unprocessable Entity') },
  'status-429': {
    status: 429,
    type: JSON_TYPE,
    body: JSON.stringify({ detail: 'Rate limit exceeded', remaining: 0 }),
    headers: { 'Retry-After': '60' },
  },
  'status-500': { status: 500, type: JSON_TYPE, body: detail('Internal Server Error') },
  'status-503': { status: 503, type: JSON_TYPE, body: detail('Service Unavailable') },
  html: {
    status: 200,
    type: 'text/html; charset=utf-8',
    body: '<!doctype html><title>Sign in</title><h1>Sign in</h1><p>This is a page, not data.</p>',
  },
};

/** The first fault that answers in the simulator's place. */
export function faultAnswer(faults: ReadonlySet<string>): FaultAnswer | undefined {
  for (const [name, answer] of Object.entries(ANSWERS)) if (faults.has(name)) return answer;
  return undefined;
}

/** Whether what is open now must end, so that the other side meets the fault. */
export const endsConnections = (fault: string): boolean =>
  ['close-1000', 'drop', 'flap', 'hang', 'gone'].includes(fault) || Object.hasOwn(ANSWERS, fault);

/** Text of {@link HUGE_BYTES} that is JSON all the same. */
export const hugeText = (): string => `{"type":"huge","pad":"${'x'.repeat(HUGE_BYTES - 24)}"}`;

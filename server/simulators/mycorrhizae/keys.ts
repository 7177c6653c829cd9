import type { SimHost, SimRequest } from '../simulator.ts';

/** An answer instead of a stream. */
export interface Refusal {
  readonly status: number;
  readonly json: { readonly detail: unknown };
}

const FORMAT = /^myco_[a-z0-9-]+_[A-Za-z0-9]{32}$/;
const MINUTE_MS = 60_000;
const PER_MINUTE = 60;

const forbidden = (detail: string): Refusal => ({ status: 403, json: { detail } });
const missing = (place: 'header' | 'query', name: string): Refusal => ({
  status: 422,
  json: { detail: [{ type: 'missing', loc: [place, name], msg: 'Field required', input: null }] },
});

/** The faults that are a refusal, in the words of the service. */
const REFUSALS: readonly (readonly [fault: string, refusal: Refusal])[] = [
  ['starting', { status: 503, json: { detail: 'Protocol not available' } }],
  ['no-key-service', { status: 503, json: { detail: 'Key service not available' } }],
  ['bad-key', forbidden('Invalid or inactive key')],
  ['keys-failing', forbidden('Invalid or inactive key')],
  ['key-expired', forbidden('Key has expired')],
  ['no-scopes', forbidden('Missing required scopes: channel:subscribe, read')],
  ['rate-minute', forbidden('Rate limit exceeded (per minute)')],
  ['rate-day', forbidden('Rate limit exceeded (per day)')],
];

export const KEY_FAULTS: Readonly<Record<string, string>> = {
  strict: 'a key must come with each request, as at the real service; without it: 422',
  starting: '503: the protocol is not up yet',
  'no-key-service': '503: the key service is not up',
  'bad-key': '403: the key is unknown',
  'keys-failing': '403 for every key because the store of keys fails; its health says degraded',
  'key-expired': '403: the key has expired',
  'no-scopes': '403: the key may not subscribe',
  'rate-minute': '403: too many connections this minute',
  'rate-day': '403: too many connections today',
};

/** Who may listen, and how often. */
export class Keys {
  readonly #host: SimHost;
  #minute = 0;
  #count = 0;

  constructor(host: SimHost) {
    this.#host = host;
  }

  /** undefined: come in. */
  refusal({ headers }: SimRequest): Refusal | undefined {
    const key = headers['x-api-key'];
    if (key === undefined) return this.#host.fault('strict') ? missing('header', 'X-API-Key') : this.#byFault();
    return FORMAT.test(key) ? this.#byFault() : forbidden('Invalid key format');
  }

  /** Two of one parameter: the last counts, silently. None: it is missed. */
  static channelOf(request: SimRequest): string | Refusal {
    return request.query.getAll('channel').at(-1) ?? missing('query', 'channel');
  }

  #byFault(): Refusal | undefined {
    for (const [fault, refusal] of REFUSALS) if (this.#host.fault(fault)) return refusal;
    const minute = Math.floor(this.#host.now() / MINUTE_MS);
    this.#count = minute === this.#minute ? this.#count + 1 : 1;
    this.#minute = minute;
    return this.#count > PER_MINUTE ? forbidden('Rate limit exceeded (per minute)') : undefined;
  }
}

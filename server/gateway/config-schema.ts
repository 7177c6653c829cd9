import * as v from 'valibot';
import { UPSTREAMS } from '../../src/contract/upstream/upstream.ts';

/** Of a connection, not of a message: no configuration may set them. */
const NOT_SET_BY_HAND =
  /^(host|connection|content-length|transfer-encoding|upgrade|te|trailer|keep-alive|expect|sec-.*)$/i;

const headerName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/, 'must be the name of an HTTP header, such as `X-API-Key`'),
  v.check((name) => !NOT_SET_BY_HAND.test(name), 'is set by the connection itself: leave it out'),
);
const headerValue = v.pipe(v.string(), v.regex(/^[\x20-\x7e]{0,4096}$/, 'must be plain ASCII on one line'));
const wholeFrom = (least: number, most: number, unit: string) =>
  v.pipe(
    v.number(`must be a number (${unit})`),
    v.check(
      (value) => Number.isInteger(value) && value >= least && value <= most,
      `must be a whole number from ${least} to ${most} (${unit})`,
    ),
  );

const address = v.pipe(
  v.string('must be an address such as "https://mas.example"'),
  v.check(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'must begin with http:// or https:// (sockets are reached by the same address)',
  ),
  v.check(
    (text) => !URL.canParse(text) || new URL(text).username + new URL(text).password === '',
    'must not carry a user or a password: name an environment variable in `secret` instead',
  ),
  v.check(
    (text) => !URL.canParse(text) || new URL(text).search + new URL(text).hash === '',
    'must end with its path: no `?` and no `#`',
  ),
);

const pathPattern = v.pipe(
  v.string(),
  v.regex(
    /^\/(?:(?:\*|[A-Za-z0-9._~!$&'()+,=:@%-]+)\/)*(?:\*\*|\*|[A-Za-z0-9._~!$&'()+,=:@%-]+)?$/,
    'must be a path: exact (`/ws/topology`), `*` for one segment (`/api/devices/*`), or `/**` at its end for any more',
  ),
);
const role = v.picklist(['viewer', 'operator', 'owner'], 'must be `viewer`, `operator` or `owner`');
const maxBytes = v.exactOptional(wholeFrom(1, 2 ** 30, 'bytes'));

const route = v.variant(
  'is',
  [
    v.strictObject({
      is: v.literal('http'),
      methods: v.pipe(
        v.array(v.picklist(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])),
        v.minLength(1, 'must name a method'),
      ),
      path: pathPattern,
      cadenceMs: wholeFrom(0, 86_400_000, 'ms'),
      role,
      maxBytes,
    }),
    v.strictObject({
      is: v.literal('stream'),
      methods: v.exactOptional(v.array(v.picklist(['GET', 'POST']))),
      path: pathPattern,
      role,
    }),
    v.strictObject({
      is: v.literal('socket'),
      path: pathPattern,
      role,
      send: v.array(v.string()),
      commands: v.exactOptional(v.strictObject({ role, send: v.array(v.string()) })),
      maxBytes,
    }),
  ],
  'must have `is`: `http`, `stream` or `socket`',
);

const upstream = v.strictObject({
  name: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
  url: v.exactOptional(address),
  altUrl: v.exactOptional(address),
  secret: v.exactOptional(
    v.strictObject({
      header: v.exactOptional(headerName),
      env: v.pipe(
        v.string(),
        v.regex(
          /^[A-Za-z_][A-Za-z0-9_]{0,127}$/,
          'must be the NAME of an environment variable, never the secret itself',
        ),
      ),
      prefix: v.exactOptional(headerValue),
    }),
  ),
  headers: v.exactOptional(v.record(headerName, headerValue)),
  allow: v.exactOptional(
    v.strictObject({ only: v.exactOptional(v.array(pathPattern)), also: v.exactOptional(v.array(route)) }),
  ),
  simulate: v.exactOptional(v.boolean('must be true or false')),
  budget: v.exactOptional(
    v.strictObject({
      perMinute: v.exactOptional(wholeFrom(1, 1_000_000, 'requests')),
      perHour: v.exactOptional(wholeFrom(1, 60_000_000, 'requests')),
    }),
  ),
  timeoutMs: v.exactOptional(wholeFrom(100, 600_000, 'ms')),
});

const connectSource = v.pipe(
  v.string(),
  v.check(
    (text) =>
      /^(https?|wss?):$/.test(text) ||
      (URL.canParse(text) &&
        /^(https?|wss?):$/.test(new URL(text).protocol) &&
        text === `${new URL(text).protocol}//${new URL(text).host}` &&
        // It becomes part of a policy, where other characters begin something else.
        /^[\w.:*[\]-]+$/.test(new URL(text).host)),
    'must be an origin such as "https://feeds.example", without a path, or a scheme such as "wss:"',
  ),
);

/** `hyphae.config.json`. */
export const gatewayFileSchema = v.strictObject({
  $schema: v.exactOptional(v.string()),
  upstreams: v.exactOptional(
    v.strictObject(
      Object.fromEntries(UPSTREAMS.filter((slug) => slug !== 'redis').map((slug) => [slug, v.exactOptional(upstream)])),
    ),
  ),
  connect: v.exactOptional(v.pipe(v.array(connectSource), v.maxLength(64))),
});

export type UpstreamConfig = v.InferOutput<typeof upstream>;

export interface GatewayFile {
  readonly upstreams: Readonly<Partial<Record<string, UpstreamConfig>>>;
  /** What pages may reach directly, besides this server. undefined: nobody said. */
  readonly connect: readonly string[] | undefined;
}

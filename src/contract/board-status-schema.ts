import * as v from 'valibot';
import type { BoardHealth, BoardIdentity, BoardLease, BoardPath, BoardPhase, BoardStatus } from './board-status.ts';
import type { ErrorCode } from './error-codes.ts';
import type { Provenance } from './provenance.ts';
import {
  clientSchema,
  countSchema,
  epochMsSchema,
  finiteSchema,
  idSchema,
  orUndefined,
  shortText,
} from './wire-schemas.ts';

const DIALECTS = [
  'mdp1-json',
  'mdp1-bin',
  'ndjson-machine',
  'json-legacy',
  'json-tele',
  'json-recovery',
  'gateway-json',
  'cli-text',
  'text-log',
  'silent',
] as const satisfies readonly NonNullable<BoardIdentity['dialect']>[];

export const PROVENANCES = [
  'measured',
  'derived',
  'simulated',
  'replayed',
  'unknown',
] as const satisfies readonly Provenance[];

const since = { since: epochMsSchema };

const phaseSchema: v.GenericSchema<unknown, BoardPhase> = v.variant('is', [
  v.object({ is: v.picklist(['opening', 'listening', 'probing', 'open']), ...since }),
  v.object({ is: v.picklist(['unplugged', 'released', 'ownerless', 'gone']), ...since }),
  v.object({
    is: v.literal('retrying'),
    ...since,
    nextAt: epochMsSchema,
    attempt: countSchema,
    code: v.custom<ErrorCode>((value) => typeof value === 'string' && /^[a-z][a-z-]{0,40}$/.test(value)),
    reason: shortText(300),
  }),
]);

const pathSchema: v.GenericSchema<unknown, BoardPath> = v.variant('is', [
  v.object({ is: v.literal('tab'), tab: idSchema }),
  v.object({ is: v.literal('simulated') }),
  v.object({ is: v.literal('relay'), client: idSchema, clientName: shortText(80) }),
  v.object({ is: v.literal('none') }),
]);

const words = (most: number) => v.pipe(v.array(shortText(64)), v.maxLength(most));

const identitySchema: v.GenericSchema<unknown, BoardIdentity> = v.object({
  dialect: orUndefined(v.picklist(DIALECTS)),
  stage: orUndefined(v.picklist(['passive', 'hello', 'status', 'json', 'none'])),
  firmware: orUndefined(shortText(128)),
  role: orUndefined(shortText(64)),
  side: orUndefined(v.picklist(['A', 'B'])),
  deviceId: orUndefined(shortText(128)),
  mac: orUndefined(shortText(32)),
  sensors: words(64),
  capabilities: words(128),
  presumed: v.boolean(),
});

const errorCountsSchema = v.pipe(
  v.record(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_-]{0,40}$/)), countSchema),
  v.check((counts) => Object.keys(counts).length <= 32, 'too many kinds of error'),
);

const healthSchema: v.GenericSchema<unknown, BoardHealth> = v.object({
  uptimeMs: orUndefined(finiteSchema),
  resets: countSchema,
  brownouts: countSchema,
  lastReset: orUndefined(v.object({ at: epochMsSchema, reason: shortText(200) })),
  bytesIn: countSchema,
  bytesOut: countSchema,
  items: countSchema,
  errors: errorCountsSchema,
  lost: countSchema,
  gaps: countSchema,
  dropped: countSchema,
  reopened: countSchema,
  lastByteAt: orUndefined(epochMsSchema),
  lastDataAt: orUndefined(epochMsSchema),
  cadenceMs: v.pipe(v.number(), v.minValue(1), v.maxValue(86_400_000)),
});

export const leaseSchema: v.GenericSchema<unknown, BoardLease> = v.object({
  ...clientSchema.entries,
  since: epochMsSchema,
  until: epochMsSchema,
  fence: countSchema,
  takenFrom: v.optional(v.object({ ...clientSchema.entries, reason: shortText(200) })),
});

export const watchersSchema = v.pipe(v.array(clientSchema), v.maxLength(100));

/**
 * A board's status as it comes from another computer. `share` is not taken from the wire: the relay and the hub know it better,
 * so what is sent there is read as `private`.
 */
export const boardStatusSchema: v.GenericSchema<unknown, BoardStatus> = v.object({
  id: idSchema,
  name: orUndefined(shortText(80)),
  path: pathSchema,
  phase: phaseSchema,
  provenance: v.picklist(PROVENANCES),
  usb: orUndefined(v.object({ vendorId: orUndefined(countSchema), productId: orUndefined(countSchema) })),
  identity: identitySchema,
  health: healthSchema,
  commands: words(128),
  hasOutputs: v.boolean(),
  outputs: v.picklist(['off', 'on', 'stopped', 'unknown']),
  share: v.pipe(
    v.unknown(),
    v.transform((): BoardStatus['share'] => ({ is: 'private' })),
  ),
  pair: orUndefined(v.object({ board: idSchema, sure: v.boolean() })),
});

import type { ErrorCode } from '../../../src/contract/error-codes.ts';
import type { Outcome } from '../../../src/contract/hub-api.ts';
import { type Fields, isFields } from '../../../src/upstreams/mas/fields.ts';

export const failure = (code: ErrorCode, message: string): Outcome<never> => ({ ok: false, error: { code, message } });

const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/** An id as part of a path; undefined for anything that could be more than one segment of it. */
export const pathId = (args: Fields): string | undefined =>
  typeof args.id === 'string' && ID.test(args.id) ? encodeURIComponent(args.id) : undefined;

export const argsOf = (args: unknown): Fields => (isFields(args) ? args : {});

import type { ErrorCode } from '../../../src/contract/error-codes.ts';
import type { Outcome } from '../../../src/contract/hub-api.ts';

export const refused = (code: ErrorCode, message: string): Outcome<never> => ({ ok: false, error: { code, message } });

export const done = (value: unknown = undefined): Outcome<unknown> => ({ ok: true, value });

import type { IncomingMessage } from 'node:http';
import type { Principal } from '../access/principal.ts';

export type Admission =
  | { readonly ok: true; readonly principal: Principal }
  | {
      readonly ok: false;
      readonly status: number;
      readonly code: string;
      readonly message: string;
      readonly retryAfterMs?: number | undefined;
    };

/** Decides about a request before anything else is done with it. */
export type Admit = (request: IncomingMessage) => Admission;

import type { FastifyRequest } from 'fastify';
import type { Found, Refusal } from './gateway-requests.ts';
import { SaidCheck } from './said-check.ts';

export type BodyVerdict =
  | { readonly ok: true; readonly bytes: Buffer | undefined }
  | { readonly ok: false; readonly refusal: Refusal };

const no = (status: number, code: string, message: string): BodyVerdict => ({
  ok: false,
  refusal: { status, code, message },
});

/** Whether the body of a request may be passed on, and as which bytes. */
export function judgeBody(request: FastifyRequest, { target, asked }: Pick<Found, 'target' | 'asked'>): BodyVerdict {
  const bytes = Buffer.isBuffer(request.body) && request.body.length > 0 ? request.body : undefined;
  const method = request.raw.method ?? 'GET';
  // Where a path is a socket, too, what is posted to it is what would be said on the socket.
  const socket = target.routes.socket(asked.segments);
  if (socket !== undefined && bytes !== undefined) {
    const passed = new SaidCheck(socket, { isSignalr: true }).passed(bytes.toString('utf8'));
    if (passed === undefined) return no(403, 'not-allowed-to-say', 'A browser may not say that to this upstream.');
    return { ok: true, bytes: Buffer.from(passed) };
  }
  if (target.refuse === undefined) return { ok: true, bytes };
  const parsed = parse(bytes);
  if (parsed === undefined) return no(400, 'bad-json', 'The body must be JSON.');
  const why = target.refuse({ method, path: asked.path, query: new URLSearchParams(asked.query), body: parsed.value });
  if (why !== undefined) return no(403, 'not-allowed', why);
  // What was judged is what is sent: no second reading of the same bytes can find another meaning in them.
  return { ok: true, bytes: parsed.isJson ? Buffer.from(JSON.stringify(parsed.value)) : bytes };
}

/** undefined: it cannot be judged. */
function parse(bytes: Buffer | undefined): { readonly value: unknown; readonly isJson: boolean } | undefined {
  if (bytes === undefined) return { value: undefined, isJson: false };
  try {
    return { value: JSON.parse(bytes.toString('utf8')), isJson: true };
  } catch {
    return undefined;
  }
}

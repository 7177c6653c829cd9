import type { SimAnswer, SimHost, SimRequest } from '../simulator.ts';

type Headers = Readonly<Record<string, string>>;

/** Of the newer version. */
const LISTED = new Set(['http://localhost:3000', 'https://sandbox.mycosoft.com', 'https://mycosoft.com']);

/** The older version lets any origin in, without credentials; the newer (fault `newer-cors`) some, with them. */
export function corsHeaders({ headers }: SimRequest, host: SimHost): Headers {
  const origin = headers.origin;
  if (origin === undefined) return {};
  if (!host.fault('newer-cors')) return { 'Access-Control-Allow-Origin': '*' };
  return LISTED.has(origin)
    ? { 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Credentials': 'true', Vary: 'Origin' }
    : {};
}

/** What a browser asks before it asks. */
export function preflight(request: SimRequest, host: SimHost): SimAnswer | undefined {
  if (request.method !== 'OPTIONS') return undefined;
  const allowed = corsHeaders(request, host);
  const asked = request.headers['access-control-request-headers'];
  const headers =
    allowed['Access-Control-Allow-Origin'] === undefined
      ? {}
      : {
          ...allowed,
          'Access-Control-Allow-Methods': request.headers['access-control-request-method'] ?? 'GET',
          ...(asked !== undefined && { 'Access-Control-Allow-Headers': asked }),
        };
  return { status: 204, headers, text: '' };
}

export const withHeaders = (answer: SimAnswer, headers: Headers): SimAnswer => ({
  ...answer,
  headers: { ...headers, ...answer.headers },
});

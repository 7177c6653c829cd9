import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { KeptAnswer } from './answer-cache.ts';
import { decodedBody } from './decoded-body.ts';
import { GatewayError } from './gateway-error.ts';
import { maskAddresses } from './mask-addresses.ts';
import { headersToBrowser, isEvents, isJson, typeOf } from './passed-headers.ts';
import { looksLikeJson, screenText } from './screening.ts';
import type { Target } from './targets.ts';
import { readBody } from './upstream-request.ts';

/** Of an answer that is an error. */
const MAX_ERROR_BYTES = 65_536;

/** The whole answer, as a browser may see it. @throws GatewayError where there is nothing to see. */
export async function readAnswer(
  response: IncomingMessage,
  target: Target,
  path: string,
  maxBytes: number,
): Promise<KeptAnswer | 'not-modified'> {
  const { statusCode: status = 502, headers } = response;
  if (status === 304) {
    response.resume();
    return 'not-modified';
  }
  if (status > 599) {
    // There is no such status, and none of our answers may have it.
    response.destroy();
    throw new GatewayError('cut');
  }
  if (status >= 300 && status < 400) {
    // Whoever is asked about an address must be the one that was configured.
    response.destroy();
    throw new GatewayError('redirect');
  }
  const type = typeOf(headers);
  const isError = status >= 400;
  const most = isError ? Math.min(maxBytes, MAX_ERROR_BYTES) : maxBytes;
  const sent = await readBody(response, most, target.timeoutMs);
  const body = await decodedBody(sent, headers['content-encoding'], most);
  return {
    ...screened(body, status, type, target, path),
    upstreamEtag: headers.etag,
    headers: headersToBrowser(headers),
  };
}

/** The body as a browser may see it. */
function screened(
  body: Buffer,
  status: number,
  type: string,
  target: Target,
  path: string,
): Pick<KeptAnswer, 'status' | 'type' | 'body' | 'etag'> {
  if (status >= 400) return { status, type, ...tagged(Buffer.from(failureText(body.toString('utf8'), target, path))) };
  if (target.screen === undefined || body.length === 0) return { status, type, ...tagged(body) };
  // A stream where none was expected, or a compressed one: it is not taken apart here.
  if (isEvents(type)) throw new GatewayError('withheld');
  const text = body.toString('utf8');
  // What it says it is does not count: JSON is sent as text, too, and a hub's long poll is records.
  if (!isJson(type) && !looksLikeJson(text)) return { status, type, ...tagged(body) };
  const shown = screenText(target.screen, path, text);
  if (shown.is === 'withheld') throw new GatewayError('withheld');
  // Half an answer: it is as good as none, and nobody knows what is in it.
  if (shown.is === 'bad-json') throw new GatewayError('cut');
  return { status, type, ...tagged(Buffer.from(shown.text)) };
}

/** What went wrong over there, without addresses and without what must not be seen; '' when nothing of it may be. */
function failureText(text: string, { screen }: Target, path: string): string {
  const shown = screenText(screen, path, text);
  if (shown.is === 'withheld') return '';
  return maskAddresses(shown.is === 'pass' ? shown.text : text);
}

const tagged = (body: Buffer): { readonly body: Buffer; readonly etag: string } => ({
  body,
  etag: `"${hash('sha1', body, 'base64url')}"`,
});

import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { GatewayError } from './gateway-error.ts';

const DECODERS = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) } as const;

/** The bytes as they were meant. We ask for none of these encodings; some servers, and proxies before them, do it all the same. */
export async function decodedBody(body: Buffer, encoding: string | undefined, maxBytes: number): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity' || body.length === 0) return body;
  if (!Object.hasOwn(DECODERS, name)) throw new GatewayError('cut');
  try {
    return await DECODERS[name as keyof typeof DECODERS](body, { maxOutputLength: maxBytes });
  } catch (cause) {
    const isTooBig = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    throw new GatewayError(isTooBig ? 'answer-too-big' : 'cut', { cause });
  }
}

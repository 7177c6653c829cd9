import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';

/** Where a request comes from, as far as it can be believed. */
export interface Origin {
  /** The client's address; of IPv6 the /64 that one household or lab has. */
  readonly address: string;
  /** Host as the client wrote it; undefined when it sent none. */
  readonly host: string | undefined;
  /** It came by TLS all the way to us or to our proxy. */
  readonly secure: boolean;
}

const DEFAULT_PROXIES = ['127.0.0.0/8', '::1'];

/** Addresses and networks (`192.0.2.7`, `2001:db8::/32`). Throws a RangeError that names what is neither. */
export function makeProxyList(proxies: readonly string[] | undefined): BlockList {
  const list = new BlockList();
  for (const proxy of proxies ?? DEFAULT_PROXIES) {
    const [address = '', bits, more] = proxy.split('/');
    const family = isIP(address);
    const most = family === 6 ? 128 : 32;
    if (family === 0 || more !== undefined || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most)))
      throw new RangeError(`HYPHAE_TRUSTED_PROXIES: ${proxy} is neither an address nor a network such as 192.0.2.0/24`);
    list.addSubnet(address, bits === undefined ? most : Number(bits), family === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** An address in one form: IPv4 in IPv6 as IPv4. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');

const isTrusted = (proxies: BlockList, address: string): boolean =>
  isIP(address) !== 0 && proxies.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');

/** Whether a proxy that we do not know of passed this on. */
export const isForwarded = ({ headers }: IncomingMessage): boolean =>
  headers['x-forwarded-for'] !== undefined ||
  headers['x-forwarded-host'] !== undefined ||
  headers.forwarded !== undefined;

/**
 * Reads where a request comes from. What proxies add is believed only when the request came from one of them, and of the list of
 * addresses only the part that trusted proxies wrote: from the right up to the first stranger.
 */
export function originOf(request: IncomingMessage, proxies: BlockList | undefined): Origin {
  const remote = plain(request.socket.remoteAddress ?? '');
  const direct = { host: request.headers.host, secure: 'encrypted' in request.socket };
  if (proxies === undefined || !isTrusted(proxies, remote)) return { ...direct, address: bucketOf(remote) };
  const path = listOf(request.headers['x-forwarded-for']).map(plain);
  const stranger = path.findLast((address) => !isTrusted(proxies, address));
  const address = stranger !== undefined && isIP(stranger) !== 0 ? stranger : remote;
  return {
    address: bucketOf(address),
    // The last one is what our proxy itself wrote.
    host: listOf(request.headers['x-forwarded-host']).at(-1) ?? direct.host,
    secure: direct.secure || listOf(request.headers['x-forwarded-proto']).at(-1)?.toLowerCase() === 'https',
  };
}

function listOf(header: string | readonly string[] | undefined): readonly string[] {
  const text = typeof header === 'string' ? header : (header?.join() ?? '');
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** IPv6: the first four groups, since everybody has 2^64 addresses to change between. */
export function bucketOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups =
    tail === undefined ? left : [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

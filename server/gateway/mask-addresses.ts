import { isIPv4, isIPv6 } from 'node:net';

const WITHHELD = '[address]';
const IPV4 = /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\.\d)(?!\w)/g;
/** Anything that has only characters of one, and no more of them than one can have. */
const IPV6 = /(?<![\w:.])[0-9A-Fa-f:][0-9A-Fa-f:.]{1,44}(?:%\w{1,16})?(?![\w:])/g;

/** Addresses of networks that nobody outside can reach: RFC 1918, RFC 6598, loopback, link-local; ULA and link-local of IPv6. */
function isPrivate4(address: string): boolean {
  const [a = 0, b = 0] = address.split('.').map(Number);
  return (
    a === 10 ||
    a === 127 ||
    a === 0 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b <= 127)
  );
}

function isPrivate6(address: string): boolean {
  const text = address.replace(/%.*$/, '').toLowerCase();
  if (!isIPv6(text)) return false;
  // The shortest of its many spellings: an IPv4 address in it has become two words of hexadecimal digits.
  const short = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const [, high, low] = /^::(?:ffff:)?([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short) ?? [];
  if (high !== undefined && low !== undefined)
    return isPrivate4(dotted(Number.parseInt(high, 16), Number.parseInt(low, 16)));
  return short === '::1' || /^f[cd]../.test(short) || /^fe[89ab]./.test(short);
}

const dotted = (high: number, low: number): string => [high >> 8, high & 255, low >> 8, low & 255].join('.');

/** A text for people without the addresses of machines behind the gateway. The same string when it has none. */
export function maskAddresses(text: string): string {
  return text
    .replace(IPV6, (found) => {
      // The dot or colon of a sentence is not of the address.
      const bare = found.replace(/(?<![:])[:.]+$/, '');
      return isPrivate6(bare) ? WITHHELD + found.slice(bare.length) : found;
    })
    .replace(IPV4, (found) => (isIPv4(found) && isPrivate4(found) ? WITHHELD : found));
}

const MAC = /([0-9a-f]{2})[:-]?([0-9a-f]{2})[:-]?([0-9a-f]{2})[:-]?([0-9a-f]{2})[:-]?([0-9a-f]{2})[:-]?([0-9a-f]{2})/i;
/** The vendor bytes of the chips these boards carry; a printed address that starts with them is in the usual order already. */
const VENDOR = '10:b4:1d';

/**
 * The hardware address in a text a board printed (`42:70:A3:1D:B4:10`, `A-5B:B4:…`, `DBAE741DB410`), in the usual order:
 * every build prints its bytes reversed (board contract §7.1). Undefined when there is none.
 */
export function mendMac(printed: string): string | undefined {
  const match = MAC.exec(printed);
  if (match === null) return undefined;
  const bytes = match.slice(1, 7).map((byte) => byte.toLowerCase());
  const asPrinted = bytes.join(':');
  return asPrinted.startsWith(VENDOR) ? asPrinted : bytes.reverse().join(':');
}

/** Slots of a Redis Cluster: a key belongs to one of 16,384 by the CRC16 (XMODEM) of it, or of the part in its braces. */
export function slotOf(key: string): number {
  const open = key.indexOf('{');
  const close = open < 0 ? -1 : key.indexOf('}', open + 1);
  const hashed = close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0;
  for (const byte of Buffer.from(hashed)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc % 16_384;
}

/** Who has which slots. */
export interface SlotRange {
  readonly from: number;
  readonly to: number;
  readonly host: string;
  readonly port: number;
}

/** Reads the answer to CLUSTER SLOTS. `asked`: the host that answered, which does not always know its own name. */
export function parseSlots(reply: unknown, asked: string): readonly SlotRange[] {
  if (!Array.isArray(reply)) throw new TypeError('CLUSTER SLOTS: not a list');
  return reply.map((range: unknown) => {
    const [from, to, primary] = Array.isArray(range) ? range : [];
    const [host, port] = Array.isArray(primary) ? primary : [];
    if (!Number.isInteger(from) || !Number.isInteger(to) || !Number.isInteger(port))
      throw new TypeError('CLUSTER SLOTS: a range without numbers');
    const name = host === null || host === undefined ? '' : String(host);
    return { from: Number(from), to: Number(to), host: name === '' || name === '?' ? asked : name, port: Number(port) };
  });
}

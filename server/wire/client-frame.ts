export interface ClientFrame {
  readonly opcode: number;
  readonly payload?: Uint8Array | string;
  readonly fin?: boolean;
  /** The three reserved bits as they lie in the first byte. */
  readonly rsv?: number;
  /** Four bytes; undefined leaves the frame unmasked, as no client may. */
  readonly mask?: readonly [number, number, number, number] | undefined;
  /** Bytes of the length field, when not the fewest. */
  readonly lengthBytes?: 0 | 2 | 8;
}

/** A frame as a client sends it, right or wrong, for tests and benches. */
export function clientFrame({ opcode, payload = '', fin = true, rsv = 0, lengthBytes, ...rest }: ClientFrame): Buffer {
  const mask = 'mask' in rest ? rest.mask : ([0x37, 0xfa, 0x21, 0x3d] as const);
  const clear = Buffer.from(payload);
  const size = lengthBytes ?? (clear.length < 126 ? 0 : clear.length < 65_536 ? 2 : 8);
  const length = Buffer.alloc(size);
  if (size === 2) length.writeUInt16BE(clear.length);
  if (size === 8) length.writeBigUInt64BE(BigInt(clear.length));
  const short = size === 0 ? clear.length : size === 2 ? 126 : 127;
  return Buffer.concat([
    Buffer.from([(fin ? 0x80 : 0) | rsv | opcode, (mask ? 0x80 : 0) | short]),
    length,
    Buffer.from(mask ?? []),
    mask ? clear.map((byte, at) => byte ^ (mask[at & 3] as number)) : clear,
  ]);
}

import type { Climate } from './climate.ts';

/** What a pretend firmware may do to its pretend chip. */
export interface Chip {
  /** Bytes on the wire. */
  write(bytes: Uint8Array): void;
  /** A line with CR LF. */
  print(text: string): void;
  uptimeMs(): number;
  /** Calls back after `ms` unless the board resets or closes before. */
  after(ms: number, callback: () => void): void;
  reset(romReason: string, romCode: string): void;
  readonly climate: Climate;
  /** Six bytes, `10:b4:1d:0a:1b:2c`. */
  readonly mac: string;
  readonly role: string;
  /** Readings per second at boot; undefined: as the real build does. */
  readonly rateHz: number | undefined;
}

/** One firmware build, from its first line to its reset. */
export interface Talker {
  /** Bytes from the host. */
  receive(bytes: Uint8Array): void;
}

/** How long after power-up its first application byte comes (board contract §1), ms. */
export interface Firmware {
  readonly bootMs: number;
  start(chip: Chip): Talker;
}

/** Text lines out of bytes, ended by LF; CR ignored. Longer ones are cut, as the builds do. */
export function createLineReader(most: number, onLine: (line: string) => void): (byte: number) => void {
  let line = '';
  return (byte) => {
    if (byte === 0x0a) {
      const ready = line;
      line = '';
      if (ready !== '') onLine(ready);
    } else if (byte >= 0x20 && byte < 0x7f && line.length < most) line += String.fromCharCode(byte);
  };
}

/** Arduino prints a 32-bit float with up to 9 digits. */
export const float32 = (value: number): number => Number(Math.fround(value).toPrecision(9));
export const fixed = (value: number, digits: number): number => Number(value.toFixed(digits));

/** As the builds print it: bytes in reverse order (board contract §7.1). */
export const reversedMac = (mac: string): string => mac.split(':').reverse().join(':').toUpperCase();

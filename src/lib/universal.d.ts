// The few globals that every JavaScript host has but the ES library does not declare. Only the pure ring sees this file;
// the other rings have the same names from their own library.

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: Uint8Array | ArrayBuffer, options?: { stream?: boolean }): string;
}

declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
}

declare const crypto: { getRandomValues<T extends Uint8Array>(array: T): T };

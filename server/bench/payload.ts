/** Bytes of one payload, as `relayload` makes them. */
export const PAYLOAD_BYTES = 128;

/** The payload that `relayload` publishes and recognises, for what is published from here. */
export function payload(publisher: number, seq: number, atUs = 0): string {
  const digits = (value: number, width: number): string => String(value).padStart(width, '0');
  const head = `{"ch":"b","m":"~T${digits(atUs, 16)}${digits(publisher, 4)}${digits(seq, 8)}","pad":"`;
  return `${head.padEnd(PAYLOAD_BYTES - 2, 'x')}"}`;
}

/** 32 random hex digits. `crypto.randomUUID` is missing on a page that is not secure (another computer's, by plain HTTP); this is not. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

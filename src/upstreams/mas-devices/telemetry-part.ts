/** What a channel's word may be made of. */
const SAFE = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,49}$/;

/** The part of this upstream that carries a device's curves. Ids that are no word of a channel get one that is theirs alone. */
export function telemetryPart(device: string): string {
  if (SAFE.test(device)) return `telemetry.${device}`;
  const readable = device.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 36);
  return `telemetry.${readable}-${hashOf(device)}`;
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

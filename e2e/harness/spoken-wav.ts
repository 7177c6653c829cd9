import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Of the syllables, Hz. */
export const SPOKEN_HZ = 440;
const RATE = 48_000;
const SPEECH_S = 1.5;
const PAUSE_S = 2;

/** A microphone that is a file: a tone that swells like syllables, then a pause, again and again. */
export function spokenMicrophone(): { readonly chromium: readonly string[]; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'hyphae-spoken-'));
  const file = join(folder, 'spoken.wav');
  writeFileSync(file, wav());
  return {
    chromium: [
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${file}`,
    ],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** RIFF, 16 bit, mono. */
function wav(): Buffer {
  const count = RATE * (SPEECH_S + PAUSE_S);
  const bytes = Buffer.alloc(44 + count * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + count * 2, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(RATE, 24);
  bytes.writeUInt32LE(RATE * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(count * 2, 40);
  for (let index = 0; index < count; index += 1) {
    const s = index / RATE;
    const swell = s < SPEECH_S ? 0.6 + 0.4 * Math.sin(2 * Math.PI * 4 * s) : 0;
    bytes.writeInt16LE(Math.round(12_000 * swell * Math.sin(2 * Math.PI * SPOKEN_HZ * s)), 44 + index * 2);
  }
  return bytes;
}

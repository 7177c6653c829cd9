import type { EpochMs } from '../../contract/time.ts';

/** Something that was said, for a file. */
export interface Caption {
  readonly speaker: string;
  readonly text: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** A line of subtitles is on the screen at least so long, to be read. */
const LEAST_MS = 1_000;

/** One line per turn, times of this computer: `14:02:09 MYCA: …`. */
export const captionsAsText = (captions: readonly Caption[], clock: (at: EpochMs) => string): string =>
  captions.map(({ speaker, text, from }) => `${clock(from)} ${speaker}: ${oneLine(text)}\n`).join('');

/** WebVTT (W3C), times from the first turn on. */
export function captionsAsVtt(captions: readonly Caption[]): string {
  const start = captions[0]?.from ?? 0;
  const cues = captions.map(({ speaker, text, from, to }, index) => {
    const end = Math.max(to, from + LEAST_MS);
    return `${index + 1}\n${vttTime(from - start)} --> ${vttTime(end - start)}\n<v ${vttName(speaker)}>${vttText(text)}\n`;
  });
  return `WEBVTT\n\n${cues.join('\n')}`;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
/** An empty line would end the cue, `-->` begin another. */
const vttText = (text: string): string =>
  oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const vttName = (name: string): string => vttText(name).replaceAll('&gt;', '');

function vttTime(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  const two = (value: number) => String(value).padStart(2, '0');
  const seconds = Math.floor(whole / 1_000);
  const time = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');
  return `${time}.${String(whole % 1_000).padStart(3, '0')}`;
}

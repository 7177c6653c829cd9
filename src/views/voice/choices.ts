import { keptValue } from '../../components/kept-value.ts';

/** How a person likes to talk; kept in this browser. */
export interface VoiceChoices {
  /** `open`: heard all the time · `push`: only while the key or the button is held. */
  readonly talk: 'open' | 'push';
  /** Ids of the browser; undefined: its own choice. */
  readonly microphone: string | undefined;
  readonly loudspeaker: string | undefined;
  /** 0–1. */
  readonly volume: number;
  readonly voice: 'myca' | 'moshika';
  /** Who answers what is typed while nobody talks. */
  readonly through: 'brain' | 'v9';
}

const DEFAULTS: VoiceChoices = {
  talk: 'open',
  microphone: undefined,
  loudspeaker: undefined,
  volume: 1,
  voice: 'myca',
  through: 'brain',
};
const MAX_ID = 300;

/** Reads what this browser kept; what cannot be becomes the default. */
export function readChoices(text: string | null): VoiceChoices {
  let kept: Partial<Record<keyof VoiceChoices, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(text ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) kept = parsed;
  } catch {
    // Cut off or not ours: as new.
  }
  const id = (value: unknown) => (typeof value === 'string' && value.length <= MAX_ID ? value : undefined);
  const { volume } = kept;
  return {
    talk: kept.talk === 'push' ? 'push' : 'open',
    microphone: id(kept.microphone),
    loudspeaker: id(kept.loudspeaker),
    volume: typeof volume === 'number' && volume >= 0 && volume <= 1 ? volume : DEFAULTS.volume,
    voice: kept.voice === 'moshika' ? 'moshika' : 'myca',
    through: kept.through === 'v9' ? 'v9' : 'brain',
  };
}

const kept = keptValue('hyphae.voice', readChoices, (choices) => JSON.stringify(choices));

/** Reactive. */
export const choices = kept.get;
export const areChoicesUnsaved = kept.isUnsaved;
export const choose = (change: Partial<VoiceChoices>): void => kept.set({ ...choices(), ...change });

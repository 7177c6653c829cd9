import { readKept, writeKept } from './kept.ts';

/** How the interface looks on this computer. `index.html` applies the same keys before first paint. */
export interface Look {
  readonly theme: 'dark' | 'light' | 'system';
  readonly contrast: 'auto' | 'normal' | 'high';
  readonly density: 'auto' | 'compact' | 'comfortable';
}

export const DEFAULT_LOOK: Look = { theme: 'dark', contrast: 'auto', density: 'auto' };
const KEY = 'hyphae.look';

const oneOf = <T extends string>(value: unknown, choices: readonly T[], otherwise: T): T =>
  choices.find((choice) => choice === value) ?? otherwise;

/** Reads a saved look; whatever does not fit becomes the default. */
export function parseLook(text: string | null): Look {
  let saved: Partial<Record<keyof Look, unknown>>;
  try {
    saved = (JSON.parse(text ?? '{}') ?? {}) as Partial<Record<keyof Look, unknown>>;
  } catch {
    // Not ours, or cut off: the defaults are right.
    return DEFAULT_LOOK;
  }
  return {
    theme: oneOf(saved.theme, ['dark', 'light', 'system'], DEFAULT_LOOK.theme),
    contrast: oneOf(saved.contrast, ['auto', 'normal', 'high'], DEFAULT_LOOK.contrast),
    density: oneOf(saved.density, ['auto', 'compact', 'comfortable'], DEFAULT_LOOK.density),
  };
}

/** The look kept in this browser. */
export const savedLook = (): Look => parseLook(readKept(KEY));

/** Shows a look and keeps it. */
export function applyLook(look: Look): void {
  writeKept(KEY, JSON.stringify(look));
  const root = document.documentElement;
  const light =
    look.theme === 'light' || (look.theme === 'system' && matchMedia('(prefers-color-scheme: light)').matches);
  root.dataset.theme = light ? 'light' : 'dark';
  const high = look.contrast === 'high' || (look.contrast === 'auto' && matchMedia('(prefers-contrast: more)').matches);
  if (high) root.dataset.contrast = 'high';
  else delete root.dataset.contrast;
  if (look.density === 'auto') delete root.dataset.density;
  else root.dataset.density = look.density;
}

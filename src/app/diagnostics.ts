import type { HubLink } from '../link/link.ts';

/**
 * `window.hyphae`: the page's own handle for a person at the developer console, a support call or a test. It reads what the page
 * reads and asks what the page may ask; there is nothing behind it that the screen has not.
 */
export interface Diagnostics {
  readonly link: HubLink;
  /** Name of this build; sorts by time. */
  readonly build: string;
}

declare global {
  interface Window {
    hyphae?: Diagnostics;
  }
}

export function offerDiagnostics(link: HubLink): void {
  window.hyphae = { link, build: __BUILD__ };
}

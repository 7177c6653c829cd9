import type { Page } from 'playwright-core';
import type { HubLink } from '../../src/link/link.ts';

interface Hyphae {
  readonly hyphae: { readonly link: HubLink };
}

/** What the buttons of the Connections view do, asked through this page: of an upstream, or of one connection. */
export const byHand = (page: Page, action: 'stop' | 'start' | 'restart', id: string): Promise<void> =>
  page.evaluate(
    async ([what, whose]) => {
      const { link } = (globalThis as unknown as Hyphae).hyphae;
      const outcome = await link.ask((hub) => hub.upstream({ do: what, id: whose }));
      if (!outcome.ok) throw new Error(outcome.error.message);
    },
    [action, id] as const,
  );

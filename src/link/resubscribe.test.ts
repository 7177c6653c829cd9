import { createRoot, createSignal } from 'solid-js';
import { expect, test } from 'vitest';
import { createEvents } from './create-events.ts';
import { createSamples } from './create-samples.ts';
import { createState } from './create-state.ts';
import type { HubLink } from './link.ts';

/** A link that only counts. */
function countingLink(): { readonly link: HubLink; readonly names: string[] } {
  const names: string[] = [];
  const subscribe = (name: string) => {
    names.push(name);
    return () => names.push(`-${name}`);
  };
  const link = {
    tab: 'tab',
    status: () => ({ is: 'connecting', since: 0 }),
    onStatus: () => () => undefined,
    ask: () => Promise.reject(new Error('nobody asks here')),
    subscribeState: subscribe,
    subscribeEvents: subscribe,
    subscribeSamples: subscribe,
    close: () => undefined,
  } as const satisfies HubLink;
  return { link, names };
}

test.each([
  ['state', createState],
  ['events', createEvents],
  ['samples', createSamples],
] as const)(
  '%s: a record that changed around the same name does not subscribe again, another name does',
  (_, create) => {
    const { link, names } = countingLink();
    createRoot((dispose) => {
      const [board, setBoard] = createSignal({ id: 'a', uptime: 1 });
      create(link, () => board().id);
      queueMicrotask(() => {
        setBoard({ id: 'a', uptime: 2 });
        setBoard({ id: 'b', uptime: 3 });
        dispose();
      });
    });
    return Promise.resolve().then(() => {
      expect(names).toEqual(['a', '-a', 'b', '-b']);
    });
  },
);

import type { Page } from 'playwright-core';
import type { Gap } from '../../src/contract/channel.ts';
import type { HubLink } from '../../src/link/link.ts';

/**
 * Looks at channels through the link of a page, which it finds at `window.hyphae.link`: what a test sees is what a view would.
 * Each `watch…` subscribes at once and collects until the page goes; `read()` gives what came so far.
 */
interface Hyphae {
  readonly hyphae: { readonly link: HubLink };
}

export interface Watched<T> {
  read(): Promise<T>;
  stop(): Promise<void>;
}

/** The state of a channel as the page knows it now, by key. */
export const watchState = <R>(page: Page, channel: string): Promise<Watched<Record<string, R>>> =>
  watch<Record<string, R>>(
    page,
    (name) => {
      const seen: Record<string, unknown> = {};
      const { link } = (globalThis as unknown as Hyphae).hyphae;
      const stop = link.subscribeState(name, {
        onState({ snapshot, puts, dels }) {
          if (snapshot) for (const key of Object.keys(seen)) delete seen[key];
          for (const [key, record] of puts) seen[key] = record;
          for (const key of dels) delete seen[key];
        },
      });
      return { seen, stop };
    },
    channel,
  );

export interface SeenEvents<R> {
  /** Each once, though a snapshot after a reconnect repeats some. */
  readonly records: readonly R[];
  readonly gaps: readonly Gap[];
}

export const watchEvents = <R>(page: Page, channel: string): Promise<Watched<SeenEvents<R>>> =>
  watch<SeenEvents<R>>(
    page,
    (name) => {
      const seen = { records: [] as unknown[], gaps: [] as unknown[] };
      let next = 0;
      const { link } = (globalThis as unknown as Hyphae).hyphae;
      const stop = link.subscribeEvents(name, {
        onEvents(records, from, snapshot) {
          // A snapshot repeats what is known, unless its offsets show that it is of a new life of the channel.
          const overlaps = from <= next && next <= from + records.length;
          const known = snapshot && overlaps ? next - from : 0;
          seen.records.push(...records.slice(known));
          next = from + records.length;
        },
        onGap: (gap) => void seen.gaps.push(gap),
      });
      return { seen, stop };
    },
    channel,
  );

export interface SeenSamples {
  /** One per row: its time (EpochMs), when it came to the page (EpochMs), and its readings. Null: no reading. */
  readonly rows: readonly {
    readonly atMs: number;
    readonly seenMs: number;
    readonly values: Readonly<Record<string, number | null>>;
  }[];
  readonly gaps: readonly Gap[];
  readonly thinned: number;
}

export const watchSamples = (page: Page, channel: string): Promise<Watched<SeenSamples>> =>
  watch<SeenSamples>(
    page,
    (name) => {
      const seen = { rows: [] as unknown[], gaps: [] as unknown[], thinned: 0 };
      const { link } = (globalThis as unknown as Hyphae).hyphae;
      const stop = link.subscribeSamples(name, {
        onSamples(batches, _snapshot, thinned) {
          seen.thinned += thinned;
          const seenMs = Date.now();
          for (const { series, times, columns } of batches) {
            times.forEach((atMs, row) => {
              const reading = (index: number) => columns[index]?.[row] ?? Number.NaN;
              const values = series.map((one, index) => [one, Number.isNaN(reading(index)) ? null : reading(index)]);
              seen.rows.push({ atMs, seenMs, values: Object.fromEntries(values) });
            });
          }
        },
        onGap: (gap) => void seen.gaps.push(gap),
      });
      return { seen, stop };
    },
    channel,
  );

async function watch<T>(
  page: Page,
  subscribe: (channel: string) => { readonly seen: unknown; readonly stop: () => void },
  channel: string,
): Promise<Watched<T>> {
  await page.waitForFunction(() => 'hyphae' in globalThis);
  const handle = await page.evaluateHandle(subscribe, channel);
  return {
    read: () => handle.evaluate(({ seen }) => seen) as Promise<T>,
    stop: () => handle.evaluate(({ stop }) => stop()),
  };
}

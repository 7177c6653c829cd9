import { type Accessor, createEffect, createMemo, on, onCleanup } from 'solid-js';
import type { ChannelName, Gap } from '../contract/channel.ts';
import type { SampleBatch } from '../contract/sample-batch.ts';
import { createFrameVersion } from './create-frame-version.ts';
import { type Curve, GrowingCurve } from './curve.ts';
import type { Frame } from './frame.ts';
import type { HubLink, SubscribeOptions } from './link.ts';

/** All series of a samples channel. It changes in place; `version` tells when. */
export interface Curves {
  /** In the order in which they first came. */
  readonly names: readonly string[];
  get(series: string): Curve | undefined;
  /** Known losses, oldest first, at most the last 500: draw nothing across them. */
  readonly gaps: readonly Gap[];
  /** Rows left out on the way because this page was slow. */
  readonly thinned: number;
}

export interface ChannelSamples {
  /** Grows at most once per frame when `curves` has changed; read it to be run again. */
  readonly version: Accessor<number>;
  readonly curves: Curves;
}

export interface SamplesOptions extends SubscribeOptions {
  /** Readings kept per series. Default 36 000: an hour at 10 per second. */
  readonly keepRows?: number;
  readonly frame?: Frame;
}

const MAX_GAPS = 500;

/** A samples channel as curves. When the hub was restarted, what the page has stays and the gap is among `gaps`. */
export function createSamples(
  link: HubLink,
  channel: Accessor<ChannelName | undefined>,
  options: SamplesOptions = {},
): ChannelSamples {
  const keepRows = options.keepRows ?? 36_000;
  const curves = new GrowingCurves(keepRows);
  const { version, touch } = createFrameVersion(options.frame);
  createEffect(
    // The same name again, from a record that changed around it, is no reason to subscribe again.
    on(createMemo(channel), (name) => {
      curves.clear();
      touch();
      if (name === undefined) return;
      let goesOn = false;
      const stop = link.subscribeSamples(
        name,
        {
          onSamples: (batches, snapshot, thinned) => {
            if (snapshot && !goesOn) curves.clear();
            goesOn = false;
            for (const batch of batches) curves.append(batch);
            curves.thinned += thinned;
            touch();
          },
          onGap: (gap) => {
            if (gap.why === 'hub-restarted') goesOn = true;
            curves.gap(gap);
            touch();
          },
        },
        options,
      );
      onCleanup(stop);
    }),
  );
  return { version, curves };
}

class GrowingCurves implements Curves {
  readonly #curves = new Map<string, GrowingCurve>();
  #names: readonly string[] = [];
  #gaps: Gap[] = [];
  thinned = 0;
  readonly #keepRows: number;

  constructor(keepRows: number) {
    this.#keepRows = keepRows;
  }

  get names(): readonly string[] {
    return this.#names;
  }
  get gaps(): readonly Gap[] {
    return this.#gaps;
  }
  get(series: string): Curve | undefined {
    return this.#curves.get(series);
  }

  append(batch: SampleBatch): void {
    batch.series.forEach((series, index) => {
      const column = batch.columns[index];
      if (column === undefined) return;
      let curve = this.#curves.get(series);
      if (curve === undefined) {
        curve = new GrowingCurve(series, batch.provenance, this.#keepRows);
        this.#curves.set(series, curve);
        this.#names = [...this.#curves.keys()];
      }
      curve.provenance = batch.provenance;
      curve.append(batch.times, column);
    });
  }

  gap(gap: Gap): void {
    this.#gaps = [...this.#gaps.slice(1 - MAX_GAPS), gap];
  }

  clear(): void {
    this.#curves.clear();
    this.#names = [];
    this.#gaps = [];
    this.thinned = 0;
  }
}

import { createMemo } from 'solid-js';
import type { FciNowRecord, FciQualityRecord } from '../../../contract/upstream/mas-scientific.ts';
import { upstreamChannel } from '../../../contract/upstream/upstream.ts';
import { createSamples } from '../../../link/create-samples.ts';
import { createSource } from '../../../link/create-source.ts';
import { createState } from '../../../link/create-state.ts';
import { fciPart, isSessionId } from '../../../upstreams/mas-scientific/fci-part.ts';
import { type Lab, SLUG } from '../use-lab.ts';

/** Ten seconds at 1 kHz, of each of 64 channels. */
const KEEP_ROWS = 10_240;

/** The signal of one device or session, connected while `shown`. */
export function createSignalSource(lab: Lab, who: () => string | undefined, shown: () => boolean) {
  const part = () => {
    const id = who();
    return id === undefined || !shown() ? undefined : fciPart(id);
  };
  const samples = createSamples(
    lab.link,
    () => {
      const name = part();
      return name === undefined ? undefined : upstreamChannel('samples', SLUG, name);
    },
    { keepRows: KEEP_ROWS },
  );
  const facts = createState<FciNowRecord>(lab.link, () =>
    shown() ? upstreamChannel('state', SLUG, 'fci-now') : undefined,
  );
  const fact = <K extends FciNowRecord['t']>(kind: string): Extract<FciNowRecord, { readonly t: K }> | undefined =>
    facts.records.get(`${who() ?? ''}/${kind}`) as Extract<FciNowRecord, { readonly t: K }> | undefined;
  const names = createMemo(() => {
    samples.version();
    return samples.curves.names;
  });
  const channels = createMemo(() => [...names()].sort((a, b) => Number(a.slice(2)) - Number(b.slice(2))));
  return {
    samples,
    /** `ch0` … in the order of their numbers. */
    channels,
    isSession: () => isSessionId(who() ?? ''),
    source: () => createSource(lab.all, SLUG, isSessionId(who() ?? '') ? ['typed'] : [`fci-${who() ?? ''}`]),
    spectrum: () => fact<'fci-spectrum'>('spectrum'),
    pattern: () => fact<'fci-pattern'>('pattern'),
    quality: (): FciQualityRecord | undefined => fact<'fci-quality'>('quality'),
    link: () => fact<'fci-link'>('link'),
  };
}

export type SignalSource = ReturnType<typeof createSignalSource>;

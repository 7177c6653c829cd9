import type { BrowserContext, Page } from 'playwright-core';

/** Of a page's analysers, those before a loudspeaker: what is played has this rate, a microphone another. */
const PLAYED_HZ = 48_000;

/** From now on pages of this browser remember what they analyse. */
export const watchSound = (browser: BrowserContext): Promise<unknown> =>
  browser.addInitScript(() => {
    const made: AnalyserNode[] = [];
    Object.assign(globalThis, { analysers: made });
    const original = AudioContext.prototype.createAnalyser;
    AudioContext.prototype.createAnalyser = function (this: AudioContext) {
      const analyser = original.call(this);
      made.push(analyser);
      return analyser;
    };
  });

/** The loudest tone that is being played, Hz; undefined: silence. */
export const heardTone = (page: Page): Promise<number | undefined> =>
  page.evaluate((rate) => {
    const { analysers } = globalThis as unknown as { readonly analysers: readonly AnalyserNode[] };
    const analyser = analysers.findLast(({ context }) => context.sampleRate === rate && context.state === 'running');
    if (analyser === undefined) return undefined;
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    const loudest = bins.reduce((best, level, index) => (level > (bins[best] ?? -200) ? index : best), 0);
    return (bins[loudest] ?? -200) > -60 ? (loudest * rate) / analyser.fftSize : undefined;
  }, PLAYED_HZ);

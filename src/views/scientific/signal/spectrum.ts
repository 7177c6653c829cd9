import FFT from 'fft.js';

/** The strengths in a signal by frequency. */
export interface Spectrum {
  /** Hz per bin; bin 0 is 0 Hz. */
  readonly stepHz: number;
  /** µV, amplitude of a sine that would be that strong; as many as half of the samples. */
  readonly amplitudes: Float64Array;
  readonly peakHz: number;
  readonly peakUv: number;
}

/** At most this many samples: at 1 kHz two seconds, half a hertz per bin. */
const MOST_SAMPLES = 2_048;
const LEAST_SAMPLES = 64;
/** Less says nothing of slow signals, and names a peak of noise all the same. */
const LEAST_MS = 900;

/**
 * Of the newest samples of a curve: as many as a power of two, with a Hann window and without their mean. undefined: too few, or they are
 * not evenly spaced (a loss in between makes a spectrum that was never there).
 */
export function spectrumOf(times: ArrayLike<number>, values: ArrayLike<number>): Spectrum | undefined {
  const size = 2 ** Math.floor(Math.log2(Math.min(MOST_SAMPLES, values.length)));
  if (!(size >= LEAST_SAMPLES)) return undefined;
  const from = values.length - size;
  const spanMs = (times[values.length - 1] ?? 0) - (times[from] ?? 0);
  if (!(spanMs >= LEAST_MS)) return undefined;
  const stepMs = spanMs / (size - 1);
  let mean = 0;
  for (let at = 0; at < size; at += 1) {
    mean += (values[from + at] ?? 0) / size;
    // Samples come in bundles whose times are theirs or ours, so some jitter is allowed; a hole is not.
    if (at > 0 && (times[from + at] ?? 0) - (times[from + at - 1] ?? 0) > 20 * stepMs + 60) return undefined;
  }
  const windowed = new Array<number>(size);
  for (let at = 0; at < size; at += 1)
    windowed[at] = ((values[from + at] ?? 0) - mean) * (0.5 - 0.5 * Math.cos((2 * Math.PI * at) / (size - 1)));
  const fft = transformOf(size);
  const out = fft.createComplexArray();
  fft.realTransform(out, windowed);
  const amplitudes = new Float64Array(size / 2);
  let peak = 1;
  for (let bin = 0; bin < size / 2; bin += 1) {
    // The window takes half of the amplitude, the other half is in the mirrored bins: 4 / size.
    amplitudes[bin] = (4 / size) * Math.hypot(out[2 * bin] ?? 0, out[2 * bin + 1] ?? 0);
    if (bin > 0 && (amplitudes[bin] ?? 0) > (amplitudes[peak] ?? 0)) peak = bin;
  }
  const stepHz = 1_000 / stepMs / size;
  return { stepHz, amplitudes, peakHz: peak * stepHz, peakUv: amplitudes[peak] ?? 0 };
}

const transforms = new Map<number, FFT>();
function transformOf(size: number): FFT {
  let fft = transforms.get(size);
  if (fft === undefined) {
    fft = new FFT(size);
    transforms.set(size, fft);
  }
  return fft;
}

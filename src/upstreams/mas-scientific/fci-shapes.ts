import type { FciPatternRecord, FciSpectrumRecord } from '../../contract/upstream/mas-scientific.ts';
import type { Sourced } from '../../contract/upstream/upstream.ts';
import { clamp, isFields, numberOf, textOf } from '../mas/fields.ts';

const MAX_BINS = 64;
const BANDS = ['ulf', 'vlf', 'lf', 'mf', 'hf'] as const;
const PATTERNS: ReadonlySet<string> = new Set([
  'baseline',
  'active_growth',
  'nutrient_seeking',
  'temperature_stress',
  'chemical_stress',
  'network_communication',
  'action_potential',
  'seismic_precursor',
  'defense_activation',
  'sporulation_initiation',
]);

/** What the signal is made of; the fields are below `data`. undefined: the two lists are not there, or of different length. */
export function spectrumOf(data: unknown, device: string, sourced: Sourced): FciSpectrumRecord | undefined {
  if (!isFields(data)) return undefined;
  const frequenciesHz = numbersOf(data.frequencies);
  const magnitudes = numbersOf(data.magnitudes);
  if (frequenciesHz === undefined || magnitudes?.length !== frequenciesHz.length) return undefined;
  const bandPowers: Record<string, number> = {};
  for (const band of BANDS) {
    const power = isFields(data.band_powers) ? numberOf(data.band_powers[band]) : undefined;
    if (power !== undefined) bandPowers[band] = power;
  }
  return {
    ...sourced,
    t: 'fci-spectrum',
    device,
    frequenciesHz,
    magnitudes,
    peakHz: numberOf(data.peak_frequency),
    peakMagnitude: numberOf(data.peak_magnitude),
    bandPowers,
    spectralEntropy: numberOf(data.spectral_entropy),
  };
}

/** What MAS thinks it sees. A name that is not in its list is shown as it is. */
export function patternOf(data: unknown, device: string, sourced: Sourced): FciPatternRecord | undefined {
  const name = isFields(data) ? textOf(data.pattern_name, 80) : undefined;
  if (!isFields(data) || name === undefined) return undefined;
  const confidence = numberOf(data.confidence);
  return {
    ...sourced,
    t: 'fci-pattern',
    device,
    name,
    known: PATTERNS.has(name),
    category: textOf(data.category, 60),
    confidence: confidence === undefined ? undefined : clamp(confidence, 0, 1),
    frequencyHz: numberOf(data.frequency),
    amplitudeUv: numberOf(data.amplitude),
  };
}

function numbersOf(value: unknown): readonly number[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_BINS) return undefined;
  return value.every((item) => typeof item === 'number' && Number.isFinite(item)) ? value : undefined;
}

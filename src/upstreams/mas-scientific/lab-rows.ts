import {
  EXPERIMENT_STATES,
  type ExperimentRecord,
  type FciSessionRecord,
  HYPOTHESIS_STATES,
  type HypothesisRecord,
  INSTRUMENT_STATES,
  type InstrumentRecord,
  SESSION_STATES,
  SIMULATION_STATES,
  type SimulationRecord,
} from '../../contract/upstream/mas-scientific.ts';
import type { Sourced } from '../../contract/upstream/upstream.ts';
import { withoutAddresses } from '../mas/addresses.ts';
import { clamp, countOf, type Fields, idOf, numberOf, textOf, textsOf, wordOf } from '../mas/fields.ts';
import { utcMs } from '../mas/time.ts';

/** The objects of MAS's first table set (§4.1), wherever they come from. undefined: a field that must be there is not. */

type From = InstrumentRecord['from'];

export function instrumentOf(item: Fields, sourced: Sourced, from: From): InstrumentRecord | undefined {
  const id = idOf(item.id, 128);
  const said = textOf(item.status, 40);
  if (id === undefined || said === undefined) return undefined;
  return {
    ...sourced,
    from,
    t: 'instrument',
    id,
    name: textOf(item.name, 120) ?? id,
    kind: textOf(item.type, 60) ?? '',
    state: wordOf(said, INSTRUMENT_STATES),
    said,
    temperatureC: numberOf(item.temperature),
    humidityPercent: numberOf(item.humidity),
    task: textOf(item.currentTask, 200),
  };
}

/** Percent, and whether MAS said something that is none. */
export function percentOf(value: unknown): { readonly percent: number | undefined; readonly isClamped: boolean } {
  const given = numberOf(value);
  if (given === undefined) return { percent: undefined, isClamped: false };
  const percent = clamp(given, 0, 100);
  return { percent, isClamped: percent !== given };
}

export function simulationOf(item: Fields, sourced: Sourced, from: From): SimulationRecord | undefined {
  const id = idOf(item.id, 128);
  const said = textOf(item.status, 40);
  if (id === undefined || said === undefined) return undefined;
  const { percent, isClamped } = percentOf(item.progress);
  return {
    ...sourced,
    flags: isClamped ? [...sourced.flags, 'clamped'] : sourced.flags,
    from,
    t: 'simulation',
    id,
    name: textOf(item.name, 120),
    kind: textOf(item.type, 60),
    state: wordOf(said, SIMULATION_STATES),
    said,
    progressPercent: percent,
    eta: textOf(item.eta, 60),
    gpu: textOf(item.gpu, 60),
  };
}

/** A new row has no steps: no percentage then, rather than a wrong one. */
export function stepPercent(step: number | undefined, totalSteps: number | undefined): number | undefined {
  if (step === undefined || totalSteps === undefined || totalSteps <= 0) return undefined;
  return Math.floor(clamp((step / totalSteps) * 100, 0, 100));
}

export function experimentOf(item: Fields, sourced: Sourced, from: From): ExperimentRecord | undefined {
  const id = idOf(item.id, 128);
  const said = textOf(item.status, 40);
  if (id === undefined || said === undefined) return undefined;
  const step = countOf(item.currentStep ?? item.step);
  const totalSteps = countOf(item.totalSteps);
  const message = textOf(item.message, 300);
  return {
    ...sourced,
    from,
    t: 'experiment',
    id,
    name: textOf(item.name, 120),
    state: wordOf(said, EXPERIMENT_STATES),
    said,
    step,
    totalSteps,
    percent: stepPercent(step, totalSteps),
    message: message === undefined ? undefined : withoutAddresses(message),
    startedAt: utcMs(item.startedAt),
  };
}

export function hypothesisOf(item: Fields, sourced: Sourced, from: From): HypothesisRecord | undefined {
  const id = idOf(item.id, 128);
  const statement = textOf(item.statement, 500);
  const said = textOf(item.status, 40);
  if (id === undefined || statement === undefined || said === undefined) return undefined;
  const confidence = numberOf(item.confidence);
  return {
    ...sourced,
    from,
    t: 'hypothesis',
    id,
    statement,
    state: wordOf(said, HYPOTHESIS_STATES),
    said,
    confidence: confidence === undefined ? undefined : clamp(confidence, 0, 1),
    experiments: textsOf(item.experiments, 64, 64),
  };
}

export function sessionOf(item: Fields, sourced: Sourced, from: From): FciSessionRecord | undefined {
  const id = idOf(item.id, 128);
  const said = textOf(item.status, 40);
  if (id === undefined || said === undefined) return undefined;
  return {
    ...sourced,
    from,
    t: 'fci-session',
    id,
    species: textOf(item.species, 120),
    strain: textOf(item.strain, 120),
    state: wordOf(said, SESSION_STATES),
    said,
    durationS: countOf(item.duration),
    electrodesActive: countOf(item.electrodesActive),
    electrodesTotal: countOf(item.totalElectrodes),
    sampleRateHz: countOf(item.sampleRate),
  };
}

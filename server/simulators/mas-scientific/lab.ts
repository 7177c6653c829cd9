import type { SimHost } from '../simulator.ts';

export interface SimInstrument {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  status: string;
  temperature: number | null;
  humidity: number | null;
  currentTask: string | null;
}

export interface SimJob {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  status: string;
  progress: number;
}

export interface SimExperiment {
  readonly id: string;
  readonly name: string;
  status: string;
  currentStep: number;
  totalSteps: number;
  nextStepMs: number;
}

export interface SimSession {
  readonly id: string;
  readonly species: string;
  readonly strain: string | null;
  status: string;
  startedMs: number;
}

export interface SimHypothesis {
  readonly id: string;
  readonly statement: string;
  status: string;
  readonly confidence: number | null;
  readonly experiments: readonly string[];
}

/** Of each kind: nobody's clicking makes the lab grow for ever. */
const MOST = 100;
const JOB_TYPES = ['alphafold', 'boltzgen', 'mycelium', 'cobrapy', 'physics', 'molecular'] as const;
export const LAB_DEVICES = ['mushroom1', 'petraeus-01', 'sporebase-2'] as const;

const hex = (random: () => number, digits: number): string =>
  Math.floor(random() * 16 ** digits)
    .toString(16)
    .padStart(digits, '0');

/** The things of a simulated lab, and how they change. Everything in it is invented. */
export class SimLab {
  readonly #host: SimHost;
  readonly instruments: SimInstrument[];
  readonly experiments: SimExperiment[];
  readonly sessions: SimSession[];
  readonly hypotheses: SimHypothesis[];
  readonly #jobs: SimJob[] = [];

  constructor(host: SimHost) {
    this.#host = host;
    const now = host.now();
    this.instruments = [
      instrument('inst-51a00001', 'Incubator North', 'incubator', 24.6, 91),
      instrument('inst-51a00002', 'Bioreactor 2', 'bioreactor', 27.1, null),
      instrument('inst-51a00003', 'Microscope 1', 'microscope', null, null),
      instrument('inst-51a00004', 'Centrifuge', 'centrifuge', 4, null),
    ];
    this.experiments = [
      { id: 'E-5101', name: 'Blue light pinning', status: 'running', currentStep: 0, totalSteps: 8, nextStepMs: now },
      { id: 'E-5102', name: 'Substrate trial', status: 'pending', currentStep: 0, totalSteps: 0, nextStepMs: now },
    ];
    this.sessions = [
      { id: 'fci-51a001', species: 'Pleurotus ostreatus', strain: 'PO-7', status: 'recording', startedMs: now },
    ];
    this.hypotheses = [
      {
        id: 'H-5101',
        statement: 'Blue light shortens pinning time',
        status: 'testing',
        confidence: 0.4,
        experiments: ['E-5101'],
      },
    ];
  }

  get jobs(): readonly SimJob[] {
    const wanted = Math.round(this.#host.dial('jobs'));
    for (let index = this.#jobs.length; index < wanted; index += 1) {
      const type = JOB_TYPES[index % JOB_TYPES.length] ?? 'physics';
      this.#jobs.push({
        id: `sim-${hex(this.#host.random, 8)}`,
        name: `Simulated ${type} ${index + 1}`,
        type,
        status: 'running',
        progress: Math.floor(this.#host.random() * 50),
      });
    }
    this.#jobs.length = Math.min(this.#jobs.length, Math.max(wanted, 0));
    return this.#jobs;
  }

  addJob(name: string, type: string): SimJob {
    const job = { id: `sim-${hex(this.#host.random, 8)}`, name, type, status: 'queued', progress: 0 };
    // Beside those that the dial makes, so in front of them.
    this.#jobs.unshift(job);
    return job;
  }

  addExperiment(name: string): SimExperiment {
    const id = `E-${hex(this.#host.random, 4).toUpperCase()}`;
    const experiment = { id, name, status: 'pending', currentStep: 0, totalSteps: 0, nextStepMs: 0 };
    if (this.experiments.length < MOST) this.experiments.push(experiment);
    return experiment;
  }

  addInstrument(name: string, type: string): SimInstrument {
    const made = instrument(`inst-${hex(this.#host.random, 8)}`, name, type, null, null);
    if (this.instruments.length < MOST) this.instruments.push(made);
    return made;
  }

  addHypothesis(statement: string): SimHypothesis {
    const id = `H-${hex(this.#host.random, 4).toUpperCase()}`;
    const made = { id, statement, status: 'proposed', confidence: null, experiments: [] };
    if (this.hypotheses.length < MOST) this.hypotheses.push(made);
    return made;
  }

  addSession(species: string, strain: string | null): SimSession {
    const id = `fci-${hex(this.#host.random, 6)}`;
    const made = { id, species, strain, status: 'idle', startedMs: this.#host.now() };
    if (this.sessions.length < MOST) this.sessions.push(made);
    return made;
  }

  /** A second passed: gives what to say of each job that moved. */
  stepJobs(): SimJob[] {
    return this.jobs.filter((job) => {
      if (job.status === 'queued') job.status = 'running';
      if (job.status === 'completed' && this.#host.random() < 0.1) {
        job.status = 'running';
        job.progress = 0;
        return true;
      }
      if (job.status !== 'running') return false;
      job.progress = Math.min(100, job.progress + (this.#host.random() < 0.4 ? 1 : 0));
      if (job.progress === 100) job.status = 'completed';
      return true;
    });
  }

  /** Experiments whose step is over. */
  stepExperiments(): SimExperiment[] {
    const now = this.#host.now();
    return this.experiments.filter((experiment) => {
      if (experiment.status !== 'running' || now < experiment.nextStepMs) return false;
      experiment.nextStepMs = now + 5_000 + this.#host.random() * 55_000;
      experiment.currentStep = experiment.currentStep >= experiment.totalSteps ? 1 : experiment.currentStep + 1;
      return true;
    });
  }

  /** A breath of every instrument. */
  drift(): void {
    const { random } = this.#host;
    for (const one of this.instruments) {
      if (one.temperature !== null) one.temperature = Math.round((one.temperature + random() * 0.4 - 0.2) * 10) / 10;
      if (one.humidity !== null)
        one.humidity = Math.min(99, Math.max(60, Math.round((one.humidity + random() - 0.5) * 10) / 10));
    }
  }
}

const instrument = (
  id: string,
  name: string,
  type: string,
  temperature: number | null,
  humidity: number | null,
): SimInstrument => ({ id, name, type, status: 'online', temperature, humidity, currentTask: null });

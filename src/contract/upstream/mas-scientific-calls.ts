/** What `call` of this upstream takes: name → arguments. Answers are JSON of MAS, or the ack. */
export interface MasScientificCalls {
  'instrument.calibrate': { readonly id: string };
  'instrument.create': { readonly name: string; readonly type: string };
  'simulation.create': {
    readonly name: string;
    readonly type: string;
    readonly config?: Readonly<Record<string, unknown>>;
  };
  'simulation.pause': { readonly id: string };
  'simulation.resume': { readonly id: string };
  'simulation.cancel': { readonly id: string };
  'experiment.create': { readonly name: string; readonly parameters?: Readonly<Record<string, unknown>> };
  'experiment.start': { readonly id: string };
  /** Becomes `pending`: there is no paused state. */
  'experiment.pause': { readonly id: string };
  /** Becomes `failed`. */
  'experiment.cancel': { readonly id: string };
  'hypothesis.create': { readonly statement: string };
  'hypothesis.test': { readonly id: string };
  'session.create': { readonly species: string; readonly strain?: string };
  'session.start': { readonly id: string };
  'session.pause': { readonly id: string };
  'session.stop': { readonly id: string };
  'fci.sdr-config': { readonly device: string; readonly config: Partial<SdrConfig> };
  /** `confirmed` must be true: current goes into something alive. */
  'fci.stimulate': { readonly device: string; readonly command: StimulateCommand; readonly confirmed: true };
  'fci.set-pattern': { readonly device: string; readonly pattern: string };
  /** How many samples a second MAS is to send of this signal, 10–1000; its own choice is 100. The connection is made anew. */
  'fci.rate': { readonly device: string; readonly rateHz: number };
  /** Asks for every snapshot now, at most once a minute. */
  refresh: Readonly<Record<string, never>>;
}

/** Flat, in these words: what the server reads. Others are ignored by it. */
export interface SdrConfig {
  /** Hz. */
  readonly bandpass_low: number;
  readonly bandpass_high: number;
  readonly notch_50hz: boolean;
  readonly notch_60hz: boolean;
  readonly notch_q: number;
  readonly adaptive_enabled: boolean;
  readonly adaptive_threshold: number;
  readonly agc_enabled: boolean;
  readonly dc_removal: boolean;
}

export interface StimulateCommand {
  readonly waveform: string;
  /** Hz. */
  readonly frequency: number;
  /** µV. */
  readonly amplitude: number;
  /** s. */
  readonly duration: number;
  readonly channel: number;
}

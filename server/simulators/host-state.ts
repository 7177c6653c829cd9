/** As others see it: numbers of this life of it. */
export interface SimulatorState {
  readonly slug: string;
  readonly about: string;
  readonly url: string;
  /** Open now. */
  readonly sockets: number;
  readonly streams: number;
  /** Since the start. */
  readonly requests: number;
  readonly handshakes: number;
  readonly messages: number;
  readonly bytes: number;
  /** Its own code failed this often; it went on. */
  readonly failures: number;
  readonly faults: readonly {
    readonly name: string;
    readonly about: string;
    readonly on: boolean;
    /** Any peer can have it; false: only this one. */
    readonly general: boolean;
  }[];
  readonly dials: readonly {
    readonly name: string;
    readonly about: string;
    readonly value: number;
    readonly most: number;
  }[];
}

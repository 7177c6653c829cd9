/** What an audio worklet's thread has, and no library of TypeScript says. */
declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
  /** `false`: it is not needed any more. */
  abstract process(
    inputs: readonly (readonly Float32Array[])[],
    outputs: readonly (readonly Float32Array[])[],
  ): boolean;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;
/** Hz. */
declare const sampleRate: number;

/** How one file of vectors fared. */
export interface FileReport {
  readonly file: string;
  readonly passed: number;
  readonly failures: readonly Failure[];
}

export interface Failure {
  /** The vector. */
  readonly name: string;
  /** Which check, and the first difference it found. */
  readonly reason: string;
}

/** Checks a folder of one upstream's vectors. Files that cannot be read are failures, never exceptions. */
export interface VectorRunner {
  /** Whether a folder of any name holds this runner's vectors. */
  recognises(folder: string): boolean;
  run(folder: string): Iterable<FileReport>;
}

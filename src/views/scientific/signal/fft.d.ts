/** Of the package `fft.js`, which brings no types: the part that is used here. */
declare module 'fft.js' {
  // biome-ignore lint/style/noDefaultExport: that is how the package has it
  export default class FFT {
    /** @param size a power of two */
    constructor(size: number);
    /** Twice as long as the transform: real and imaginary parts in turn. */
    createComplexArray(): number[];
    /** The first half of `out` is filled. */
    realTransform(out: number[], data: readonly number[]): void;
  }
}

/** A number of [0, 1) that belongs to these three for ever: entity i at time t needs no replay from the beginning. */
export declare function chance(kind: number, index: number, salt: number): number;
export declare const between: (low: number, high: number, part: number) => number;
export declare const pick: <T>(list: readonly T[], part: number) => T;

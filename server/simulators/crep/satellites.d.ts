/**
 * Shells of invented satellites. Elements only: their places on the wire are 0, 0. Numbers have six digits and no TLE form; every tenth
 * has five, and TLE lines besides.
 */
export declare function satelliteRecord(index: number, startMs: number): object;

/** A great circle between two places, there and back for ever. */
export interface Route {
    readonly ax: number;
    readonly ay: number;
    readonly az: number;
    readonly bx: number;
    readonly by: number;
    readonly bz: number;
    /** Radians. */
    readonly angle: number;
    /** One way, s. */
    readonly seconds: number;
    readonly phaseS: number;
}
export declare function routeOf(from: readonly [number, number], to: readonly [number, number], mps: number, phase: number): Route;
export interface Fix {
    lon: number;
    lat: number;
    trackDeg: number;
    /** How far between the two places, 0–1. */
    part: number;
}
/** Where it is at a time, into `fix`. */
export declare function follow(route: Route, tS: number, fix: Fix): Fix;

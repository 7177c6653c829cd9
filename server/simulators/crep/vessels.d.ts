import { type Route } from './route.ts';
export interface SimVessel {
    readonly mmsi: string;
    readonly name: string;
    readonly type: number;
    readonly knots: number;
    readonly route: Route;
    readonly moored: boolean;
    readonly silentHeading: boolean;
}
export declare function makeVessel(index: number): SimVessel;
/** Of the registry: AIS's words for "not available" come through. */
export declare function vesselRecord(it: SimVessel, at: number): object;
export declare function vesselEntity(it: SimVessel, at: number): object;

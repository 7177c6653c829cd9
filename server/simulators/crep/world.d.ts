import type { SimHost } from '../simulator.ts';
import { type SimAircraft } from './aircraft.ts';
import { type SimVessel } from './vessels.ts';
export interface Box {
    readonly south: number;
    readonly north: number;
    readonly west: number;
    readonly east: number;
}
/** Everything that moves, made once and placed when it is asked for. */
export declare class World {
    #private;
    constructor(host: SimHost);
    aircraft(index: number): SimAircraft;
    vessel(index: number): SimVessel;
    /** The registry's list: each source in its own units, some told by two of them. */
    aircraftList(box: Box | undefined, limit: number): object[];
    vesselList(box: Box | undefined, limit: number): object[];
    satelliteList(limit: number): object[];
}
/** `lamin lamax lomin lomax`: understands no antimeridian. */
export declare function boxOf(query: URLSearchParams): Box | undefined;

import { type Route } from './route.ts';
/** One aircraft for ever; where it is follows from the time. */
export interface SimAircraft {
    readonly index: number;
    readonly hex: string;
    readonly callsign: string;
    readonly mps: number;
    readonly cruiseM: number;
    readonly route: Route;
    readonly squawk: string;
    readonly parked: boolean;
}
export declare function makeAircraft(index: number): SimAircraft;
/** Its numbers at a time, in SI. */
export interface AircraftNow {
    readonly lon: number;
    readonly lat: number;
    readonly altM: number;
    readonly mps: number;
    readonly trackDeg: number;
    readonly climbMps: number;
    readonly onGround: boolean;
}
export declare function aircraftAt(it: SimAircraft, ms: number): AircraftNow;
/** How one of the upstream's sources would say it. */
export declare function aircraftRecord(it: SimAircraft, at: number, source: 'opensky' | 'adsb.lol' | 'opensky+adsb.lol'): object;
/** As the entity socket has it: metres, and a time without a zone. */
export declare function aircraftEntity(it: SimAircraft, at: number): object;

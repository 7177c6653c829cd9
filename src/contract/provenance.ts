/**
 * Where a value comes from. It travels with the value to the screen.
 * measured: by a sensor · derived: computed by us from measured values · simulated: invented, and says so ·
 * replayed: from a recording · unknown: the source does not tell.
 */
export type Provenance = 'measured' | 'derived' | 'simulated' | 'replayed' | 'unknown';

/** The newest of them at a time; each is what its number says, so that the same event keeps its id from poll to poll. */
export declare function globalEvents(now: number, count: number): object[];
/** Of another feed: a storm without geometry among fires. */
export declare const eonetEvents: (now: number) => object[];
/** Alerts with areas; one lies across 180°. */
export declare const nwsAlerts: (now: number) => object[];
export declare function spaceWeather(now: number): object;

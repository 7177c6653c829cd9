/** A fifth has no position, a tenth has not spoken for long and says "online" all the same. */
export declare const mycosoftDevices: (now: number, count?: number) => object[];
export declare const mycobrainDevices: (now: number) => object[];
export declare const observation: (number: number, now: number) => object;
export declare const fungiFeed: (now: number) => object;

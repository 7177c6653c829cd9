import type { SimHost, SimSocket, SimStream } from '../simulator.ts';
import type { World } from './world.ts';
/** Entities as they change. One tick makes each frame once, for everybody who listens. */
export declare class LiveFeed {
    #private;
    constructor(host: SimHost, world: World);
    /** Text first, then binary frames of one bare entity each; sometimes a batch. What a client says is never read. */
    socket(socket: SimSocket): void;
    /** The website's bridge: each event has the name of its entity's type, so that who listens to `message` hears nothing. */
    stream(stream: SimStream): () => void;
    /** `/api/crep/stream`: the filter is acknowledged and not applied. */
    crepSocket(socket: SimSocket, filter: string | null): void;
    close(): void;
}

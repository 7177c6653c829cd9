import type { Clock } from '../clock.ts';
import type { Limits } from '../config.ts';
import type { Metrics } from '../health.ts';
import type { PeerOptions } from '../wire/web-socket.ts';
import type { SharedRates } from './client-rates.ts';
import type { Connection } from './connection.ts';
import type { DeliveryContext } from './delivery.ts';
import type { Taken } from './reader.ts';
import type { ReceivedCounts } from './received-counts.ts';

/** What every connection of `/live` shares. */
export interface LiveContext {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly delivery: DeliveryContext;
  readonly counts: ReceivedCounts;
  readonly peers: PeerOptions;
  readonly rates: SharedRates;
  /** This run of the server, as clients know it. */
  readonly server: string;
  readonly build: string;
  /** A frame compressed once for all who negotiated it. */
  readonly deflated: (taken: Taken) => Buffer;
  /** A client said hello; an older connection of the same client is to be closed. */
  readonly onHello: (connection: Connection) => void;
  readonly onClose: (connection: Connection) => void;
}

import type { SimHost } from '../simulator.ts';
import { isoTime } from './iso-time.ts';

const MOST_KEPT = 1_000;
/** Where the source says that Mushroom1 is, wherever it is. */
const CONSTANT_PLACE = { latitude: 47.6062, longitude: -122.3321, elevation: null, accuracy: 10 };

export interface SimEvent {
  readonly event_id: string;
  readonly timestamp: string;
  readonly source_device: string;
  readonly kingdom_domain: string;
  readonly [field: string]: unknown;
}

/** What happened, newest first. */
export class EventStore {
  readonly #host: SimHost;
  #events: SimEvent[] = [];
  #made = 0;

  constructor(host: SimHost) {
    this.#host = host;
  }

  get total(): number {
    return this.#made;
  }

  newest(most: number): readonly SimEvent[] {
    return this.#events.slice(0, most);
  }

  all(): readonly SimEvent[] {
    return this.#events;
  }

  add(device: string, domain: string, signal: unknown): SimEvent {
    const now = this.#host.now();
    this.#made += 1;
    const event: SimEvent = {
      event_id: `01SIM${Math.floor(now).toString(36).toUpperCase()}${String(this.#made).padStart(6, '0')}`,
      timestamp: isoTime(now),
      source_device: device,
      kingdom_domain: domain,
      signal_vector: signal,
      decoded_meaning: {
        '@context': 'https://schema.org',
        '@type': 'Reading',
        ontology: 'FUNGA',
        confidence: 0.9,
        algorithm: 'simulated',
        annotations: {},
      },
      references: {
        doi: null,
        specimen_id: null,
        location: device === 'mushroom1' ? CONSTANT_PLACE : null,
        taxonomy: null,
        study_id: null,
        environment: null,
      },
      metadata: {
        pipeline_version: '1.4.0',
        ingested_at: isoTime(now),
        processed_at: null,
        tenant_id: 'sim',
        flags: ['simulated'],
      },
      ttl: 86_400,
    };
    this.#events = [event, ...this.#events.slice(0, MOST_KEPT - 1)];
    return event;
  }
}

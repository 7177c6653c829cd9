import type { AppError } from '../../src/contract/error-codes.ts';
import type { Outcome } from '../../src/contract/hub-api.ts';
import {
  CREP_COMMANDS_PART,
  CREP_PANELS_PART,
  CREP_PARTS,
  CREP_SOURCES_PART,
  type CrepCalls,
  type GeoBox,
} from '../../src/contract/upstream/crep.ts';
import { LIVE_STALE_MS } from '../../src/upstreams/crep/cadence.ts';
import { hintsOf } from '../../src/upstreams/crep/kinds.ts';
import { readEventOf } from '../../src/upstreams/crep/read-event.ts';
import type { Reading } from '../../src/upstreams/crep/reading.ts';
import { CrepStore } from '../../src/upstreams/crep/store.ts';
import { readFlightTrail } from '../../src/upstreams/crep/trail.ts';
import type { Out } from '../../src/upstreams/out.ts';
import type { Adapter, AdapterHost, AdapterKind } from './adapter.ts';
import { Asking, type AskingParts } from './crep/asking.ts';
import { LiveLink } from './crep/live-link.ts';
import { Publisher } from './crep/publisher.ts';
import {
  CATALOGUE_EVERY_MS,
  CATALOGUE_MOST_BYTES,
  CATALOGUE_PATH,
  QUESTIONS,
  type Question,
} from './crep/questions.ts';
import { askedBoxes } from './crep/view.ts';

const MOST_KEPT = 1_000;
/** The view may move with every frame; the questions follow when it rests. */
const VIEW_REST_MS = 300;

/** The world's aircraft, vessels, satellites and events: asked for while somebody looks at them. `pace`: 0.1 asks ten times as often. */
export const crepKind = (pace = 1): AdapterKind => ({
  id: 'crep',
  name: 'CREP',
  parts: {
    ...Object.fromEntries(Object.values(CREP_PARTS).map((part) => [part, 'state' as const])),
    [CREP_SOURCES_PART]: 'state',
    [CREP_PANELS_PART]: 'state',
    [CREP_COMMANDS_PART]: 'events',
  },
  start: (host) => new CrepAdapter(host, pace),
});

export const crepAdapter: AdapterKind = crepKind();

const CATALOGUE: Question = {
  name: 'catalogue',
  part: CREP_PARTS.satellite,
  kind: undefined,
  everyMs: CATALOGUE_EVERY_MS,
  changesMs: CATALOGUE_EVERY_MS,
  tiles: undefined,
  path: () => CATALOGUE_PATH,
};

class CrepAdapter implements Adapter {
  readonly #host: AdapterHost;
  readonly #store = new CrepStore();
  readonly #publisher: Publisher;
  readonly #live: LiveLink;
  readonly #askings: readonly Asking[];
  readonly #catalogue: Asking;
  readonly #nature: { readonly start: () => void; readonly stop: () => void };
  #boxes: readonly GeoBox[] = [];
  #wholeCatalogue = false;
  #cancelView: (() => void) | undefined;

  constructor(host: AdapterHost, pace: number) {
    this.#host = host;
    this.#publisher = new Publisher(host, this.#store);
    this.#live = new LiveLink(host, this.#store, (name, reading, out) => this.#took(name, reading, out));
    const parts: AskingParts = {
      host,
      store: this.#store,
      publisher: this.#publisher,
      live: this.#live,
      boxes: () => this.#boxes,
    };
    const paced = (question: Question): Question => ({ ...question, everyMs: question.everyMs * pace });
    this.#askings = QUESTIONS.map((question) => new Asking(paced(question), parts));
    this.#catalogue = new Asking(paced(CATALOGUE), parts, CATALOGUE_MOST_BYTES);
    this.#nature = this.#natureStream();
    for (const part of Object.values(CREP_PARTS)) if (host.wanted(part)) this.demand();
    if (host.wanted(CREP_PANELS_PART)) this.demand();
  }

  demand(): void {
    const { wanted } = this.#host;
    const isWanted = (part: string): boolean => wanted.call(this.#host, part);
    const anyEntity = Object.values(CREP_PARTS).some(isWanted);
    this.#live.turn(anyEntity);
    for (const asking of this.#askings) {
      const replaced = this.#wholeCatalogue && asking.question.name === 'satellites';
      asking.turn(isWanted(asking.question.part) && !replaced);
    }
    this.#catalogue.turn(this.#wholeCatalogue && isWanted(CREP_PARTS.satellite));
    if (isWanted(CREP_PARTS.observation)) this.#nature.start();
    else this.#nature.stop();
  }

  async call(name: string, args: unknown): Promise<Outcome<unknown>> {
    const fields = typeof args === 'object' && args !== null ? (args as Readonly<Record<string, unknown>>) : {};
    switch (name as keyof CrepCalls) {
      case 'view':
        return this.#view(fields.boxes);
      case 'keep':
        return this.#keep(fields.keys);
      case 'trail':
        return this.#trail(fields.id);
      case 'catalogue':
        this.#wholeCatalogue = fields.all === true;
        this.demand();
        return done;
      default:
        return refused('bad-message', `there is no call "${name}"`);
    }
  }

  #view(raw: unknown): Outcome {
    const boxes = askedBoxes(raw);
    if (boxes === undefined) return refused('bad-message', 'boxes are at most four of [west, south, east, north]');
    if (JSON.stringify(boxes) === JSON.stringify(this.#boxes)) return done;
    this.#boxes = boxes;
    this.#cancelView?.();
    this.#cancelView = this.#host.schedule(VIEW_REST_MS, () => {
      this.#cancelView = undefined;
      for (const asking of this.#askings) asking.askNow();
    });
    return done;
  }

  #keep(raw: unknown): Outcome {
    if (!Array.isArray(raw) || raw.length > MOST_KEPT) return refused('bad-message', `keys are at most ${MOST_KEPT}`);
    this.#store.keep(raw.filter((key) => typeof key === 'string'));
    return done;
  }

  /** An empty trail is a normal answer. */
  async #trail(raw: unknown): Promise<Outcome<unknown>> {
    if (typeof raw !== 'string' || raw === '' || raw.length > 60) return refused('bad-message', 'id is missing');
    const answer = await this.#host.request('GET', `/api/oei/flight-history/${encodeURIComponent(raw)}`);
    if (!answer.ok) return answer;
    const value = answer.value;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { ok: true, value: readFlightTrail(value as Readonly<Record<string, unknown>>).points }
      : refused('upstream-failed', 'its answer is no trail');
  }

  #took(name: string, reading: Reading, out: Out): void {
    if (reading.command !== undefined) out.event(CREP_COMMANDS_PART, reading.command);
    this.#publisher.took(name, reading, out);
  }

  /** What people saw growing: pushed, a few a minute. */
  #natureStream() {
    const path = '/api/crep/nature-stream';
    const hints = hintsOf(path);
    return this.#host.sse({
      name: 'nature',
      path,
      staleMs: 10 * LIVE_STALE_MS,
      silentMs: 20 * LIVE_STALE_MS,
      resume: false,
      onEvent: ({ event, data }, out) => {
        let value: unknown;
        try {
          value = JSON.parse(data);
        } catch {
          out.count('dropped', 'bad_json', data.slice(0, 80));
          return;
        }
        const { now, simulated } = this.#host.context();
        this.#took('nature', readEventOf(event, value, this.#store, out, { now, simulated, hints, everyMs: 0 }), out);
      },
    });
  }
}

const done = { ok: true, value: undefined } as const;

const refused = (code: AppError['code'], message: string) => ({ ok: false, error: { code, message } }) as const;

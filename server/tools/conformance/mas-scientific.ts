import { FCI_STALE_MS, RECORDS_STALE_MS, TYPED_STALE_MS } from '../../../src/contract/upstream/mas-scientific.ts';
import { isFields } from '../../../src/upstreams/mas/fields.ts';
import { FciStream } from '../../../src/upstreams/mas-scientific/fci-stream.ts';
import { SCIENTIFIC_SOCKETS, Scientific } from '../../../src/upstreams/mas-scientific/scientific.ts';
import type { ReadContext } from '../../../src/upstreams/out.ts';
import { masScientificSimulator } from '../../simulators/mas-scientific.ts';
import { type Answers, checkAnswered } from './mas-topology/answered.ts';
import { checkEnded } from './mas-topology/ended.ts';
import { Recorder } from './mas-topology/recorder.ts';
import { checkSaid } from './mas-topology/said.ts';
import { checkTaken } from './mas-topology/taken.ts';
import { frameOf, ReplayClock, type Vector, vectorOf } from './mas-topology/vector.ts';
import { type CheckLine, ndjsonRunner } from './ndjson-file.ts';
import type { VectorRunner } from './runner.ts';

const ENDPOINTS = /^\/(ws\/scientific|api\/stream\/scientific|api\/fci\/|api\/scientific\/|scientific\/)/;

/** Everything of one file: state carries over from line to line. */
class Replay {
  readonly model = new Scientific();
  readonly recorder = new Recorder();
  readonly clock = new ReplayClock();
  readonly #streams = new Map<string, FciStream>();

  streamOf(endpoint: string): FciStream {
    const device = decodeURIComponent(endpoint.slice(SCIENTIFIC_SOCKETS.fci.length).split('?')[0] ?? '');
    const stream = this.#streams.get(device) ?? new FciStream(device);
    this.#streams.set(device, stream);
    return stream;
  }
}

/** Vectors of mas-scientific: frames and answers by the model that the adapter uses, what a client says by the simulator. */
export const masScientificRunner: VectorRunner = ndjsonRunner(
  (first) => typeof first.endpoint === 'string' && ENDPOINTS.test(first.endpoint),
  () => {
    const replay = new Replay();
    return (line) => {
      const vector = vectorOf(line);
      const context: ReadContext = { now: replay.clock.nowAt(vector), simulated: false };
      replay.recorder.clear();
      return check(vector, replay, context);
    };
  },
);

function check(vector: Vector, replay: Replay, context: ReadContext): ReturnType<CheckLine> {
  const { line } = vector;
  if (line.dir === 'c2s') return checkSaid(vector, masScientificSimulator);
  switch (line.frame) {
    case 'close':
    case 'handshake':
      return checkEnded(vector);
    case 'silence':
      return checkSilence(vector);
    case 'response':
      return checkAnswered(vector, replay.recorder, answersOf(replay, context));
    default: {
      let events: readonly string[] | undefined;
      const take = (): void => {
        events = takeFrame(vector, replay, context);
      };
      take();
      return checkTaken(vector, replay.recorder, context.now, take) ?? checkEvents(vector, events);
    }
  }
}

function takeFrame(vector: Vector, replay: Replay, context: ReadContext): readonly string[] | undefined {
  const { model, recorder } = replay;
  const { endpoint } = vector;
  if (endpoint === SCIENTIFIC_SOCKETS.typed) return model.typed(frameOf(vector), recorder, context);
  if (endpoint.startsWith(SCIENTIFIC_SOCKETS.fci)) {
    const stream = replay.streamOf(endpoint);
    stream.frame(frameOf(vector), false, recorder, context);
    // The adapter does it every 50 ms.
    stream.flush(context.now, recorder);
  } else model.record(frameOf(vector), recorder, context);
  return undefined;
}

/** What MAS offers is what is asked for. */
function checkEvents({ line }: Vector, events: readonly string[] | undefined): string | undefined {
  const offered = isFields(line.json) && isFields(line.json.payload) ? line.json.payload.availableEvents : undefined;
  return JSON.stringify(offered) === JSON.stringify(events)
    ? undefined
    : `events to ask for: got ${events?.join(', ')}`;
}

/** The line itself turns stale by its threshold, with everything in place. */
function checkSilence({ endpoint, line, action }: Vector): string | undefined {
  if (action !== 'degrade' && action !== 'mark_stale') return `no rule for ${action}`;
  const staleMs = endpoint.startsWith(SCIENTIFIC_SOCKETS.fci)
    ? FCI_STALE_MS
    : endpoint === SCIENTIFIC_SOCKETS.typed
      ? TYPED_STALE_MS
      : RECORDS_STALE_MS;
  const silenceMs = Number(line.silence_ms);
  return silenceMs >= staleMs ? undefined : `stale only after ${staleMs} ms, and ${silenceMs} ms are silent`;
}

const answersOf = ({ model, recorder }: Replay, context: ReadContext): Answers => ({
  answer: (path, value) => model.answer(path, value, recorder, context),
  commanded: (path, value) => model.commanded(path, value, recorder, context),
  failed: (path, status, body, retryAfterMs) =>
    model.failed(path, { status, body, retryAfterMs }, `it answered ${status}`, recorder, context),
});

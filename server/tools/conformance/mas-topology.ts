import { Topology } from '../../../src/upstreams/mas-topology/topology.ts';
import type { ReadContext } from '../../../src/upstreams/out.ts';
import { masTopologySimulator } from '../../simulators/mas-topology.ts';
import { type Answers, checkAnswered } from './mas-topology/answered.ts';
import { checkEnded } from './mas-topology/ended.ts';
import { Recorder } from './mas-topology/recorder.ts';
import { checkSaid } from './mas-topology/said.ts';
import { checkTaken } from './mas-topology/taken.ts';
import { frameOf, ReplayClock, type Vector, vectorOf } from './mas-topology/vector.ts';
import { type CheckLine, ndjsonRunner } from './ndjson-file.ts';
import type { VectorRunner } from './runner.ts';

const ENDPOINTS =
  /^\/(ws\/(topology|agents\/status|system\/health|tasks\/progress|agent-bus)|orchestrator\/|agents\/registry)/;

/** Vectors of mas-topology: frames and answers by the model that the adapter uses, what a client says by the simulator. */
export const masTopologyRunner: VectorRunner = ndjsonRunner(
  (first) => typeof first.endpoint === 'string' && ENDPOINTS.test(first.endpoint),
  () => {
    const model = new Topology();
    const clock = new ReplayClock();
    const recorder = new Recorder();
    return (line) => {
      const vector = vectorOf(line);
      const context: ReadContext = { now: clock.nowAt(vector), simulated: false };
      recorder.clear();
      return check(vector, model, recorder, context);
    };
  },
);

function check(vector: Vector, model: Topology, recorder: Recorder, context: ReadContext): ReturnType<CheckLine> {
  const { line, action } = vector;
  if (line.dir === 'c2s') return checkSaid(vector, masTopologySimulator);
  switch (line.frame) {
    case 'close':
    case 'handshake':
      return checkEnded(vector);
    case 'silence':
      return checkSilence(vector, model, recorder, context);
    case 'response':
      return checkAnswered(vector, recorder, answersOf(model, recorder, context));
    default: {
      let answer: string | undefined;
      const take = (): void => {
        answer = model.frame(vector.endpoint, frameOf(vector), recorder, context);
      };
      take();
      if (action === 'no_render' || action === 'freshness_only') return checkAge(model, recorder, context);
      return checkTaken(vector, recorder, context.now, take) ?? checkAnswer(vector, answer);
    }
  }
}

/** "answer …": what is to be said back. */
function checkAnswer({ expect }: Vector, answer: string | undefined): string | undefined {
  const wanted = typeof expect.then === 'string' ? /^answer (\{.*\})$/.exec(expect.then)?.[1] : undefined;
  return wanted === answer ? undefined : `answer: expected ${wanted ?? 'none'}, got ${answer ?? 'none'}`;
}

function checkAge(model: Topology, recorder: Recorder, context: ReadContext): string | undefined {
  if (recorder.ops.length > 0) return 'expected no record: nothing changed';
  model.tick(context.now, recorder, recorder);
  const ages = recorder.ops.find(({ part }) => part === 'ages')?.record?.heardAt;
  const isNew = typeof ages === 'object' && ages !== null && Object.values(ages).includes(context.now);
  return isNew ? undefined : 'expected a new age';
}

function checkSilence(vector: Vector, model: Topology, recorder: Recorder, context: ReadContext): string | undefined {
  const wanted = { mark_stale: 'stale', degrade: 'stale', mark_offline: 'offline' }[vector.action];
  if (wanted === undefined) return `no rule for ${vector.action}`;
  model.tick(context.now + Number(vector.line.silence_ms), recorder, recorder);
  const lives = recorder.ops.filter(({ part }) => part === 'agents').map(({ record }) => record?.life);
  return lives.includes(wanted) ? undefined : `expected ${wanted}, got ${lives.join(', ') || 'nothing'}`;
}

const answersOf = (model: Topology, recorder: Recorder, context: ReadContext): Answers => ({
  answer: (path, value) => model.answer(path, value, recorder, context),
  // What is asked of agents comes back as an outcome, and in no record.
  commanded: () => false,
  failed: (path, status, body, retryAfterMs) =>
    model.failed(path, { status, body, retryAfterMs }, `it answered ${status}`, recorder, context),
});

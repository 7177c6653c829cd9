import type { EpochMs } from '../../contract/time.ts';
import type { FailedAnswer } from '../mas/answer.ts';
import { isFields } from '../mas/fields.ts';
import { readFrame, reasonOf } from '../mas/frame.ts';
import type { Out, ReadContext } from '../out.ts';
import { AgentBook } from './agent-book.ts';
import { BusEvents, isBusEvent } from './bus-events.ts';
import { HealthStream, TaskStream } from './companions.ts';
import { EdgeBook } from './edge-book.ts';
import { TopologyRest } from './rest.ts';
import { SnapshotReader } from './snapshot.ts';
import { StatusStream } from './status-stream.ts';

export const TOPOLOGY_SOCKETS = {
  /** Status and, on request, the snapshot. */
  topology: '/ws/topology',
  /** The same status. Never both: each record would come twice. */
  agentsStatus: '/ws/agents/status',
  health: '/ws/system/health',
  tasks: '/ws/tasks/progress',
  bus: '/ws/agent-bus',
} as const;

/** Everything that MAS says of its agents, in one picture. The adapter brings the messages, and says when time has passed. */
export class Topology {
  readonly agents = new AgentBook();
  readonly #edges = new EdgeBook();
  readonly #status = new StatusStream(this.agents);
  readonly #snapshot = new SnapshotReader(this.agents, this.#edges);
  readonly #health = new HealthStream();
  readonly #tasks = new TaskStream();
  readonly #bus = new BusEvents(this.#edges);
  readonly #rest = new TopologyRest(this.agents, this.#edges);

  /**
   * A frame of any of its sockets. Gives what is to be answered, if anything is.
   * @param aside where words go that are no data: that there is no snapshot does not make a connection live
   */
  frame(
    socket: string,
    data: string | ArrayBuffer,
    out: Out,
    context: ReadContext,
    aside: Out = out,
  ): string | undefined {
    const message = readFrame(data, out);
    if (message === undefined) return undefined;
    switch (socket) {
      case TOPOLOGY_SOCKETS.bus:
        return this.#bus.readFrame(message, out, context);
      case TOPOLOGY_SOCKETS.health:
        this.#health.read(message, out, context);
        return undefined;
      case TOPOLOGY_SOCKETS.tasks:
        this.#tasks.read(message, out, context);
        return undefined;
      default:
        this.#statusFrame(message, out, context, aside);
        return undefined;
    }
  }

  #statusFrame(message: Readonly<Record<string, unknown>>, out: Out, context: ReadContext, aside: Out): void {
    switch (message.type) {
      case 'connected':
      case 'pong':
        return;
      case 'snapshot':
        this.#snapshot.read(message, out, context, aside);
        return;
      case 'agent_status': {
        const { data } = message;
        if (!isFields(data)) out.count('dropped', 'status-data');
        else if (isBusEvent(data)) this.#bus.read(data, message.channel, out, context);
        else this.#status.read(message, data, out, context);
        return;
      }
      default:
        out.count('unknown', reasonOf(message.type));
    }
  }

  answer(path: string, value: unknown, out: Out, context: ReadContext): boolean {
    return this.#rest.read(path, value, out, context);
  }

  failed(path: string, answer: FailedAnswer | undefined, why: string, out: Out, context: ReadContext): string {
    return this.#rest.failed(path, answer, why, out, context);
  }

  /**
   * To be called about once a second: what follows from time alone, and what is told in one piece.
   * @param heard where the ages go: they are records of whoever brought the heartbeats, as nothing else here is
   */
  tick(now: EpochMs, out: Out, heard: Out): void {
    this.agents.age(now, out);
    this.agents.publishAges(now, heard);
    this.#edges.publish(now, out);
  }
}

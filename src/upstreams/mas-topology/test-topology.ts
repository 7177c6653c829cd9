import type { AgentRecord, EdgeRecord, TopologyLogRecord } from '../../contract/upstream/mas-topology.ts';
import type { Out } from '../out.ts';
import { TOPOLOGY_SOCKETS, Topology } from './topology.ts';

const START = Date.UTC(2026, 7, 14, 9, 30);

/** A topology with a clock in the hand, and what it told. */
export class TopologyLab implements Out {
  readonly model = new Topology();
  readonly states = new Map<string, Map<string, object>>();
  readonly events: [part: string, record: object][] = [];
  readonly counts: string[] = [];
  puts = 0;
  now = START;

  get context() {
    return { now: this.now, simulated: false };
  }

  status(data: unknown, more: object = {}, socket: string = TOPOLOGY_SOCKETS.topology): string | undefined {
    const message = { type: 'agent_status', timestamp: this.stamp(), source: 'heartbeat_service', data, ...more };
    return this.model.frame(socket, JSON.stringify(message), this, this.context);
  }

  heartbeat(agent_id: string, status: string, details: unknown = {}, more: object = {}): void {
    this.status({ agent_id, status, details }, more);
  }

  frame(socket: string, message: unknown): string | undefined {
    return this.model.frame(socket, JSON.stringify(message), this, this.context);
  }

  answer(path: string, value: unknown): boolean {
    return this.model.answer(path, value, this, this.context);
  }

  pass(ms: number): void {
    this.now += ms;
    this.model.tick(this.now, this, this);
  }

  stamp(at = this.now): string {
    return new Date(at).toISOString().slice(0, -1);
  }

  agent(id: string): AgentRecord | undefined {
    return this.states.get('agents')?.get(id) as AgentRecord | undefined;
  }

  edge(key: string): EdgeRecord | undefined {
    return this.states.get('edges')?.get(key) as EdgeRecord | undefined;
  }

  log(what?: TopologyLogRecord['what']): readonly TopologyLogRecord[] {
    const all = this.events.filter(([part]) => part === 'log').map(([, record]) => record as TopologyLogRecord);
    return all.filter((one) => what === undefined || one.what === what);
  }

  put(part: string, key: string, record: object): void {
    this.puts += 1;
    const records = this.states.get(part) ?? new Map<string, object>();
    this.states.set(part, records.set(key, record));
  }
  remove(part: string, keys: readonly string[]): void {
    for (const key of keys) this.states.get(part)?.delete(key);
  }
  replace(part: string, entries: readonly (readonly [key: string, record: object])[]): void {
    this.states.set(part, new Map(entries));
  }
  event(part: string, record: object): void {
    this.events.push([part, record]);
  }
  rows(): void {}
  gap(): void {}
  count(what: string, reason: string): void {
    this.counts.push(`${what}:${reason}`);
  }
}

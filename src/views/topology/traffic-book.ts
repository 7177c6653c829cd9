import type { EdgeRecord } from '../../contract/upstream/mas-topology.ts';
import { perMinute, type Traffic } from './agent-facts.ts';

const NONE = -1;

/** Sums up the traffic of each node. Of thousands of links few are others than the time before: only of those the ends are looked up. */
export class TrafficBook {
  #edges: readonly EdgeRecord[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #ids: string[] = [];
  /** Of each link: who tells, who hears, and how much; {@link NONE}: it carries none. */
  #from = new Int32Array(0);
  #to = new Int32Array(0);
  #rates = new Float64Array(0);

  /** Messages per minute, told and heard, of each node that a link with traffic leads to. */
  sum(edges: readonly EdgeRecord[]): ReadonlyMap<string, Traffic> {
    const before = this.#edges;
    const isAnew = edges.length !== before.length || this.#ids.length > 4 * edges.length;
    if (isAnew) this.#clear(edges.length);
    for (let index = 0; index < edges.length; index += 1) {
      const edge = edges[index];
      if (edge !== undefined && (isAnew || edge !== before[index])) this.#read(index, edge);
    }
    // Taken out of it: whoever hands it over may go on changing it.
    this.#edges = edges.slice();
    return this.#sums();
  }

  #clear(size: number): void {
    this.#numbers.clear();
    this.#ids.length = 0;
    this.#from = new Int32Array(size).fill(NONE);
    this.#to = new Int32Array(size).fill(NONE);
    this.#rates = new Float64Array(size);
  }

  #read(index: number, edge: EdgeRecord): void {
    const rate = edge.kind === 'bus' ? perMinute(edge) : undefined;
    this.#from[index] = rate === undefined ? NONE : this.#numberOf(edge.from);
    this.#to[index] = rate === undefined ? NONE : this.#numberOf(edge.to);
    this.#rates[index] = rate ?? 0;
  }

  #numberOf(id: string): number {
    let number = this.#numbers.get(id);
    if (number === undefined) {
      number = this.#ids.push(id) - 1;
      this.#numbers.set(id, number);
    }
    return number;
  }

  #sums(): ReadonlyMap<string, Traffic> {
    const told = new Float64Array(this.#ids.length);
    const heard = new Float64Array(this.#ids.length);
    const links = new Uint32Array(this.#ids.length);
    for (let index = 0; index < this.#rates.length; index += 1) {
      const [from, to, rate] = [this.#from[index] ?? NONE, this.#to[index] ?? NONE, this.#rates[index] ?? 0];
      if (from === NONE || to === NONE) continue;
      told[from] = (told[from] ?? 0) + rate;
      heard[to] = (heard[to] ?? 0) + rate;
      links[from] = (links[from] ?? 0) + 1;
      links[to] = (links[to] ?? 0) + 1;
    }
    const sums = new Map<string, Traffic>();
    for (const [number, id] of this.#ids.entries())
      if ((links[number] ?? 0) > 0) sums.set(id, { out: told[number] ?? 0, in: heard[number] ?? 0 });
    return sums;
  }
}

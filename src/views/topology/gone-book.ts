import type { EpochMs } from '../../contract/time.ts';
import type { AgentRecord } from '../../contract/upstream/mas-topology.ts';

/** An agent that was there and is told of no more. */
export interface GoneAgent {
  readonly agent: AgentRecord;
  readonly since: EpochMs;
}

/** More than one heartbeat: a hub that begins anew hears of everybody again within that. */
const BELIEVED_MS = 20_000;
/** Kept in a browser. */
export const MAX_GONE = 200;
/** Who is gone longer is forgotten. */
const KEPT_MS = 86_400_000;

/**
 * Remembers who was there. MAS never says that an agent is gone: it is no longer in what MAS tells, while others are.
 */
export class GoneBook {
  #seen = new Map<string, AgentRecord>();
  readonly #missing = new Map<string, EpochMs>();
  readonly #gone = new Map<string, GoneAgent>();

  constructor(kept: readonly GoneAgent[] = []) {
    for (const one of kept.slice(0, MAX_GONE)) this.#gone.set(one.agent.id, one);
  }

  get gone(): ReadonlyMap<string, GoneAgent> {
    return this.#gone;
  }

  /**
   * What is told now. `isTold`: the source is live and its list was had, so that who is not in it is missing.
   * True when who is gone has changed.
   */
  look(agents: ReadonlyMap<string, AgentRecord>, isTold: boolean, now: EpochMs): boolean {
    let changed = false;
    for (const [id] of agents) {
      this.#missing.delete(id);
      changed = this.#gone.delete(id) || changed;
    }
    for (const [id, { since }] of this.#gone) if (now - since > KEPT_MS) changed = this.#gone.delete(id) || changed;
    if (!isTold || agents.size === 0) return changed;
    for (const [id, agent] of this.#seen) {
      if (agents.has(id) || this.#gone.has(id)) continue;
      const since = this.#missing.get(id);
      if (since === undefined) this.#missing.set(id, now);
      else if (now - since >= BELIEVED_MS) {
        this.#missing.delete(id);
        this.#gone.set(id, { agent, since });
        if (this.#gone.size > MAX_GONE) this.#gone.delete(this.#gone.keys().next().value ?? '');
        changed = true;
      }
    }
    const missing = [...this.#seen].filter(([id]) => this.#missing.has(id));
    this.#seen = new Map([...agents, ...missing]);
    return changed;
  }

  /** A person has seen it. */
  dismiss(id: string): void {
    this.#gone.delete(id);
    this.#seen.delete(id);
  }
}

/** Reads what a browser kept; what is broken is left out. */
export function readGone(text: string | null): readonly GoneAgent[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(kept) ? kept.filter(isGone).slice(0, MAX_GONE) : [];
  } catch {
    // Cut off or not ours: nobody is remembered.
    return [];
  }
}

function isGone(value: unknown): value is GoneAgent {
  const { agent, since } = (value ?? {}) as Partial<GoneAgent>;
  return (
    typeof since === 'number' &&
    typeof agent === 'object' &&
    agent?.t === 'agent' &&
    typeof agent.id === 'string' &&
    typeof agent.name === 'string' &&
    Array.isArray(agent.flags) &&
    Array.isArray(agent.capabilities)
  );
}

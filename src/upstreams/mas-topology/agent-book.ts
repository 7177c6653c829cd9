import type { EpochMs } from '../../contract/time.ts';
import { AGENT_STALE_MS, type AgentAges, MAX_AGENT_ID_CHARS } from '../../contract/upstream/mas-topology.ts';
import type { Sourced } from '../../contract/upstream/upstream.ts';
import type { Out } from '../out.ts';
import { type AgentEntry, lifeOf, looksTheSame, newEntry, recordOf } from './agent-entry.ts';

/** More than MAS and everything around it have. */
export const MAX_AGENTS = 2_000;
/** MAS never says that an agent is gone: who is in no list and silent this long is forgotten. */
const FORGOTTEN_MS = 3_600_000;
/** So many older words in a row mean that the clock of MAS was put back, and not that they are late. */
const OLDER_BELIEVED = 3;

/** Every agent that was told of. Publishes what changed, and of the rest only when it was heard. */
export class AgentBook {
  readonly #entries = new Map<string, AgentEntry>();
  /** Heard again without a change, since the ages were published. */
  readonly #heardAgain = new Set<string>();
  #newestHeard: EpochMs | undefined;

  get size(): number {
    return this.#entries.size;
  }

  entries(): Iterable<AgentEntry> {
    return this.#entries.values();
  }

  get(id: string): AgentEntry | undefined {
    return this.#entries.get(id);
  }

  /** The agent of that id, made if there was none; undefined for an id that is none, or one too many (counted). */
  open(id: unknown, sourced: Sourced, out: Out): AgentEntry | undefined {
    const fault = faultOfId(id);
    if (fault !== undefined) {
      out.count('dropped', fault, typeof id === 'string' ? id.slice(0, 40) : '');
      return undefined;
    }
    const known = this.#entries.get(id as string);
    if (known) return known;
    if (this.#entries.size >= MAX_AGENTS) {
      out.count('dropped', 'too-many-agents', (id as string).slice(0, 40));
      return undefined;
    }
    const entry = newEntry(id as string, sourced);
    this.#entries.set(entry.id, entry);
    return entry;
  }

  /** Whether a word of the stream is news. Older than the last: late, unless the sender's clock was put back. */
  isNews(entry: AgentEntry, streamMs: EpochMs | undefined): boolean {
    if (streamMs === undefined || entry.streamMs === undefined || streamMs >= entry.streamMs) {
      entry.older = undefined;
      entry.streamMs = streamMs ?? entry.streamMs;
      return true;
    }
    const before = entry.older;
    const count = before !== undefined && streamMs > before.ms ? before.count + 1 : 1;
    entry.older = { count, ms: streamMs };
    if (count < OLDER_BELIEVED) return false;
    entry.older = undefined;
    entry.streamMs = streamMs;
    return true;
  }

  heard(entry: AgentEntry, now: EpochMs): void {
    entry.heardAt = now;
    this.#newestHeard = now;
  }

  publish(entry: AgentEntry, now: EpochMs, out: Out): void {
    const record = recordOf(entry, now, this.#isSilent(now));
    if (entry.published && looksTheSame(entry.published, record)) {
      if (entry.heardAt !== undefined && entry.heardAt !== entry.published.heardAt) this.#heardAgain.add(entry.id);
      return;
    }
    entry.published = record;
    this.#heardAgain.delete(entry.id);
    out.put('agents', entry.id, record);
  }

  /** When the unchanged ones were heard, in one record; nothing when none was. */
  publishAges(now: EpochMs, out: Out): void {
    if (this.#heardAgain.size === 0) return;
    this.#heardAgain.clear();
    // The record is the whole truth, since a state channel keeps only the latest.
    const heardAt: Record<string, EpochMs> = {};
    for (const entry of this.#entries.values()) {
      if (entry.heardAt !== undefined && entry.heardAt !== entry.published?.heardAt) heardAt[entry.id] = entry.heardAt;
    }
    out.put('ages', 'heartbeats', { t: 'ages', rx: now, heardAt } satisfies AgentAges);
  }

  /** Those who are silent grow old, without a message that says so. */
  age(now: EpochMs, out: Out): void {
    for (const entry of this.#entries.values()) {
      if (entry.heardAt === undefined) continue;
      const life = lifeOf(entry.heardAt, now);
      if (life === 'offline' && !entry.listed && now - entry.heardAt > FORGOTTEN_MS) this.#forget(entry, out);
      else if (life !== entry.published?.life) this.publish(entry, now, out);
    }
  }

  /** Who is in no list and not alive either. */
  forgetUnlisted(now: EpochMs, out: Out): void {
    for (const entry of this.#entries.values()) {
      if (!entry.listed && !entry.catalogue && lifeOf(entry.heardAt, now) === 'unheard') this.#forget(entry, out);
    }
  }

  #forget(entry: AgentEntry, out: Out): void {
    this.#entries.delete(entry.id);
    this.#heardAgain.delete(entry.id);
    out.remove('agents', [entry.id]);
  }

  #isSilent(now: EpochMs): boolean {
    return this.#newestHeard !== undefined && now - this.#newestHeard > AGENT_STALE_MS;
  }
}

export function faultOfId(id: unknown): string | undefined {
  if (typeof id !== 'string' || id.trim() === '') return 'no-agent-id';
  return id.length > MAX_AGENT_ID_CHARS || id === '__proto__' ? 'bad-agent-id' : undefined;
}

import type { ChannelName, Cursor } from '../../src/contract/channel.ts';
import type { Finding, SubscriberLine } from './log-line.ts';

/** One subscriber on a state channel: what it believes the channel holds. */
export class StateTrack {
  readonly channel: ChannelName;
  readonly map = new Map<string, unknown>();
  readonly #who: string;
  readonly #findings: Finding[];
  #cursor: Cursor | undefined;

  constructor(who: string, channel: ChannelName, findings: Finding[]) {
    this.#who = who;
    this.channel = channel;
    this.#findings = findings;
  }

  apply(line: Extract<SubscriberLine, { is: 'state' }>): void {
    const { snapshot, cursor, puts, dels } = line;
    if (snapshot) this.map.clear();
    else if (this.#cursor !== undefined && this.#cursor.epoch !== cursor.epoch)
      this.#findings.push({
        kind: 'silent-epoch',
        text: `${this.#who} on ${this.channel}: changes of ${cursor.epoch} on top of ${this.#cursor.epoch}, without a snapshot`,
      });
    this.#cursor = cursor;
    for (const key of dels) this.map.delete(key);
    for (const [key, record] of puts) this.map.set(key, record);
  }

  compare(truth: ReadonlyMap<string, unknown>, server: string): void {
    const wrong = [...new Set([...truth.keys(), ...this.map.keys()])].filter(
      (key) => JSON.stringify(truth.get(key)) !== JSON.stringify(this.map.get(key)),
    );
    const [key] = wrong;
    if (key === undefined) return;
    this.#findings.push({
      kind: 'state-differs',
      text: `${this.#who} on ${this.channel}: ${wrong.length} keys differ from ${server}; "${key}" is ${JSON.stringify(this.map.get(key))}, there ${JSON.stringify(truth.get(key))}`,
    });
  }
}

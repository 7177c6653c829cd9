import type { ChannelName } from '../../src/contract/channel.ts';
import type { Finding, Numbered } from './log-line.ts';

const nameOf = ([p, n]: Numbered): string => `publisher ${p} number ${n}`;

/** What every place of every channel holds, as the first who saw it tells. Whoever sees something else there is proof of a reused place. */
export class Contents {
  readonly #epochs = new Map<string, Map<number, Numbered>>();
  readonly #findings: Finding[];

  constructor(findings: Finding[]) {
    this.#findings = findings;
  }

  /** `who` says that at this place is `item`. */
  note(channel: ChannelName, epoch: string, offset: number, item: Numbered, who: string): void {
    const key = `${channel} ${epoch}`;
    const places = this.#epochs.get(key) ?? new Map<number, Numbered>();
    this.#epochs.set(key, places);
    const known = places.get(offset);
    if (known === undefined) places.set(offset, item);
    else if (known[0] !== item[0] || known[1] !== item[1])
      this.#findings.push({
        kind: 'disagreement',
        text: `${channel} ${epoch}:${offset} is ${nameOf(item)} for ${who}, and was ${nameOf(known)} for somebody before`,
      });
  }
}

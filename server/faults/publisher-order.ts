import { isLocal, type Received } from './channel-track.ts';
import type { Finding } from './log-line.ts';

export interface PublisherKind {
  /** Sends one at a time with a key, and again until it is answered. */
  readonly isKeyed: boolean;
  /** How often a number was sent. */
  sendsOf(n: number): number;
}

/**
 * Whether one subscriber got each publisher's numbers in order and once. A number that was sent twice may be there twice only when the
 * bus lost its memory in between (a new epoch), and one that came in a server's own epoch again in the epoch of all: then nobody can
 * know, and it is counted.
 */
export function checkOrder(
  who: string,
  received: readonly Received[],
  kindOf: (publisher: number) => PublisherKind,
  findings: Finding[],
): { readonly repeatedAcrossEpochs: number } {
  let repeatedAcrossEpochs = 0;
  const last = new Map<string, Received>();
  const seen = new Map<string, Received>();
  for (const one of received) {
    const [p, n, connection] = one.item;
    const kind = kindOf(p);
    // Without an answer there is no order between two connections: the older one may still be on its way.
    const sender = `${one.walk} ${p}${kind.isKeyed ? '' : ` ${connection}`}`;
    // A server's own epoch is a detour: afterwards comes what it could not have known.
    const stream = isLocal(one.epoch) ? `${sender} ${one.epoch}` : sender;
    const place = `${one.epoch.slice(0, 13)}:${one.offset}`;
    const earlier = seen.get(`${p} ${n}`);
    if (earlier !== undefined) {
      const was = `${earlier.epoch.slice(0, 13)}:${earlier.offset}`;
      const isDetour = isLocal(earlier.epoch) || isLocal(one.epoch);
      if (earlier.epoch !== one.epoch && (isDetour || kind.sendsOf(n) > 1)) repeatedAcrossEpochs++;
      else
        findings.push({
          kind: 'duplicate',
          text: `${who}: publisher ${p} number ${n} at ${was} and again at ${place}`,
        });
      continue;
    }
    seen.set(`${p} ${n}`, one);
    const before = last.get(stream);
    if (before !== undefined && before.item[1] > n)
      findings.push({
        kind: 'reordered',
        text: `${who}: publisher ${p} number ${n} at ${place} came after its number ${before.item[1]}`,
      });
    last.set(stream, one);
  }
  return { repeatedAcrossEpochs };
}

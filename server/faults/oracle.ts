import type { ChannelName } from '../../src/contract/channel.ts';
import { ChannelTrack } from './channel-track.ts';
import { Contents } from './contents.ts';
import { orderEpochs } from './epoch-order.ts';
import type { Finding, PublisherLine, SubscriberLine } from './log-line.ts';
import { checkOrder, type PublisherKind } from './publisher-order.ts';
import { StateTrack } from './state-track.ts';

/** Everything a run left behind. */
export interface Evidence {
  readonly subscribers: readonly SubscriberLine[];
  readonly publishers: readonly PublisherLine[];
  /** Publishers that send with a key until they are answered; the others send once. */
  readonly keyed: ReadonlySet<number>;
  /** The state channels as a new reader of each server sees them afterwards. */
  readonly states: readonly {
    readonly server: string;
    readonly channel: ChannelName;
    readonly map: ReadonlyMap<string, unknown>;
  }[];
}

export interface Verdict {
  readonly findings: readonly Finding[];
  readonly counts: {
    readonly received: number;
    readonly acknowledged: number;
    /** Acknowledged records times subscribers that were told they miss them. */
    readonly toldMissing: number;
    readonly gaps: number;
    readonly epochChanges: number;
    /** Came again and were recognised by their place. */
    readonly repeats: number;
    readonly repeatedAcrossEpochs: number;
    readonly reconnects: number;
  };
}

/** Proves from the logs that nothing was lost without a word, nothing came twice and nothing out of order; or says what did. */
export function judge(evidence: Evidence): Verdict {
  const findings: Finding[] = [];
  const contents = new Contents(findings);
  const logs = new Map<string, ChannelTrack>();
  const states = new Map<string, StateTrack>();
  let reconnects = 0;
  let received = 0;

  const logOf = (s: number, channel: ChannelName): ChannelTrack => {
    const key = `${s} ${channel}`;
    const track = logs.get(key) ?? new ChannelTrack(`subscriber ${s}`, channel, findings);
    logs.set(key, track);
    return track;
  };
  const stateOf = (s: number, channel: ChannelName): StateTrack => {
    const key = `${s} ${channel}`;
    const track = states.get(key) ?? new StateTrack(`subscriber ${s}`, channel, findings);
    states.set(key, track);
    return track;
  };

  for (const line of evidence.subscribers) {
    switch (line.is) {
      case 'closed':
        reconnects++;
        break;
      case 'subscribed':
        if (!line.channel.startsWith('state/')) logOf(line.s, line.channel).subscribed(line);
        break;
      case 'gap':
        logOf(line.s, line.channel).gap(line);
        break;
      case 'thinned':
        logOf(line.s, line.channel).thinned(line);
        break;
      case 'records':
        for (const { epoch, offset, item } of logOf(line.s, line.channel).records(line)) {
          received++;
          contents.note(line.channel, epoch, offset, item, `subscriber ${line.s}`);
        }
        break;
      case 'state':
        stateOf(line.s, line.channel).apply(line);
        break;
      case 'open':
      case 'health':
      case 'refused':
        break;
    }
  }

  const tracks = [...logs.values()];
  const kindOf = kindsOf(evidence);
  let repeatedAcrossEpochs = 0;
  for (const [key, track] of logs)
    repeatedAcrossEpochs += checkOrder(`subscriber ${key}`, track.received, kindOf, findings).repeatedAcrossEpochs;
  const acks = checkAcknowledged(evidence, tracks, contents, findings);
  for (const { server, channel, map } of evidence.states)
    for (const track of states.values()) if (track.channel === channel) track.compare(map, server);
  checkLastPuts(evidence, findings);

  const sum = (of: (track: ChannelTrack) => number): number => tracks.reduce((all, track) => all + of(track), 0);
  return {
    findings,
    counts: {
      received,
      ...acks,
      gaps: sum(({ gaps }) => gaps),
      epochChanges: sum(({ epochChanges }) => epochChanges),
      repeats: sum(({ repeats }) => repeats),
      repeatedAcrossEpochs,
      reconnects,
    },
  };
}

function kindsOf(evidence: Evidence): (publisher: number) => PublisherKind {
  const sends = new Map<string, number>();
  for (const line of evidence.publishers)
    if (line.is === 'ack' || line.is === 'unanswered') sends.set(`${line.p} ${line.n}`, line.sends);
  return (publisher) => ({
    isKeyed: evidence.keyed.has(publisher),
    // Nothing known of it: its publisher was stopped before the answer.
    sendsOf: (n) => sends.get(`${publisher} ${n}`) ?? 1,
  });
}

/** What a publisher was answered last is what a state channel has of it. */
function checkLastPuts({ publishers, states }: Evidence, findings: Finding[]): void {
  const last = new Map<string, number>();
  for (const line of publishers) if (line.is === 'ack') last.set(`${line.channel} ${line.p}`, line.n);
  for (const { server, channel, map } of states)
    for (const [key, n] of last) {
      const [name, p] = key.split(' ');
      const record = map.get(`k${p}`) as { readonly n?: number } | undefined;
      if (name === channel && record?.n !== n)
        findings.push({
          kind: 'state-differs',
          text: `${channel} of ${server}: publisher ${p} was answered for number ${n}, and there is ${JSON.stringify(record)}`,
        });
    }
}

/** Every acknowledged record reached every subscriber that was there, or lies in what that subscriber was told is missing. */
function checkAcknowledged(
  evidence: Evidence,
  tracks: readonly ChannelTrack[],
  contents: Contents,
  findings: Finding[],
): { readonly acknowledged: number; readonly toldMissing: number } {
  const byChannel = new Map<ChannelName, ChannelTrack[]>();
  for (const track of tracks) byChannel.set(track.channel, [...(byChannel.get(track.channel) ?? []), track]);
  const orders = new Map<ChannelName, readonly string[]>();
  for (const [channel, readers] of byChannel) {
    const order = orderEpochs(readers.flatMap(({ walks }) => walks));
    if (order === undefined)
      findings.push({ kind: 'went-back', text: `${channel}: subscribers saw its epochs in different orders` });
    orders.set(channel, order ?? []);
  }
  let acknowledged = 0;
  let toldMissing = 0;
  for (const line of evidence.publishers) {
    if (line.is === 'unanswered')
      findings.push({
        kind: 'not-converged',
        text: `publisher ${line.p} number ${line.n} was never answered (sent ${line.sends} times)`,
      });
    if (line.is !== 'ack' || line.channel.startsWith('state/')) continue;
    acknowledged++;
    contents.note(line.channel, line.cursor.epoch, line.cursor.offset, [line.p, line.n, 0], `its publisher's answer`);
    const missing = (byChannel.get(line.channel) ?? []).filter((track) => {
      const known = track.knows(line.cursor, [line.p, line.n, 0], orders.get(line.channel) ?? []);
      if (known === 'told') toldMissing++;
      return known === 'missing';
    });
    if (missing.length > 0)
      findings.push({
        kind: 'missing',
        text: `publisher ${line.p} number ${line.n} was acknowledged at ${line.channel} ${line.cursor.epoch}:${line.cursor.offset}; ${missing.length} subscribers neither got it nor were told`,
      });
  }
  return { acknowledged, toldMissing };
}

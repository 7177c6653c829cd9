import { ageWords } from '../../components/age-words.ts';
import { clockTime } from '../../components/clock-words.ts';
import { formatBytes } from '../../components/format-value.ts';
import type { LineStatus, UpstreamStatus } from '../../contract/upstream/status.ts';
import { connections as words } from '../../i18n/connections.ts';
import type { Facts } from './facts.ts';
import { gatewayHop } from './gateway-hop.ts';
import { type Loss, lossesOf } from './losses.ts';
import type { Hop, InspectorRow } from './row.ts';
import { lineRowState, upstreamRowState } from './row-state.ts';
import { tabHop } from './tab-rows.ts';

/** Each upstream, and under it its connections. */
export function upstreamRows(facts: Facts): readonly InspectorRow[] {
  return facts.upstreams.flatMap((upstream) => {
    const lines = facts.lines.filter((line) => line.upstream === upstream.id);
    return [upstreamRow(facts, upstream, lines), ...lines.map((line) => lineRow(facts, upstream, line))];
  });
}

function upstreamRow(facts: Facts, upstream: UpstreamStatus, lines: readonly LineStatus[]): InspectorRow {
  const sum = (of: (line: LineStatus) => number) => lines.reduce((total, line) => total + of(line), 0);
  const losses = lossesOf(upstream.counts);
  const subs = upstream.channels.reduce((total, channel) => total + channel.subs, 0);
  const slowest = lines.reduce<LineStatus['latencyMs']>(
    (worst, { latencyMs }) => (latencyMs && latencyMs.p99 >= (worst?.p99 ?? -Infinity) ? latencyMs : worst),
    undefined,
  );
  return {
    id: `up:${upstream.id}`,
    group: 'upstreams',
    parent: undefined,
    name: upstream.name,
    note: upstream.custom ? words.addedHere : upstream.id,
    transport: transportsOf(lines),
    state: upstreamRowState(upstream, lines),
    simulated: upstream.simulated,
    records: sum((line) => line.records),
    bytes: sum((line) => line.bytesIn),
    lastAt: newest(lines.map((line) => line.lastRecordAt)),
    latency: slowest,
    rttMs: undefined,
    losses,
    subs,
    hops: () => [
      {
        at: 'source',
        name: upstream.name,
        facts: [words.hop.lines(lines.length), words.hop.records(sum((line) => line.frames))],
        losses,
      },
      ...wayHops(facts, upstream),
    ],
    actOn: upstream.via === 'none' ? undefined : upstream.id,
    messages: upstream.channels[0]?.channel,
    remarks: () => [...remarksOf(upstream, subs), ...upstream.channels.map(channelWords)],
    facts: { upstream, lines },
  };
}

/** "SignalR +1": the first, and how many other kinds. */
function transportsOf(lines: readonly LineStatus[]): string {
  const [first, ...others] = [...new Set(lines.map((line) => words.transports[line.transport]))];
  return first === undefined ? '–' : `${first}${others.length > 0 ? ` +${others.length}` : ''}`;
}

function lineRow(facts: Facts, upstream: UpstreamStatus, line: LineStatus): InspectorRow {
  const losses = lossesOf(line.counts);
  const { state } = line;
  return {
    id: `line:${line.id}`,
    group: 'upstreams',
    parent: `up:${upstream.id}`,
    name: line.id.slice(line.id.indexOf('/') + 1),
    note: line.url,
    transport: words.transports[line.transport],
    state: lineRowState(line),
    simulated: upstream.simulated,
    records: line.records,
    bytes: line.bytesIn,
    lastAt: line.lastRecordAt,
    latency: line.latencyMs,
    rttMs: line.rttMs,
    losses,
    subs: undefined,
    hops: () => [sourceHop(facts, line, losses), ...wayHops(facts, upstream)],
    actOn: line.id,
    messages: `line:${line.id}`,
    remarks: () => [
      ...(state.is === 'stopped' ? remarksOf({ ...upstream, stopped: true }, subsOf(upstream)) : []),
      ...(state.is === 'refused' ? [words.remark.refused] : []),
      ...(line.lastDrop === undefined
        ? []
        : [words.remark.lastDrop(clockTime(line.lastDrop.at), ago(facts, line.lastDrop.at), line.lastDrop.why)]),
      ...(line.lastCounted === undefined
        ? []
        : [words.remark.lastCounted(ago(facts, line.lastCounted.at), line.lastCounted.what, line.lastCounted.excerpt)]),
    ],
    facts: { line, upstream },
  };
}

function sourceHop(facts: Facts, line: LineStatus, losses: readonly Loss[]): Hop {
  return {
    at: 'source',
    name: line.id,
    facts: [
      words.hop.tries(line.connects, line.attempts),
      words.hop.frames(line.frames, line.records),
      words.hop.bytes(formatBytes(line.bytesIn), formatBytes(line.bytesOut)),
      words.hop.staleAfter(ageWords(line.staleMs)),
      ...(line.lastFrameAt === undefined ? [] : [words.hop.lastFrame(ago(facts, line.lastFrameAt))]),
      ...(line.rttMs === undefined ? [] : [words.hop.rtt(Math.round(line.rttMs))]),
    ],
    losses,
  };
}

/** What is the same for all connections of an upstream: the way from there to this tab. */
function wayHops(facts: Facts, upstream: UpstreamStatus): readonly Hop[] {
  return [...(upstream.via === 'gateway' ? [gatewayHop(facts, upstream)] : []), ...hubAndTab(facts, upstream)];
}

function hubAndTab(facts: Facts, upstream: UpstreamStatus): readonly Hop[] {
  const kept = facts.hub?.channels.filter(({ name }) => upstream.channels.some(({ channel }) => channel === name));
  const bytes = kept?.reduce((sum, channel) => sum + channel.keptBytes, 0) ?? 0;
  const records = upstream.channels.reduce((sum, channel) => sum + channel.records, 0);
  return [
    {
      at: 'hub',
      name: words.hop.hub,
      facts: [
        words.hop.intoChannels(records, upstream.channels.length),
        words.hop.lookers(subsOf(upstream)),
        ...(kept === undefined ? [] : [words.hop.kept(formatBytes(bytes))]),
      ],
      losses: [],
    },
    tabHop(facts),
  ];
}

function remarksOf(upstream: UpstreamStatus, subs: number): readonly string[] {
  if (upstream.stopped) return [words.remark.stopped(subs), words.remark.startAgain];
  if (upstream.via === 'none') return [upstream.why ?? words.remark.notConfigured(upstream.id)];
  return [];
}

const channelWords = ({ channel, subs, records }: UpstreamStatus['channels'][number]): string =>
  words.remark.channel(channel, records, subs);
const subsOf = (upstream: UpstreamStatus): number => upstream.channels.reduce((sum, { subs }) => sum + subs, 0);
const ago = (facts: Facts, at: number): string => words.ago(ageWords(facts.now - at));
const newest = (times: readonly (number | undefined)[]): number | undefined =>
  times.reduce((last, at) => (at !== undefined && at > (last ?? 0) ? at : last), undefined);

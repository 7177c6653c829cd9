import { formatBytes, formatCount } from '../../components/format-value.ts';
import type { UpstreamStatus } from '../../contract/upstream/status.ts';
import { connections as words } from '../../i18n/connections.ts';
import { type Facts, serverAnswer } from './facts.ts';
import type { Loss } from './losses.ts';
import type { Hop } from './row.ts';

/** What our server's gateway says of one upstream: for all browsers, since it was started. */
export function gatewayHop(facts: Facts, upstream: UpstreamStatus): Hop {
  const name = words.hop.gateway;
  const counters = serverAnswer(facts)?.gateway.get(upstream.id);
  if (counters === undefined) {
    const why = facts.server.is === 'known' ? words.hop.gatewaySilent : words.serverIs[facts.server.is];
    return { at: 'gateway', name, facts: [], losses: [], unknown: why };
  }
  const of = (counter: string): number => Number(counters[counter] ?? 0);
  const lines = [
    of('requests') > 0 && words.gateway.requests(of('requests'), of('asked'), of('fresh') + of('coalesced')),
    of('opened') > 0 && words.gateway.open(of('sockets') + of('streams'), of('opened')),
    of('messagesIn') + of('messagesOut') > 0 &&
      words.gateway.messages(formatCount(of('messagesIn')), formatCount(of('messagesOut'))),
    of('bytesIn') > 0 && words.hop.bytes(formatBytes(of('bytesIn')), formatBytes(of('bytesOut'))),
    of('latencyMs.p99') > 0 && words.gateway.answers(of('latencyMs.p50'), of('latencyMs.p99')),
  ];
  const losses = Object.entries(counters).flatMap(([counter, count]): readonly Loss[] => {
    if (typeof count !== 'number' || count === 0) return [];
    if (counter === 'failed') return [{ what: 'refused', reason: words.gateway.failed, count }];
    return counter.startsWith('refused.') ? [{ what: 'refused', reason: counter.slice('refused.'.length), count }] : [];
  });
  return { at: 'gateway', name, facts: lines.filter((one) => one !== false), losses };
}

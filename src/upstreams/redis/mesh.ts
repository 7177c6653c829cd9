import type { RedisPacket } from '../../contract/upstream/redis.ts';
import { addDropped, addReading, noReadings, numberOf } from '../readings.ts';
import type { Seen } from '../seen.ts';
import { type FeedMessage, flagged, idOf, textOf } from './about.ts';
import { positionOf } from './position.ts';

const SIGNAL = [
  ['rx_rssi', 'dBm'],
  ['rx_snr', 'dB'],
] as const;

/** `mesh:packets`. Several gateways hear one packet: the first counts. Section 4. */
export function readPacket({ data, about, record, out }: FeedMessage, seen: Seen): void {
  const key = idOf(data.packet_uid) ?? record.entry ?? '';
  if (key !== '' && seen.isRepeat(key)) {
    out.count('deduped', 'packet', key);
    return;
  }
  const isUndecoded = data.decode_error === true;
  const found = noReadings();
  for (const [name, unit] of SIGNAL) {
    const value = numberOf(data[name]);
    if (value !== undefined) addReading(found, name, value, unit);
    else if (Object.hasOwn(data, name)) addDropped(found, name);
  }
  if (isUndecoded) addDropped(found, 'packet');
  const { position, dropped } = positionOf(data, [['from_lat', 'from_lon']]);
  for (const name of dropped) addDropped(found, name);
  for (const name of found.dropped) out.count('dropped', name === 'packet' ? 'undecoded-packet' : 'reading', name);
  const start = numberOf(data.hop_start);
  const limit = numberOf(data.hop_limit);
  out.event('mesh', {
    ...flagged(about, ...(isUndecoded ? ['decode-error'] : [])),
    t: 'packet',
    key,
    fromNode: idOf(data.from_node_id) ?? '',
    toNode: idOf(data.to_node_id) ?? '',
    gateway: idOf(data.gateway_node_id) ?? '',
    channel: textOf(data.channel) ?? '',
    region: textOf(data.region) ?? '',
    port: textOf(data.port_num) ?? idOf(data.port_num) ?? '',
    readings: found.readings,
    hops: start === undefined || limit === undefined || start < limit ? undefined : start - limit,
    text: textOf(data.payload_text),
    position,
    dropped: found.dropped,
  } satisfies RedisPacket);
}

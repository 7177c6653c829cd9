import type { EpochMs } from '../../contract/time.ts';
import type { MeshNodeRecord, MeshPacketRecord } from '../../contract/upstream/mas-devices.ts';
import { numberOf, textOf } from '../mas/fields.ts';
import { anyMs } from '../mas/time.ts';
import type { Out, ReadContext } from '../out.ts';
import { fieldsOf, keepNewest, parseJson } from './plain.ts';
import { stamp } from './stamp.ts';
import { type Told, told } from './told.ts';

/** The stream repeats its newest 80 packets at every connect; several gateways hear one packet. */
const MAX_SEEN = 4_096;
const MAX_NODES = 1_000;
/** Ids of the stream are those of Redis: `<epoch ms>-<number>`. */
const ENTRY_ID = /^(\d{13})-\d{1,10}$/;

/** Mesh radio packets of `/api/meshtastic/stream`. */
export class Mesh {
  readonly #seen = new Map<string, true>();
  readonly #nodes = new Map<string, MeshNodeRecord>();

  readEvent(name: string, id: string | undefined, data: string, out: Out, context: ReadContext): Told {
    if (name !== 'packet' && name !== 'message') {
      out.count('unknown', name.slice(0, 40));
      return told('ignore');
    }
    const packet = fieldsOf(parseJson(data)?.value);
    if (packet === undefined) {
      out.count('dropped', 'bad-json', data.slice(0, 80));
      return told('drop');
    }
    if (packet.available === false || (packet.error !== undefined && packet.packet_uid === undefined)) {
      out.count('dropped', 'not-available', textOf(packet.error, 80) ?? '');
      return told('degrade');
    }
    const uid = textOf(packet.packet_uid, 128) ?? id;
    if (uid === undefined) {
      out.count('dropped', 'no-packet-uid');
      return told('drop');
    }
    if (this.#seen.has(uid)) {
      out.count('deduped', 'same-packet');
      return told('dedupe');
    }
    this.#seen.set(uid, true);
    keepNewest(this.#seen, MAX_SEEN);

    const undecoded = packet.decode_error === true || textOf(packet.decode_error) !== undefined || 'raw' in packet;
    const from = textOf(packet.from_node_id, 64);
    const stamped = stamp(
      context,
      anyMs(packet.rx_time) ?? entryMs(id),
      textOf(packet.gateway_node_id, 64) ?? 'meshtastic',
      undecoded ? ['decode-error'] : [],
    );
    const record: MeshPacketRecord = {
      ...stamped,
      uid,
      from,
      to: textOf(packet.to_node_id, 64),
      gateway: textOf(packet.gateway_node_id, 64),
      port: textOf(packet.port_num, 64),
      channel: textOf(packet.channel, 64),
      rssiDbm: numberOf(packet.rx_rssi),
      snrDb: numberOf(packet.rx_snr),
      hopLimit: numberOf(packet.hop_limit),
      hopStart: numberOf(packet.hop_start),
      text: textOf(packet.payload_text, 512),
      undecoded,
    };
    out.event('mesh-packets', record);
    if (from !== undefined) this.#noteNode(from, record, textOf(packet.region, 32), out);
    return told('apply', { dedupeKey: uid });
  }

  #noteNode(id: string, packet: MeshPacketRecord, region: string | undefined, out: Out): void {
    const before = this.#nodes.get(id);
    const isNewest = before === undefined || packet.at >= before.at;
    const { uid: _uid, from: _from, to: _to, gateway: _gateway, ...rest } = packet;
    const node: MeshNodeRecord = {
      at: isNewest ? rest.at : before.at,
      atFrom: isNewest ? rest.atFrom : before.atFrom,
      rx: rest.rx,
      source: rest.source,
      provenance: rest.provenance,
      flags: rest.flags,
      id,
      packets: (before?.packets ?? 0) + 1,
      rssiDbm: isNewest ? (rest.rssiDbm ?? before?.rssiDbm) : before.rssiDbm,
      snrDb: isNewest ? (rest.snrDb ?? before?.snrDb) : before.snrDb,
      region: region ?? before?.region,
      channel: rest.channel ?? before?.channel,
    };
    this.#nodes.delete(id);
    this.#nodes.set(id, node);
    const gone = keepNewest(this.#nodes, MAX_NODES);
    if (gone !== undefined) out.remove('mesh-nodes', [gone]);
    out.put('mesh-nodes', id, node);
  }
}

const entryMs = (id: string | undefined): EpochMs | undefined => {
  const ms = id === undefined ? undefined : ENTRY_ID.exec(id)?.[1];
  return ms === undefined ? undefined : Number(ms);
};

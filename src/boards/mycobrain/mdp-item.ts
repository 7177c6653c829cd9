import type { MdpItem, Repair } from '../../contract/board-item.ts';
import { toHex } from '../../decode/hex.ts';
import { type JsonObject, parseJsonObject } from '../../decode/json-object.ts';
import { type MdpFrame, mdpFlagNames, mdpTypeName } from '../../decode/mdp-frame.ts';
import { repairNan } from '../../decode/nan-repair.ts';
import { readBinaryBody } from './mdp-bodies.ts';

/** Says what a frame means (board contract §3.7). Unknown types, flags and bodies are delivered, never dropped. */
export function mdpItem(frame: MdpFrame): MdpItem {
  const header: MdpItem['header'] = {
    magic: frame.magic,
    version: frame.version,
    msg_type: frame.type,
    type_name: mdpTypeName(frame.type),
    seq: frame.seq,
    ack: frame.ack,
    flags: frame.flags,
    flag_names: mdpFlagNames(frame.flags),
    src: frame.src,
    dst: frame.dst,
    rsv: frame.rsv,
  };
  const { body } = frame;
  if (body.length === 0) return { kind: 'mdp', header, body_format: 'empty', body: null };
  if (body[0] !== BRACE) return { kind: 'mdp', header, ...readBinaryBody(frame.type, body) };
  const json = readJsonBody(body);
  if (json === undefined) {
    return { kind: 'mdp', header, body_format: 'opaque', body: { hex: toHex(body) }, body_error: 'payload_not_json' };
  }
  const isEnvelope = Object.hasOwn(json.value, 'hdr') && Object.hasOwn(json.value, 'pack');
  return {
    kind: 'mdp',
    header,
    body_format: isEnvelope ? 'envelope' : 'json',
    body: json.value,
    body_text: json.text,
    ...(json.repaired.length > 0 && { repaired: json.repaired }),
  };
}

const BRACE = 0x7b;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

interface JsonBody {
  readonly value: JsonObject;
  readonly text: string;
  readonly repaired: readonly Repair[];
}

function readJsonBody(body: Uint8Array): JsonBody | undefined {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    // Not UTF-8: told as `payload_not_json` in the item.
    return undefined;
  }
  const value = parseJsonObject(text);
  if (value !== undefined) return { value, text, repaired: [] };
  const braced = repairEnvelopeBrace(text);
  return (
    tryRepaired(braced, text, ['envelope_brace']) ??
    tryRepaired(repairNan(text), text, ['nan']) ??
    tryRepaired(braced === undefined ? undefined : repairNan(braced), text, ['envelope_brace', 'nan'])
  );
}

function tryRepaired(mended: string | undefined, text: string, repaired: readonly Repair[]): JsonBody | undefined {
  const value = mended === undefined ? undefined : parseJsonObject(mended);
  return value === undefined ? undefined : { value, text, repaired };
}

/** The envelope of side_a closes one brace too many before its hash (§6.2). */
function repairEnvelopeBrace(text: string): string | undefined {
  const at = text.indexOf('}},"hash":');
  return at < 0 ? undefined : text.slice(0, at) + text.slice(at + 1);
}

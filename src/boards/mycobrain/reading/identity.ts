import type { BoardItem, JsonItem, MdpItem } from '../../../contract/board-item.ts';
import type { BoardIdentity } from '../../../contract/board-status.ts';
import { MDP_ADDRESS } from '../../../decode/mdp-frame.ts';
import { isObject, type JsonObject, objectOf, own, textOf, textsOf } from './json-value.ts';
import { mendMac } from './mac.ts';

/** What one item says of the board; only what it says is present. */
export type IdentityWords = {
  -readonly [K in 'firmware' | 'role' | 'side' | 'deviceId' | 'mac' | 'sensors' | 'capabilities']?: NonNullable<
    BoardIdentity[K]
  >;
};

/** Reads a board's own words about itself out of any item; undefined when it says nothing of the kind. */
export function identityWordsOf(item: BoardItem): IdentityWords | undefined {
  const words: IdentityWords = {};
  if (item.kind === 'mdp') mdpWords(item, words);
  else if (item.kind === 'json') jsonWords(item, words);
  else if (item.kind === 'text' && item.shape === undefined) textWords(item.text, words);
  return Object.keys(words).length > 0 ? words : undefined;
}

function mdpWords({ header, body, body_format: format }: MdpItem, words: IdentityWords): void {
  if (!isObject(body)) return;
  if (format === 'envelope') {
    const head = objectOf(body, 'hdr') ?? {};
    set(words, 'deviceId', textOf(head, 'deviceId'));
    set(words, 'role', textOf(head, 'device_role'));
    return;
  }
  if (format === 'drone_telemetry_v1' || format === 'drone_mission_v1') words.capabilities = ['drone'];
  if (format === 'wifisense_v1') words.capabilities = ['wifisense'];
  if (header.type_name !== 'HELLO' || format !== 'json') return;
  set(words, 'deviceId', textOf(body, 'device_id'));
  set(words, 'firmware', textOf(body, 'firmware_version'));
  set(words, 'role', textOf(body, 'role'));
  set(words, 'sensors', textsOf(body, 'sensors'));
  set(words, 'capabilities', textsOf(body, 'capabilities'));
  if (header.src === MDP_ADDRESS.sideA) words.side = 'A';
  if (header.src === MDP_ADDRESS.sideB) words.side = 'B';
}

function jsonWords({ shape, value }: JsonItem, words: IdentityWords): void {
  switch (shape) {
    case 'recovery_telemetry':
      set(words, 'firmware', textOf(value, 'fw_version'));
      set(words, 'deviceId', textOf(value, 'device_id'));
      roleAndSide(value, words);
      return;
    case 'boot':
    case 'hello':
      set(words, 'firmware', joined(textOf(value, 'hello'), textOf(value, 'version')));
      common(value, words);
      return;
    case 'tele_untyped':
      set(words, 'firmware', textOf(value, 'firmware_version'));
      common(value, words);
      return;
    case 'tele':
      // Its firmware_version is a bare number; the name comes with the boot line or `get_version`.
      common(value, words);
      return;
    case 'reply_ok':
      set(words, 'firmware', joined(textOf(value, 'firmware'), textOf(value, 'version')));
      common(value, words);
      return;
    case 'machine_telemetry':
      production(textOf(value, 'firmware_version'), words);
      common(value, words);
      return;
    case 'legacy_telemetry': {
      const data = objectOf(value, 'data') ?? {};
      production(textOf(data, 'firmware_version'), words);
      common(data, words);
      return;
    }
    case 'sciencecomms_status':
      set(words, 'firmware', joined(textOf(value, 'firmware'), textOf(value, 'version')));
      common(value, words);
      return;
    case 'sciencecomms_telemetry':
      words.firmware = 'MycoBrain-ScienceComms';
      common(value, words);
      return;
    case 'advanced_telemetry':
      words.firmware = 'MycoBrain-Advanced';
      return;
    case 'periph_list':
      common(value, words);
      return;
    case 'reply':
      reply(value, words);
      return;
    case 'ready':
      set(words, 'side', sideOf(textOf(value, 'side')));
      set(words, 'role', textOf(value, 'device_role'));
      return;
    default:
      return;
  }
}

function reply(value: JsonObject, words: IdentityWords): void {
  const said = objectOf(value, 'data') ?? value;
  const type = textOf(value, 'type');
  if (type === 'status') {
    const firmware = textOf(said, 'firmware');
    const version = textOf(said, 'version');
    // Production and the router print the bare version in the place of the name.
    if (firmware !== undefined && /^\d/.test(firmware)) {
      if (Object.hasOwn(said, 'side_a_connected')) words.firmware = `Side-B Router ${firmware}`;
      else production(firmware, words);
    } else set(words, 'firmware', joined(firmware, version));
  }
  if (type === 'version') production(textOf(said, 'version'), words);
  if (Object.hasOwn(said, 'side_a_connected')) words.side = 'B';
  common(said, words);
}

/** Production prints its version only; the name is that of its boot banner. */
function production(version: string | undefined, words: IdentityWords): void {
  if (version !== undefined) words.firmware = `MycoBrain Side-A Production ${version}`;
}

function common(value: JsonObject, words: IdentityWords): void {
  const id = textOf(value, 'board_id') ?? textOf(value, 'node_id') ?? textOf(value, 'node');
  const mac = textOf(value, 'mac') ?? id;
  set(words, 'deviceId', id ?? textOf(value, 'mac'));
  if (mac !== undefined) set(words, 'mac', mendMac(mac));
  roleAndSide(value, words);
}

function roleAndSide(value: JsonObject, words: IdentityWords): void {
  const role = textOf(value, 'device_role') ?? textOf(value, 'role');
  set(words, 'role', role);
  set(words, 'side', sideOf(role));
}

const sideOf = (text: string | undefined): 'A' | 'B' | undefined => {
  const match = text === undefined ? null : /^(?:side[-_ ]?)?([ab])$/i.exec(text);
  return match === null ? undefined : match[1]?.toUpperCase() === 'A' ? 'A' : 'B';
};

const BANNERS: readonly (readonly [start: RegExp, words: IdentityWords])[] = [
  [/^MycoBrain Side-A Production Firmware/, { firmware: 'MycoBrain Side-A Production', side: 'A' }],
  [/^=== MycoBrain Side-B \(Router\)/, { firmware: 'Side-B Router', side: 'B' }],
  [/^MycoBrain Side-A Minimal Firmware/, { firmware: 'MycoBrain Side-A Minimal', side: 'A' }],
  [/^MycoBrain Side-A POWER-SAFE/, { firmware: 'MycoBrain Side-A POWER-SAFE', side: 'A' }],
  [/^ESP32AB A-SIDE Dual BME688/, { firmware: 'SuperMorgIO', side: 'A' }],
  [/^\[INIT\] FCI/, { firmware: 'FCI' }],
];

function textWords(text: string, words: IdentityWords): void {
  if (text.startsWith('MAC: ')) {
    const printed = text.slice(5).trim();
    set(words, 'deviceId', printed);
    set(words, 'mac', mendMac(printed));
    return;
  }
  const banner = BANNERS.find(([start]) => start.test(text));
  if (banner !== undefined) Object.assign(words, banner[1]);
}

const joined = (name: string | undefined, version: string | undefined): string | undefined =>
  name === undefined ? undefined : version === undefined || name.includes(version) ? name : `${name} ${version}`;

function set<K extends keyof IdentityWords>(words: IdentityWords, key: K, said: IdentityWords[K] | undefined): void {
  if (said !== undefined) words[key] = said;
}

/** The board with these words added; the same object when they say nothing new. A shorter firmware name does not replace a longer. */
export function withWords(identity: BoardIdentity, words: IdentityWords): BoardIdentity {
  const next: Record<string, unknown> = {};
  for (const [key, said] of Object.entries(words)) {
    const before = own(identity as unknown as JsonObject, key);
    if (key === 'firmware' && typeof before === 'string' && before.startsWith(String(said))) continue;
    if (JSON.stringify(before) !== JSON.stringify(said)) next[key] = said;
  }
  return Object.keys(next).length > 0 ? { ...identity, ...next } : identity;
}

/**
 * What the demultiplexer makes of a board's bytes (board contract §3.7). Plain JSON values: the same shape in a test vector,
 * across a thread, over the relay and in a file.
 */
export type BoardItem = MdpItem | JsonItem | TextItem | ErrorItem;

/** One MDP v1 frame. */
export interface MdpItem {
  readonly kind: 'mdp';
  readonly header: MdpHeader;
  readonly body_format: MdpBodyFormat;
  readonly body: unknown;
  /** The exact JSON text of a JSON body. */
  readonly body_text?: string;
  readonly repaired?: readonly Repair[];
  readonly body_error?: 'payload_not_json';
}

export interface MdpHeader {
  readonly magic: number;
  readonly version: number;
  readonly msg_type: number;
  readonly type_name: string;
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly flag_names: readonly string[];
  readonly src: number;
  readonly dst: number;
  readonly rsv: number;
}

export type MdpBodyFormat =
  | 'empty'
  | 'envelope'
  | 'json'
  | 'opaque'
  | 'command'
  | 'cmd_result'
  | 'event'
  | 'telemetry_v1'
  | 'wifisense_v1'
  | 'drone_telemetry_v1'
  | 'drone_mission_v1';

export type Repair = 'envelope_brace' | 'nan';

/** One JSON object on a line of its own, or salvaged from a damaged line. */
export interface JsonItem {
  readonly kind: 'json';
  readonly shape: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly salvaged: boolean;
  readonly repaired?: readonly Repair[];
}

/** One text line. */
export interface TextItem {
  readonly kind: 'text';
  readonly text: string;
  readonly shape?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Bytes that could not be read. Each one is a counted loss. */
export interface ErrorItem {
  readonly kind: 'error';
  readonly error: BoardItemError;
}

export type BoardItemError =
  | 'cobs_invalid'
  | 'too_short'
  | 'crc_mismatch'
  | 'bad_magic'
  | 'bad_version'
  | 'oversize'
  | 'line_too_long'
  | 'unrecognized'
  | 'json_invalid';

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BOARD_PARTS } from '../../../src/contract/channel.ts';
import { FROM_RELAY, RELAY_CLOSE } from '../../../src/contract/from-relay.ts';
import { MAX_BATCH_ROWS, MAX_BATCH_SERIES } from '../../../src/contract/sample-batch.ts';
import { MAX_RECORDS, MAX_WRITE_BYTES, RELAY_SUBPROTOCOL, TO_RELAY } from '../../../src/contract/to-relay.ts';
import { CONTRACT_VERSION } from '../../../src/contract/version.ts';
import { type NumberOption, OPTIONS } from '../../config-options.ts';
import { WIRE_REFUSALS } from '../../wire/wire-refusals.ts';
import { FROM_RELAY_EXAMPLES, STATUS_EXAMPLE, TO_RELAY_EXAMPLES } from './examples.ts';
import { hexOfBatch } from './hex-batch.ts';
import { httpSection, PARAMETER_WORDS } from './http-section.ts';
import { RECORDS } from './schema-names.ts';
import { codesOf, contractNotes, meaningOf } from './sources.ts';
import { fieldTables, table } from './tables.ts';

const read = (file: string): string => readFileSync(join(import.meta.dirname, file), 'utf8');
const code = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;
const lineOf = (message: object): string => JSON.stringify(message);

/** Codes of the page alone, which no server sends. */
const PAGE_CODES = /^(picker-|no-web-serial$|serial-not-allowed$|port-|hub-timeout$|relay-offline$)/;

function message(direction: 'to' | 'from', name: string): string {
  const isTo = direction === 'to';
  const schema = (isTo ? TO_RELAY : FROM_RELAY)[name as never];
  const example = (isTo ? TO_RELAY_EXAMPLES : FROM_RELAY_EXAMPLES)[name as never];
  if (schema === undefined) throw new Error(`template: there is no message ${name} ${direction} the relay`);
  if (example === undefined) throw new Error(`${name} has no example in server/tools/protocol/examples.ts`);
  const file = isTo ? 'to-relay' : 'from-relay';
  const { notes, aliases } = contractNotes(file);
  const own = `messages.${name}`;
  const about = notes.get(own) ?? notes.get(aliases.get(own) ?? '');
  const arrow = isTo ? 'client → server' : 'server → client';
  const tables = fieldTables(schema, { file, notes: own, owner: name });
  return [
    `#### ${isTo ? '→' : '←'} ${name}`,
    `\`${name}\` · ${arrow}${about === undefined ? '' : `. ${about}`}`,
    tables,
    code('json', lineOf(example)),
  ].join('\n\n');
}

function record(name: string): string {
  const shape = RECORDS[name];
  if (shape === undefined) throw new Error(`template: there is no record ${name}`);
  const { schema, file, notes } = shape;
  const about = contractNotes(file).notes.get(notes);
  return [`#### ${name}`, ...(about ? [about] : []), fieldTables(schema, { file, notes, owner: name })].join('\n\n');
}

/** A record that the server writes and never reads: from its interface. */
function written(file: string, name: string): string {
  const { types, notes } = contractNotes(file);
  const start = `${name}.`;
  const rows = [...types]
    .filter(([path]) => path.startsWith(start) && !path.slice(start.length).includes('.'))
    .map(([path, type]) => {
      const field = path.slice(start.length);
      const meaning = meaningOf(file, name, name, field);
      if (meaning === undefined) throw new Error(`${path}: nobody says what it means`);
      const optional = type.endsWith(' | undefined');
      const shown = type.replaceAll('readonly ', '').replaceAll(' | undefined', '');
      return [`\`${field}\``, `\`${shown}\``, optional ? '' : 'yes', meaning];
    });
  return `#### ${name}\n\n${notes.get(name) ?? ''}\n\n${table(['field', 'type', 'always', 'meaning'], rows)}`;
}

function option(name: string): string {
  const { initial, unit }: NumberOption | Record<string, never> = OPTIONS[name as keyof typeof OPTIONS] ?? {};
  if (initial === undefined) throw new Error(`template: there is no option ${name}`);
  return `${initial.toLocaleString('en-US')}${unit === '' ? '' : ` ${unit}`}`;
}

/** Those that a client can run into. */
const CLIENT_LIMITS: readonly (keyof typeof OPTIONS)[] = [
  'handshakeMs',
  'requestMs',
  'maxHeaderBytes',
  'maxBodyBytes',
  'maxPublishBytes',
  'helloMs',
  'closeMs',
  'pingMs',
  'maxConnections',
  'maxMessageBytes',
  'maxFragments',
  'maxSubscriptions',
  'maxChannelNameChars',
  'maxBoardsPerClient',
  'maxBoards',
  'recordsPerSecond',
  'recordsBurst',
  'bytesPerSecond',
  'bytesBurst',
  'queueHighBytes',
  'queueMaxBytes',
  'samplesLagBytes',
  'eventsLogBytes',
  'samplesLogBytes',
  'historyMs',
  'maxChannels',
  'maxStateKeys',
  'leaseMs',
  'leaseGraceMs',
  'ownerGraceMs',
  'boardKeptMs',
  'commandMs',
  'maxPendingCommands',
  'connectionsPerAddress',
  'connectsPerSecond',
  'requestsPerSecond',
  'principalRecordsPerSecond',
  'boardRecordsPerSecond',
  'failuresBeforeLock',
  'drainMs',
];

function limits(): string {
  const rows = CLIENT_LIMITS.map((name) => {
    const { initial, unit, env, about }: NumberOption = OPTIONS[name];
    return [`\`${name}\``, initial.toLocaleString('en-US'), unit, `\`${env}\``, about];
  });
  return table(['limit', 'default', 'unit', 'option', 'what'], rows);
}

const PARTS: Readonly<Record<string, (...args: readonly string[]) => string>> = {
  to: (...names) => names.map((name) => message('to', name)).join('\n\n'),
  from: (...names) => names.map((name) => message('from', name)).join('\n\n'),
  record: (...names) => names.map(record).join('\n\n'),
  written: (file = '', name = '') => written(file, name),
  option: (name = '') => option(name),
  version: () => String(CONTRACT_VERSION),
  subprotocol: () => RELAY_SUBPROTOCOL,
  numbers: (name = '') =>
    String({ MAX_RECORDS, MAX_WRITE_BYTES, MAX_BATCH_ROWS, MAX_BATCH_SERIES }[name] ?? `no number ${name}`),
  hex: () => code('text', hexOfBatch()),
  status: () => code('json', JSON.stringify(STATUS_EXAMPLE, null, 1)),
  parts: () =>
    table(
      ['channel', 'kind', 'carries'],
      Object.keys(BOARD_PARTS).map((part) => {
        const [kind = '', ...rest] = (contractNotes('channel').notes.get(`BOARD_PARTS.${part}`) ?? '').split(' · ');
        return [`\`device/<board id>/${part}\``, kind, rest.join(' · ')];
      }),
    ),
  reasons: () => {
    const [, ...reasons] = (contractNotes('channel').notes.get('GapReason') ?? '').split(' · ');
    return table(
      ['why', 'means'],
      reasons.map((reason) => /^(`[a-z-]+`) (.*)$/.exec(reason)?.slice(1) ?? [reason, '']),
    );
  },
  errors: () =>
    table(
      ['code', 'means'],
      codesOf('error-codes', 'ErrorCode')
        .filter(([name]) => !PAGE_CODES.test(name))
        .map(([name, note]) => [`\`${name}\``, note]),
    ),
  'access-codes': () =>
    table(
      ['code', 'means'],
      codesOf('access', 'AccessCode').map(([name, note]) => [`\`${name}\``, note]),
    ),
  closes: () =>
    table(
      ['code', 'name', 'what to do'],
      Object.entries(RELAY_CLOSE).map(([name, number]) => [
        String(number),
        name,
        contractNotes('from-relay').notes.get(`RELAY_CLOSE.${name}`) ?? '',
      ]),
    ),
  'wire-refusals': () =>
    table(
      ['close code', 'reason', 'means'],
      Object.entries(WIRE_REFUSALS).map(([name, { closeCode, message: text }]) => [
        String(closeCode),
        `\`${name}\``,
        text,
      ]),
    ),
  http: () => httpSection(PARAMETER_WORDS),
  limits: () => limits(),
  transcript: (name = '') => {
    const kept = JSON.parse(read('transcripts.json')) as Readonly<Record<string, readonly string[]>>;
    const lines = kept[name];
    if (lines === undefined) throw new Error(`template: there is no transcript ${name}`);
    return code('text', lines.join('\n'));
  },
};

/** `docs/protocol.md`. Throws when a message has no place in the template, or a field no meaning. */
export function renderProtocol(): string {
  const template = read('template.md');
  const placed = new Set<string>();
  const text = template.replaceAll(/\{\{([a-z-]+)((?: [\w-]+)*)\}\}/g, (_, part: string, rest: string) => {
    const args = rest.split(' ').filter((word) => word !== '');
    for (const name of args) placed.add(`${part} ${name}`);
    const make = PARTS[part];
    if (make === undefined) throw new Error(`template: nobody writes {{${part}}}`);
    return make(...args);
  });
  const all = [
    ...Object.keys(TO_RELAY).map((name) => `to ${name}`),
    ...Object.keys(FROM_RELAY).map((name) => `from ${name}`),
    ...Object.keys(RECORDS).map((name) => `record ${name}`),
  ];
  const missing = all.filter((name) => !placed.has(name));
  if (missing.length > 0) throw new Error(`server/tools/protocol/template.md has no place for: ${missing.join(', ')}`);
  return text;
}

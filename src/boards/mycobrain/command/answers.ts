import type { BoardItem } from '../../../contract/board-item.ts';
import { arrayOf, isObject, type JsonObject, objectOf, own, textOf } from '../reading/json-value.ts';
import type { Answer, AnswerRule } from './step.ts';

const done = (words: string): Answer => ({ is: 'done', words });
const refused = (words: string): Answer => ({ is: 'refused', words });
const heard = (words: string): Answer => ({ is: 'heard', words });

/** At most this much of an answer is kept as the board's words. */
const MOST_WORDS = 400;
const said = (value: JsonObject): string => JSON.stringify(value).slice(0, MOST_WORDS);

/** Every build that has a console says no to an unknown word with such a line, some also where JSON is expected. */
const refusedLine = (item: BoardItem): Answer | undefined =>
  item.kind === 'text' && /^Unknown (?:cmd: |command)/.test(item.text) ? refused(item.text) : undefined;

/** mdp1-json: by `header.ack` alone; the reply's own sequence number belongs to the board (§16). Side B acknowledges too what it passes on (§5.5). */
export function mdpJsonAnswer(last: 'ack' | 'hello' | 'telemetry'): AnswerRule {
  return (item, numbers) => {
    if (item.kind !== 'mdp' || !numbers.includes(item.header.ack) || !isObject(item.body)) return undefined;
    const { type_name: type } = item.header;
    const message = textOf(item.body, 'message') ?? textOf(item.body, 'event') ?? type;
    if (type === 'NACK' || own(item.body, 'success') === false) return refused(message);
    if (type === 'ACK') return message === 'forwarded_to_side_a' ? heard(message) : done(message);
    if (type === 'HELLO') return last === 'hello' ? done('HELLO') : undefined;
    if (type === 'TELEMETRY') return last === 'telemetry' ? done('TELEMETRY') : undefined;
    return type === 'EVENT' ? heard(message) : undefined;
  };
}

const STATUS_WORDS: Readonly<Record<number, string>> = {
  0: 'ok',
  [-1]: 'unknown command id',
  [-2]: 'too short',
  [-3]: 'bad index',
  [-4]: 'bad json',
  [-5]: 'bad configuration',
};

/** mdp1-bin: the result event that carries our command id. Bare acknowledgements only say that a frame arrived. */
export const resultOf =
  (commandId: number): AnswerRule =>
  (item) => {
    if (item.kind !== 'mdp' || item.body_format !== 'cmd_result' || !isObject(item.body)) return undefined;
    if (own(item.body, 'cmd_id') !== commandId) return undefined;
    const status = Number(own(item.body, 'status'));
    const words = STATUS_WORDS[status] ?? `status ${status}`;
    return status === 0 ? done(words) : refused(words);
  };

/** `{type:"ack",cmd}` of the line builds, whichever of their words carries the text; an error without `cmd` answers the only one in flight. */
export function machineAck(word: string, replyTypes: readonly string[] = []): AnswerRule {
  const names = (cmd: string | undefined): boolean =>
    cmd !== undefined && (cmd === word || cmd.startsWith(`${word}.`) || word.startsWith(`${cmd}.`));
  return (item) => {
    if (item.kind !== 'json') return refusedLine(item);
    const inner = objectOf(item.value, 'data') ?? item.value;
    const cmd = textOf(inner, 'cmd');
    if (item.shape === 'err') {
      return cmd === undefined || names(cmd) || cmd === 'json'
        ? refused(textOf(inner, 'error') ?? said(item.value))
        : undefined;
    }
    if (item.shape === 'ack') {
      return names(cmd) ? done(textOf(inner, 'message') ?? textOf(inner, 'msg') ?? 'ok') : undefined;
    }
    const type = textOf(item.value, 'type');
    return type !== undefined && replyTypes.includes(type) && item.shape !== 'machine_telemetry'
      ? done(said(inner))
      : undefined;
  };
}

/** A reply of one of these shapes; matched by time, because it does not say what it answers. */
export const shaped =
  (...shapes: readonly string[]): AnswerRule =>
  (item) => {
    if (item.kind !== 'json') return refusedLine(item);
    if (item.shape === 'err' || item.shape === 'reply_err')
      return refused(textOf(item.value, 'error') ?? said(item.value));
    return shapes.includes(item.shape) ? done(said(item.value)) : undefined;
  };

/** json-tele, JSON form: by the echoed id. Replies without one are ours only when nothing else waits. */
export const teleAnswer =
  (idOf: (n: number) => string): AnswerRule =>
  (item, numbers, alone) => {
    if (item.kind !== 'json') return alone ? teleText(item) : undefined;
    const ok = teleVerdict(item.shape, item.value);
    if (ok === undefined) return undefined;
    const id = own(item.value, 'id');
    if (typeof id === 'string' && id !== '') return numbers.some((n) => idOf(n) === id) ? ok : undefined;
    return alone ? ok : undefined;
  };

/** json-tele, text form: one at a time. `{ok:…}` in JSON, `ok` / `error: …` / `key=value` after `fmt lines`. */
export const teleTextAnswer: AnswerRule = (item) => {
  if (item.kind !== 'json') return teleText(item);
  const id = own(item.value, 'id');
  return typeof id === 'string' && id !== '' ? undefined : teleVerdict(item.shape, item.value);
};

function teleVerdict(shape: string, value: JsonObject): Answer | undefined {
  if (shape === 'reply_ok' || shape === 'hello') return done(said(value));
  if (shape === 'reply_err') return refused(textOf(value, 'error') ?? said(value));
  if (shape === 'reply') return done(said(value));
  if (shape === 'ack' && own(value, 'ok') === true) return done('ok');
  return undefined;
}

function teleText(item: BoardItem): Answer | undefined {
  if (item.kind !== 'text' || item.shape !== undefined) return undefined;
  const text = item.text.trim();
  if (text.startsWith('error: ')) return refused(text.slice(7));
  return text === 'ok' || /^[a-z_]+=/.test(text) ? done(text) : undefined;
}

/** A text line that fits; the build's "unknown" line is its no. */
export const lineAnswer =
  (fits: RegExp): AnswerRule =>
  (item) => {
    if (item.kind !== 'text') return undefined;
    return refusedLine(item) ?? (fits.test(item.text) ? done(item.text) : undefined);
  };

/** Several text lines, whichever; live and debug output in between is not part of them. */
export const linesAnswer =
  (fits: RegExp): AnswerRule =>
  (item) => {
    if (item.kind !== 'text' || item.shape !== undefined) return undefined;
    return refusedLine(item) ?? (fits.test(item.text) ? heard(item.text.trim()) : undefined);
  };

/** The gateway sent our command by radio; what the far board made of it nobody tells. */
export const gatewayAnswer: AnswerRule = (item) => {
  if (item.kind !== 'json') return undefined;
  if (item.shape === 'gateway_sent') return done(`sent by radio, seq ${String(own(item.value, 'seq'))}`);
  return item.shape === 'reply_err' ? refused(textOf(item.value, 'error') ?? 'error') : undefined;
};

/** How many devices an answer lists, for the builds that cannot list many (§7.2). */
export function deviceCount(item: BoardItem): number | undefined {
  if (item.kind !== 'json') return undefined;
  const list = arrayOf(item.value, 'peripherals') ?? arrayOf(item.value, 'devices');
  if (item.shape === 'periph_list' && list !== undefined) return list.length;
  const count = own(item.value, 'peripherals') ?? own(item.value, 'found') ?? own(item.value, 'periph_count');
  return typeof count === 'number' ? count : undefined;
}

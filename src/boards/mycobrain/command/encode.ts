import { encodeMdpFrame, MDP_ADDRESS, MDP_FLAG, MDP_TYPE } from '../../../decode/mdp-frame.ts';
import { mdpJsonAnswer, resultOf, teleAnswer, teleTextAnswer } from './answers.ts';
import { type AnswerRule, RETRIES, type Step, TIMEOUT_MS } from './step.ts';

const encoder = new TextEncoder();
const LF = 0x0a;
const CR = 0x0d;
/** The board's JSON pool (§5.3): every member and every array element is a node. */
export const MOST_JSON_NODES = 32;
/** The board's receive buffer (§5.3). */
export const MOST_ENCODED_BYTES = 1024;

/** A host's command frame, alone: `encodeMdpFrame` with its one 00 at the end. */
export const mdpCommandFrame = (
  seq: number,
  body: Uint8Array,
  dst: number = MDP_ADDRESS.sideA,
  flags = 0,
): Uint8Array<ArrayBuffer> => encodeMdpFrame({ type: MDP_TYPE.command, seq, flags, src: MDP_ADDRESS.host, dst }, body);

/** As sent: a 00 in front flushes what lies in the board's buffer (§5.3). */
export function flushed(frame: Uint8Array): Uint8Array<ArrayBuffer> {
  const wire = new Uint8Array(frame.length + 1);
  wire.set(frame, 1);
  return wire;
}

/** 0A and 0D end a console line anywhere on 2.1.x, also inside a frame, which is then lost (§5.3). */
const newlineSafe = (frame: Uint8Array): boolean => !frame.includes(LF) && !frame.includes(CR);

const HELLO_BODY = encoder.encode('{"cmd":"hello"}');

/** The first probe (§15); undefined when this number cannot be sent safely. */
export function helloProbe(seq: number): Uint8Array<ArrayBuffer> | undefined {
  const frame = mdpCommandFrame(seq, HELLO_BODY);
  if (!newlineSafe(frame)) return undefined;
  const wire = new Uint8Array(frame.length + 3);
  wire.set([LF, 0]);
  wire.set(frame, 2);
  wire[wire.length - 1] = LF;
  return wire;
}

/** How many nodes the board needs to parse this: members and array elements, at any depth. */
export function jsonNodes(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, member) => sum + 1 + jsonNodes(member), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, member) => sum + 1 + jsonNodes(member), 0);
}

/** Most of a line that every build with a console takes whole (§12); ScienceComms takes more (§7.2). */
const MOST_LINE_CHARACTERS = 200;

interface Timing {
  readonly timeoutMs?: number;
  readonly retries?: number;
  readonly afterMs?: number;
  readonly evenSo?: boolean;
  readonly blocks?: boolean;
  readonly settleMs?: number;
}

/** One mdp1-json command, or why it cannot be sent. */
export function mdpJson(
  cmd: string,
  params: Readonly<Record<string, unknown>> | undefined,
  options: Timing & { readonly last?: 'ack' | 'hello' | 'telemetry'; readonly dst?: number } = {},
): Step | string {
  const { last = 'ack', dst = MDP_ADDRESS.sideA, ...timing } = options;
  const request = params === undefined ? { cmd } : { cmd, params };
  if (jsonNodes(request) > MOST_JSON_NODES) return `has more than ${MOST_JSON_NODES} members for this board to read`;
  const text = JSON.stringify(request);
  const body = encoder.encode(text);
  if (mdpCommandFrame(1, body, dst).length > MOST_ENCODED_BYTES) {
    return `makes a frame of more than ${MOST_ENCODED_BYTES} bytes, which this board drops`;
  }
  return {
    text,
    bytes: (n) => {
      const frame = mdpCommandFrame(n, body, dst);
      return newlineSafe(frame) ? flushed(frame) : undefined;
    },
    answer: mdpJsonAnswer(last),
    exclusive: false,
    timeoutMs: TIMEOUT_MS.usual,
    retries: RETRIES.output,
    ...timing,
  };
}

/** One mdp1-bin command: u16 id, u16 length, data (§6.4). Never retried: these builds execute a repeated command again. */
export function mdpBin(
  text: string,
  id: number,
  data: readonly number[],
  timing: Timing & { readonly answered?: false } = {},
): Step {
  const { answered = true, ...times } = timing;
  const body = binaryCommand(id, data);
  return {
    text: `${text} (${id.toString(16).padStart(4, '0')})`,
    // With the flag these builds are known to take (§6.4).
    bytes: (n) => flushed(mdpCommandFrame(n, body, MDP_ADDRESS.sideA, MDP_FLAG.ackRequested)),
    answer: answered ? resultOf(id) : undefined,
    exclusive: true,
    timeoutMs: TIMEOUT_MS.usual,
    retries: RETRIES.none,
    ...times,
  };
}

export function binaryCommand(id: number, data: readonly number[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([id & 0xff, id >> 8, data.length & 0xff, data.length >> 8, ...data]);
}

/** A text line; LF ends it in every build. */
export function line(
  text: string,
  answer: AnswerRule | undefined,
  { most = MOST_LINE_CHARACTERS, ...timing }: Timing & { readonly most?: number } = {},
): Step | string {
  if (/[^\x20-\x7e]/.test(text)) return 'must be plain ASCII in one line';
  if (text.length > most) return `makes a line of more than ${most} characters, which these builds cut`;
  return timedStep(text, answer, timing);
}

/** One JSON line whose answer is found by time. */
export function jsonLine(
  value: Readonly<Record<string, unknown>>,
  answer: AnswerRule,
  timing: Timing = {},
): Step | string {
  const text = JSON.stringify(value);
  if (encoder.encode(text).length >= 500) return 'makes a line of more than 500 bytes, which these builds cut';
  return timedStep(text, answer, timing);
}

/** A line whose answer does not say what it answers. */
function timedStep(text: string, answer: AnswerRule | undefined, timing: Timing): Step {
  const bytes = encoder.encode(`${text}\n`);
  return {
    text,
    bytes: () => bytes.slice(),
    answer,
    exclusive: true,
    timeoutMs: TIMEOUT_MS.usual,
    retries: RETRIES.output,
    ...timing,
  };
}

const teleId = (n: number): string => `h${n}`;

/** One json-tele command with an id, so that several may be in flight. */
export function tele(cmd: string, members: Readonly<Record<string, unknown>> = {}, timing: Timing = {}): Step | string {
  const text = JSON.stringify({ cmd, ...members });
  if (text.length > 480) return 'makes a line of more than 480 bytes for this board to read';
  return {
    text,
    bytes: (n) => encoder.encode(`${JSON.stringify({ cmd, ...members, id: teleId(n) })}\n`),
    answer: teleAnswer(teleId),
    exclusive: false,
    timeoutMs: TIMEOUT_MS.usual,
    retries: RETRIES.output,
    ...timing,
  };
}

export const teleLine = (text: string, timing: Timing = {}): Step | string => line(text, teleTextAnswer, timing);

/** All the steps, or the first reason why not. */
export function steps(...each: readonly (Step | string)[]): readonly Step[] | string {
  const made: Step[] = [];
  for (const step of each) {
    if (typeof step === 'string') return step;
    made.push(step);
  }
  return made;
}

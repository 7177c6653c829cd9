import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { RecordingOut } from '../../../server/tools/conformance/mas-devices-lines.ts';
import type { AudioRecord, ToolCallRecord, TurnRecord, VoiceSessionRecord } from '../../contract/upstream/mas-voice.ts';
import { VoiceSession } from './session.ts';
import { Turns } from './turns.ts';

const START = 1_700_000_000_000;

let out: RecordingOut;
let session: VoiceSession;
let now: number;
let isHeard: boolean;
beforeEach(() => {
  out = new RecordingOut();
  now = START;
  isHeard = true;
  session = new VoiceSession(new Turns(), () => isHeard);
});

const context = () => ({ now, simulated: false });
const say = (message: unknown) => session.readMessage(JSON.stringify(message), out, context());
const bytes = (...frame: number[]) => session.readMessage(Uint8Array.from(frame).buffer, out, context());
/** 20 ms of sound. */
const sound = () => bytes(1, 0x68, 1, 2, 3);
const shown = () => out.state.get('session/session') as VoiceSessionRecord;
const turns = () =>
  [...out.state].filter(([name]) => name.startsWith('turns/')).map(([, record]) => record as TurnRecord);
const audio = () => out.events.filter(({ part }) => part === 'audio').map(({ record }) => record as AudioRecord);
const open = () => {
  session.begin(undefined, out, context());
  session.opened({ session_id: 's1', conversation_id: 'c1', duplex_enabled: true }, out, context());
  say({ type: 'bridge_ready', session_id: 's1', local_stt_mode: false, voice: 'myca' });
};
const ready = () => {
  open();
  bytes(0);
};
const word = (text: string, afterMs = 80) => {
  now += afterMs;
  return say({ type: 'text', text, speaker: 'myca' }).facts;
};

test('either sign of readiness is enough, the second changes nothing', () => {
  open();
  expect(shown()).toMatchObject({ phase: 'warming', sessionId: 's1', conversationId: 'c1', voice: 'myca' });
  say({ type: 'moshi_ready', session_id: 's1' });
  const { since } = shown();
  now += 5;
  expect(bytes(0).facts?.state).toBe('ready');
  expect(shown()).toMatchObject({ phase: 'ready', since });
});

test('a warm-up says how long it has lasted, and is given up after four minutes', () => {
  open();
  now += 200_000;
  expect(session.tick(out, context()).action).toBe('show_warmup');
  expect(shown().warmingMs).toBe(200_000);
  now += 40_001;
  expect(session.tick(out, context()).action).toBe('show_error');
  expect(shown()).toMatchObject({ phase: 'failed', error: expect.any(String) });
  expect(bytes(0).facts?.state).toBe('failed');
});

test('closed: another session, the same conversation; ended: nothing', () => {
  ready();
  expect(session.closed(out, context()).action).toBe('reconnect_new_session');
  expect(shown().phase).toBe('retrying');
  session.begin(session.conversationId, out, context());
  expect(session.sessionId).toBeUndefined();
  expect(shown()).toMatchObject({ phase: 'opening', conversationId: 'c1' });
  session.end(out, context());
  expect(session.closed(out, context()).action).toBe('session_over');
  expect(shown().phase).toBe('ended');
});

test.each([
  [['Hi', ',', ' I', ' am', ' here', '.'], ['Hi, I am here.']],
  [
    ['Two', 'words', '!', 'And', 'more'],
    ['Two words!', 'And more'],
  ],
  [['It', "'s", '  ', 'spaced'], ["It's  spaced"]],
  [
    ['One\ntwo', '\n', 'three'],
    ['One', 'two', 'three'],
  ],
  [
    ['He said "yes."', 'So'],
    ['He said "yes."', 'So'],
  ],
  [['\n'], []],
])('words %j are the turns %j', (tokens, expected) => {
  ready();
  for (const token of tokens) word(token);
  expect(turns().map(({ text }) => text)).toEqual(expected);
});

test('silence ends a turn', () => {
  ready();
  word('Well');
  now += 1_199;
  expect(session.tick(out, context()).action).toBe('control');
  now += 1;
  expect(session.tick(out, context()).action).toBe('turn_end');
  expect(turns()).toMatchObject([{ text: 'Well', open: false }]);
  word('again', 1_300);
  expect(turns().length).toBe(2);
});

test('after an interruption late sound is discarded for 250 ms, or until she speaks anew', () => {
  ready();
  sound();
  session.bargeIn(out, context());
  expect(audio().map(({ is }) => is)).toEqual(['audio', 'flush']);
  now += 249;
  expect(sound().action).toBe('discard');
  now += 1;
  expect(sound().action).toBe('apply');
  session.bargeIn(out, context());
  say({ type: 'tts_stream_start', packets: 1 });
  expect(sound().action).toBe('apply');
  session.bargeIn(out, context());
  word('So', 1);
  expect(sound().action).toBe('apply');
  session.tick(out, context());
  expect(shown().audio).toMatchObject({ discarded: 1, dropped: 0, framesIn: 5 });
});

test('sound that nobody hears waits: the newest three seconds; words do not wait', () => {
  isHeard = false;
  ready();
  for (let index = 0; index < 200; index += 1) sound();
  word('Hi');
  expect(audio()).toEqual([]);
  expect(turns()).toMatchObject([{ text: 'Hi' }]);
  expect(out.counts.get('dropped:audio-backlog')).toBe(50);
  isHeard = true;
  session.heard(out);
  expect(audio().length).toBe(150);
  expect(audio()[0]?.seq).toBe(51);
  sound();
  expect(audio().length).toBe(151);
});

test('a burst that is heard is delivered whole', () => {
  ready();
  for (let index = 0; index < 173; index += 1) sound();
  expect(audio().length).toBe(173);
  expect(out.counts.size).toBe(0);
});

test('a call is one record, and begins anew when it runs again', () => {
  ready();
  const call = (data: object) =>
    say({ type: 'mas_event', event: { id: 'e', type: 'tool_call', data: { id: 'b', tool: 't', ...data } } });
  const tool = () => out.state.get('tools/b') as ToolCallRecord;
  call({ status: 'running', query: 'a' });
  call({ status: 'success', duration: 5, result: { n: 1 } });
  expect(tool()).toMatchObject({ status: 'success', query: 'a', result: '{"n":1}' });
  call({ status: 'running', query: 'b' });
  expect(tool()).toMatchObject({ status: 'running', query: 'b', result: undefined });
});

test('the second answer of a turn replaces the first; the next turn has its own', () => {
  ready();
  const inject = (content: string) => say({ type: 'mas_event', event: { type: 'injection', data: { content } } });
  session.said('one', 'typed', out, context());
  inject('a');
  inject('b');
  session.said('two', 'typed', out, context());
  inject('c');
  expect(out.state.get('replies/reply-1')).toMatchObject({ text: 'b', versions: 2 });
  expect(out.state.get('replies/reply-2')).toMatchObject({ text: 'c', versions: 1 });
});

test('no error of the bridge tells where it is', () => {
  ready();
  expect(say({ type: 'error', message: 'no http://198.51.100.3:8998 here' }).action).toBe('show_error');
  expect(shown().error).toBe('no [address] here');
});

test('so many turns at most', () => {
  ready();
  for (let index = 0; index < 250; index += 1) word('Yes.');
  expect(turns().length).toBe(200);
  expect(out.counts.get('expired:old-turn')).toBe(50);
});

test('the brain and the model speak at the same time, each in a turn of its own', () => {
  const both = new Turns();
  for (const token of ['The', ' lab', ' is', ' quiet']) {
    both.append('myca', token, 'brain', out, context());
    both.append('myca', 'Hi', 'voice', out, context());
  }
  expect(turns().map(({ from, text }) => [from, text])).toEqual([
    ['brain', 'The lab is quiet'],
    ['voice', 'Hi Hi Hi Hi'],
  ]);
  both.close('myca', 'voice', out, context());
  expect(turns().map(({ open: isOpen }) => isOpen)).toEqual([true, false]);
});

test('nobody’s sentence goes on after the end', () => {
  ready();
  say({ type: 'text', text: 'and then', speaker: 'user' });
  word('Well');
  session.end(out, context());
  expect(turns().map(({ speaker, open: isOpen }) => [speaker, isOpen])).toEqual([
    ['user', false],
    ['myca', false],
  ]);
});

test('a megabyte at once is cut and counted, as are a thousand lines and what an event carries', () => {
  ready();
  word('x'.repeat(1_000_000));
  word('a\n'.repeat(1_000));
  expect(out.counts.get('dropped:long-words')).toBe(2);
  expect(Math.max(...turns().map(({ text }) => text.length))).toBeLessThanOrEqual(8_000);
  expect(turns().length).toBeLessThan(60);
  say({ type: 'mas_event', event: { type: 'system', message: 'm', data: { x: 'y'.repeat(100_000) } } });
  expect(out.events.at(-1)?.record).toMatchObject({ message: 'm', data: null });
});

test('never throws, whatever comes', () => {
  open();
  const kinds = [
    'text',
    'mas_event',
    'tts_stream_start',
    'user_transcript',
    'error',
    'bridge_ready',
    'history_loaded',
    'moshi_ready',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.jsonValue(), fc.uint8Array({ maxLength: 80 }), (type, value, raw) => {
      say(value);
      say({ type, text: value, event: value, message: value, packets: value, turns: value });
      say({ type, event: { type: value, data: value } });
      session.readMessage(raw.slice().buffer, out, context());
      session.readMessage(Uint8Array.of(1, 0x4f, 0x67, 0x67, 0x53, ...raw).buffer, out, context());
      now += 100;
      session.tick(out, context());
    }),
  );
});

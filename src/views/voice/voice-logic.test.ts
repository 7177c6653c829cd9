import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TurnRecord } from '../../contract/upstream/mas-voice.ts';
import { readMapCommand } from '../../upstreams/crep/map-command.ts';
import { captionsAsText, captionsAsVtt } from './captions.ts';
import { readChoices } from './choices.ts';
import { median, turnLatencies } from './latency.ts';
import { mapAddress, ownCommand } from './own-commands.ts';
import { SpeechSpans } from './speech-spans.ts';
import { readVoiceAddress, writeVoiceAddress } from './state.ts';

test('speech begins when it is long enough, ends with a pause, and noise is none', () => {
  const spans = new SpeechSpans();
  const say = (level: number, from: number, to: number) => {
    for (let at = from; at < to; at += 100) spans.add(level, at);
  };
  say(0.005, 0, 1_000);
  expect(spans.all).toEqual([]);
  say(0.1, 1_000, 2_000);
  expect(spans.all).toEqual([{ from: 1_000, to: undefined }]);
  say(0, 2_000, 2_300);
  say(0.1, 2_300, 3_000);
  say(0, 3_000, 4_000);
  expect(spans.all).toEqual([{ from: 1_000, to: 2_900 }]);
  say(0.5, 4_000, 4_100);
  say(0, 4_100, 5_000);
  expect(spans.all).toHaveLength(1);
});

test('who has no microphone any more has stopped speaking, and the next time is another span', () => {
  const spans = new SpeechSpans();
  for (let at = 0; at <= 1_000; at += 100) spans.add(0.1, at);
  expect(spans.end()).toBe(true);
  expect(spans.end()).toBe(false);
  expect(spans.all).toEqual([{ from: 0, to: 1_000 }]);
  for (let at = 600_000; at <= 601_000; at += 100) spans.add(0.1, at);
  expect(spans.all.at(-1)).toEqual({ from: 600_000, to: undefined });
});

test('spans are kept up to a bound', () => {
  const spans = new SpeechSpans();
  for (let at = 0; at < 2_000_000; at += 100) spans.add(at % 2_000 < 1_000 ? 0.1 : 0, at);
  expect(spans.all.length).toBe(200);
});

const turn = (speaker: 'user' | 'myca', startedAt: number, text = 'x') =>
  ({ speaker, startedAt, text, id: String(startedAt), open: false, from: 'typed' }) as unknown as TurnRecord;

test('what follows a turn is its answer, up to the next turn; what did not come is not a number', () => {
  const turns = [turn('user', 1_000, 'first'), turn('myca', 1_400), turn('user', 5_000, 'second')];
  const spans = [
    { from: 7_000, to: 8_000 },
    { from: 20_000, to: undefined },
  ];
  expect(turnLatencies(turns, spans, [1_600, 8_200], [], [])).toEqual([
    { at: 1_000, said: 'typed', text: 'first', wordMs: 400, soundMs: 600, toolMs: undefined, replyMs: undefined },
    {
      at: 5_000,
      said: 'typed',
      text: 'second',
      wordMs: undefined,
      soundMs: undefined,
      toolMs: undefined,
      replyMs: undefined,
    },
    {
      at: 8_000,
      said: 'spoken',
      text: undefined,
      wordMs: undefined,
      soundMs: 200,
      toolMs: undefined,
      replyMs: undefined,
    },
  ]);
  expect(median([])).toBeUndefined();
  expect(median([5, undefined, 1, 3])).toBe(3);
});

const captions = [
  { speaker: 'You', text: 'Is <b>it</b> --> warm?\n\nNOTE', from: 60_000, to: 61_500 },
  { speaker: 'MYCA', text: '21 °C', from: 3_725_123, to: 3_725_200 },
];

test('captions as WebVTT: times from the first turn, markup and arrows are text, nothing is too short to read', () => {
  expect(captionsAsVtt(captions)).toBe(
    'WEBVTT\n\n1\n00:00:00.000 --> 00:00:01.500\n<v You>Is &lt;b&gt;it&lt;/b&gt; --&gt; warm? NOTE\n\n2\n01:01:05.123 --> 01:01:06.123\n<v MYCA>21 °C\n',
  );
  expect(captionsAsVtt([])).toBe('WEBVTT\n\n');
});

test('captions as text: a line each, whatever was said', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (texts) => {
      const file = captionsAsText(
        texts.map((text, at) => ({ speaker: 'You', text, from: at, to: at })),
        String,
      );
      expect(file.split('\n').length - 1).toBe(texts.length);
    }),
  );
});

test('the views and agents by name are understood here, anything else is not', () => {
  expect(ownCommand('Go to the devices.')?.path).toBe('/devices');
  expect(ownCommand('show agents')?.path).toBe('/topology');
  expect(ownCommand('why is agent myca & co down?')?.path).toBe('/topology?find=myca%20%26%20co');
  for (const text of ['', 'how warm is it?', 'show ships', 'go to Tokyo', `find agent ${'x'.repeat(100)}`]) {
    expect(ownCommand(text)).toBeUndefined();
  }
});

test('what the map is asked it understands', () => {
  const wish = (address: string) =>
    readMapCommand(JSON.parse(new URLSearchParams(address.split('?')[1]).get('do') ?? ''));
  expect(
    wish(mapAddress({ type: 'flyTo', center: { latDeg: 35.68, lonDeg: 139.69 }, zoom: 9, durationMs: undefined })),
  ).toMatchObject({ do: 'fly-to', center: [139.69, 35.68], zoom: 9 });
  expect(wish(mapAddress({ type: 'zoomBy', delta: 1 }))).toMatchObject({ do: 'zoom-by', delta: 1 });
  expect(wish(mapAddress({ type: 'panBy', xPx: 10, yPx: -5 }))).toMatchObject({ do: 'pan-by', dx: 10, dy: -5 });
  expect(wish(mapAddress({ type: 'showLayer', layer: 'ships' }))).toMatchObject({ do: 'layer', layer: 'ships' });
});

test('whatever an address or a memory holds, there is a view', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (pane, text) => {
      const address = readVoiceAddress({ pane, find: text });
      expect(readVoiceAddress(writeVoiceAddress(address))).toEqual(address);
      expect(readChoices(text).volume).toBe(1);
    }),
  );
  expect(readChoices('{"talk":"push","volume":7,"microphone":5,"voice":"moshika","through":"v9"}')).toEqual({
    talk: 'push',
    microphone: undefined,
    loudspeaker: undefined,
    volume: 1,
    voice: 'moshika',
    through: 'v9',
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type MasPeer, startRealMas } from '../../e2e/peers/mas/peer.ts';
import { startSimulatedMas } from '../../server/simulators/mas/simulated-peer.ts';
import { OggStream } from '../../server/simulators/mas-voice/ogg-stream.ts';
import { masVoiceSimulator } from '../../server/simulators/mas-voice.ts';
import { findFastapi } from '../../server/tools/protocol/languages.ts';
import type {
  AudioRecord,
  MapCommandRecord,
  ReplyRecord,
  TextSessionRecord,
  TurnRecord,
  VoiceSessionRecord,
} from '../../src/contract/upstream/mas-voice.ts';
import { until } from './mas/test-timings.ts';
import { masVoiceAdapter } from './mas-voice.ts';
import { AdapterLab } from './natureos/adapter-lab.ts';

const python = findFastapi();
if (python === undefined)
  process.stderr.write('!! No Python with FastAPI: the voice of MAS is tested against our simulator only.\n');

const peers = [
  { name: 'a real FastAPI program', isHere: python !== undefined, start: () => startRealMas(python ?? '') },
  { name: 'our simulator', isHere: true, start: () => startSimulatedMas(masVoiceSimulator, { warmupS: 0.3 }) },
];

describe.each(peers)('voice of MAS: $name', ({ isHere, start }) => {
  let peer: MasPeer;
  let lab: AdapterLab;

  beforeAll(async () => {
    if (isHere) peer = await start();
  });
  beforeEach(() => {
    if (isHere) lab = new AdapterLab(masVoiceAdapter, peer.url);
  });
  afterEach(async () => {
    if (!isHere) return;
    lab.close();
    expect(lab.timers).toBe(0);
    await until(async () => (await peer.sockets()) === 0, 'all sockets are closed');
  });
  afterAll(async () => {
    if (isHere) await peer.stop();
  });

  const session = () => lab.record<VoiceSessionRecord>('session', 'session');
  const turns = () => [...(lab.out.states.get('turns')?.values() ?? [])] as TurnRecord[];
  const audio = () => lab.events<AudioRecord>('audio');
  const ready = async () => {
    expect(await lab.call('start', {})).toMatchObject({ ok: true });
    await until(() => session()?.phase === 'ready', 'ready');
  };

  test.runIf(isHere)('a warm-up, then words and sound', async () => {
    expect(await lab.call('start', {})).toMatchObject({ ok: true });
    await until(() => session()?.phase === 'warming', 'it warms up');
    await until(() => turns().some(({ text, open }) => text.trim() === 'Hi, I am simulated.' && !open), 'a whole turn');
    await until(() => audio().length >= 8, 'two headers and six pages');
    expect(audio().every(({ container }) => container === 'ogg')).toBe(true);
    expect(
      audio()
        .slice(0, 3)
        .map(({ durationMs }) => durationMs),
    ).toEqual([0, 0, 80]);
    for (const bytes of new OggStream(Math.random).headers())
      expect(await lab.call('audio', { bytes })).toMatchObject({ ok: true });
    await until(() => session()?.audio.framesOut === 2, 'both are counted');
    expect(session()?.sessions).toBe(1);
  });

  test.runIf(isHere)('a typed turn and its two answers', async () => {
    await ready();
    expect(await lab.call('typed', { text: 'how many?' })).toMatchObject({ ok: true });
    await until(() => lab.record<ReplyRecord>('replies', 'reply-1')?.versions === 2, 'the second answer');
    expect(audio().filter(({ container }) => container === 'opus').length).toBe(12);
    expect(audio().find(({ is }) => is === 'reset')).toMatchObject({ packets: 12 });
    expect([...(lab.out.states.get('tools')?.values() ?? [])]).toMatchObject([
      { status: 'success', query: 'how many?' },
    ]);
  });

  test.runIf(isHere)('interrupted', async () => {
    expect(await lab.call('start', {})).toMatchObject({ ok: true });
    await until(() => turns().length > 0, 'she speaks');
    const before = audio().length;
    expect(await lab.call('barge-in', undefined)).toMatchObject({ ok: true });
    await until(() => (lab.out.counts.get('filtered:after-barge-in') ?? 0) >= 1, 'late frames');
    expect(
      audio()
        .slice(before)
        .filter(({ is }) => is === 'audio'),
    ).toEqual([]);
  });

  test.runIf(isHere)('closed by the bridge: another session of the same conversation', async () => {
    await ready();
    const first = session();
    await peer.closeAll();
    await until(() => session()?.phase === 'ready' && session()?.sessionId !== first?.sessionId, 'ready again');
    expect(session()?.conversationId).toBe(first?.conversationId);
  });

  test.runIf(isHere)(
    'gone and back: the conversation goes on',
    async () => {
      await ready();
      const first = session();
      await peer.gone(true);
      await until(() => session()?.phase === 'retrying' || session()?.phase === 'opening', 'it tries again');
      await peer.gone(false);
      await until(() => session()?.phase === 'ready', 'ready again', 25_000);
      expect(session()?.conversationId).toBe(first?.conversationId);
    },
    60_000,
  );

  test.runIf(isHere).each(['moshi-down', 'local-stt'])('%s: it cannot be started', async (mode) => {
    await peer.mode(mode, true);
    expect(await lab.call('start', {})).toMatchObject({ ok: false, error: { code: 'upstream-refused' } });
    await peer.mode(mode, false);
  });

  test.runIf(isHere)('a text session of MAS', async () => {
    const text = () => lab.record<TextSessionRecord>('text-session', 'v9');
    await lab.call('text-start', {});
    await until(() => text()?.phase === 'ready', 'a session');
    expect(await lab.call('text-say', { text: 'is the lab ok?' })).toMatchObject({ ok: true });
    await until(() => turns().some(({ from, speaker }) => from === 'v9' && speaker === 'myca'), 'an answer');
    await lab.call('text-barge-in', undefined);
    await until(() => text()?.interrupted === true, 'interrupted');
    await lab.call('text-end', undefined);
    await until(() => text()?.phase === 'ended', 'ended');
  });

  test.runIf(isHere)('the brain, and what is a command', async () => {
    expect(await lab.call('ask', { text: 'why?' })).toMatchObject({ ok: true });
    expect(turns().at(-1)).toMatchObject({ text: 'Simulated answer to "why?".', open: false });
    expect(await lab.call('command', { text: 'zoom in' })).toMatchObject({ value: { command: { type: 'zoomBy' } } });
    expect(await lab.call('command', { text: 'what grows?' })).toMatchObject({ ok: true });
    expect(turns().at(-1)?.text).toContain('what grows?');
    await peer.mode('brain-error', true);
    expect(await lab.call('ask', { text: 'and now?' })).toMatchObject({ error: { message: 'model unavailable' } });
    await peer.mode('brain-error', false);
  });

  test.runIf(isHere)('the map does what was said to it', async () => {
    await until(() => lab.stateOf('map') === 'connected-no-data', 'its channel');
    expect(await lab.call('map', { text: 'zoom in' })).toMatchObject({ ok: true });
    await until(() => lab.events('map').length === 1, 'a command');
    expect(lab.events<MapCommandRecord>('map')[0]).toMatchObject({
      command: { type: 'zoomBy', delta: 1 },
      speak: 'Zooming in.',
    });
  });
});

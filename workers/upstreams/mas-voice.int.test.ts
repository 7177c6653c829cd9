import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Simulators, startSimulators } from '../../server/simulators/host.ts';
import { OggStream } from '../../server/simulators/mas-voice/ogg-stream.ts';
import { masVoiceSimulator } from '../../server/simulators/mas-voice.ts';
import type {
  AudioRecord,
  BridgeHealthRecord,
  MapCommandRecord,
  ReplyRecord,
  TextSessionRecord,
  ToolCallRecord,
  TurnRecord,
  VoiceActivityRecord,
  VoiceSessionRecord,
} from '../../src/contract/upstream/mas-voice.ts';
import { masVoiceAdapter } from './mas-voice.ts';
import { AdapterLab } from './natureos/adapter-lab.ts';
import { until } from './transport/test-env.ts';

let simulators: Simulators;
let lab: AdapterLab;

beforeEach(async () => {
  simulators = await startSimulators({ kinds: [masVoiceSimulator] });
  simulators.setDial('mas-voice', 'warmupS', 0.2);
  lab = new AdapterLab(masVoiceAdapter, simulators.url('mas-voice'));
});
afterEach(async () => {
  lab.close();
  expect(lab.timers).toBe(0);
  await until(
    () => simulators.state().every(({ sockets, streams }) => sockets + streams === 0),
    'all connections are closed',
  );
  await simulators.close();
});

const fault = (name: string, on = true) => simulators.setFault('mas-voice', name, on);
const session = () => lab.record<VoiceSessionRecord>('session', 'session');
const turns = () => [...(lab.out.states.get('turns')?.values() ?? [])] as TurnRecord[];
const audio = () => lab.events<AudioRecord>('audio');
const errors = () => lab.events<VoiceActivityRecord>('activity').filter(({ type }) => type === 'error');
const ready = async () => {
  expect(await lab.call('start', {})).toMatchObject({ ok: true });
  await until(() => session()?.phase === 'ready', 'ready');
};

describe('a spoken conversation', () => {
  test('nothing is opened before somebody starts it', async () => {
    await until(() => lab.record<BridgeHealthRecord>('health', 'bridge')?.canStart === true);
    expect(lab.stateOf('bridge')).toBe('idle');
    expect(await lab.call('typed', { text: 'hello' })).toMatchObject({ error: { code: 'upstream-not-reachable' } });
    expect(session()).toBeUndefined();
  });

  test('warms up, is ready once, and its words and sounds arrive', async () => {
    simulators.setDial('mas-voice', 'warmupS', 1);
    expect(await lab.call('start', { voice: 'myca' })).toMatchObject({ ok: true });
    await until(() => session()?.phase === 'warming' && (session()?.warmingMs ?? 0) > 200);
    expect(await lab.call('audio', { bytes: new OggStream(Math.random).audio(2) })).toMatchObject({ ok: false });
    await until(() => turns().some(({ text, open }) => text.trim() === 'Hi, I am simulated.' && !open), 'a whole turn');
    await until(() => audio().length >= 8);
    expect(audio().every(({ is, container }) => is !== 'audio' || container === 'ogg')).toBe(true);
    expect(
      audio()
        .slice(0, 3)
        .map(({ durationMs }) => durationMs),
    ).toEqual([0, 0, 80]);
    expect(session()).toMatchObject({ phase: 'ready', sessions: 1, warmingMs: undefined, provenance: 'simulated' });
  });

  test('a typed turn: tools in place, two answers, and a burst of bare packets', async () => {
    await ready();
    expect(await lab.call('typed', { text: 'how many devices?' })).toMatchObject({ ok: true });
    await until(() => lab.record<ReplyRecord>('replies', 'reply-1')?.versions === 2);
    const tools = [...(lab.out.states.get('tools')?.values() ?? [])] as ToolCallRecord[];
    expect(tools).toMatchObject([{ status: 'success', query: 'how many devices?', tool: 'mas_brain_query' }]);
    expect(
      audio()
        .filter(({ container }) => container === 'opus')
        .map(({ durationMs }) => durationMs),
    ).toEqual(Array(12).fill(20));
    expect(audio().find(({ is }) => is === 'reset')).toMatchObject({ packets: 12 });
    expect(turns()).toContainEqual(
      expect.objectContaining({ speaker: 'user', text: 'how many devices?', from: 'typed' }),
    );
  });

  test('interrupted: players are told at once, and what was under way is not heard', async () => {
    expect(await lab.call('start', {})).toMatchObject({ ok: true });
    await until(() => turns().length > 0);
    const before = audio().length;
    expect(await lab.call('barge-in', undefined)).toMatchObject({ ok: true });
    expect(
      audio()
        .slice(before)
        .map(({ is }) => is),
    ).toEqual(['flush']);
    await until(() => (lab.out.counts.get('filtered:after-barge-in') ?? 0) >= 2, 'late frames');
    expect(
      audio()
        .slice(before)
        .filter(({ is }) => is === 'audio'),
    ).toEqual([]);
  });

  test('a connection that is cut: another session, the same conversation, ready again', async () => {
    await ready();
    const first = session();
    await fault('drop');
    await until(() => session()?.phase !== 'ready');
    await fault('drop', false);
    await until(() => session()?.phase === 'ready', 'ready again');
    expect(session()?.sessionId).not.toBe(first?.sessionId);
    expect(session()?.conversationId).toBe(first?.conversationId);
    expect(session()?.sessions).toBeGreaterThan(1);
  });

  test('an error and the end: told, and tried again', async () => {
    await fault('error-then-close');
    await ready();
    const first = session()?.sessionId;
    await until(() => errors().length > 0);
    await fault('error-then-close', false);
    await until(() => session()?.phase === 'ready' && session()?.sessionId !== first, 'another session');
  });

  test.each(['moshi-down', 'local-stt'])('%s: it cannot be started, and says why', async (name) => {
    await fault(name);
    expect(await lab.call('start', {})).toMatchObject({ ok: false, error: { code: 'upstream-refused' } });
    expect(lab.record<BridgeHealthRecord>('health', 'bridge')).toMatchObject({
      canStart: false,
      why: expect.any(String),
    });
    expect(simulators.state()[0]?.handshakes).toBeLessThanOrEqual(1);
  });

  test('a bridge that turns out not to be full duplex is left', async () => {
    await ready();
    await fault('local-stt');
    await fault('drop');
    await until(() => session()?.phase !== 'ready');
    await fault('drop', false);
    await until(() => session()?.phase === 'failed');
    expect(session()?.error).toContain('full duplex');
    expect(lab.stateOf('bridge')).toBe('refused');
    await fault('local-stt', false);
    await ready();
  });

  test('sound goes up only in whole pages, not too many and not too large', async () => {
    await ready();
    const stream = new OggStream(Math.random);
    for (const bytes of [...stream.headers(), stream.audio(2)]) {
      expect(await lab.call('audio', { bytes })).toMatchObject({ ok: true });
    }
    expect(await lab.call('audio', { bytes: stream.audio(2).subarray(0, 40) })).toMatchObject({ ok: false });
    expect(await lab.call('audio', { bytes: new Uint8Array(20_000) })).toMatchObject({ ok: false });
    const burst = await Promise.all(Array.from({ length: 100 }, () => lab.call('audio', { bytes: stream.audio(2) })));
    expect(burst.filter(({ ok }) => ok).length).toBeLessThan(70);
    expect(lab.out.counts.get('dropped:uplink-too-fast')).toBeGreaterThan(30);
  });

  test('pages that were cut are dropped and counted, and the conversation goes on', async () => {
    await fault('cut-pages');
    await ready();
    await until(() => (lab.out.counts.get('dropped:ogg-truncated') ?? 0) >= 5);
    expect(audio()).toEqual([]);
    expect(session()?.phase).toBe('ready');
  });

  test('ended while it is asked whether it can begin: it does not', async () => {
    const started = lab.call('start', {});
    expect(await lab.call('end', {})).toMatchObject({ ok: true });
    expect(await started).toMatchObject({ ok: false });
    expect(lab.stateOf('bridge')).toBe('idle');
  });

  test('ended by the person: closed, and not opened again', async () => {
    await ready();
    expect(await lab.call('end', undefined)).toMatchObject({ ok: true });
    await until(() => simulators.state()[0]?.sockets === 1, 'only the map is left');
    expect(session()?.phase).toBe('ended');
    expect(lab.stateOf('bridge')).toBe('idle');
  });
});

describe('in writing', () => {
  const text = () => lab.record<TextSessionRecord>('text-session', 'v9');

  test('a session of MAS: answers, an interruption, and its end', async () => {
    expect(await lab.call('text-say', { text: 'hello' })).toMatchObject({ ok: false });
    await lab.call('text-start', {});
    await until(() => text()?.phase === 'ready');
    expect(await lab.call('text-say', { text: 'is the lab ok?' })).toMatchObject({ ok: true });
    await until(() => turns().some(({ from, speaker }) => from === 'v9' && speaker === 'myca'));
    await lab.call('text-barge-in', undefined);
    await lab.call('text-state', undefined);
    await until(() => text()?.interrupted === true && text()?.personaLocked === true);
    await lab.call('text-end', undefined);
    await until(() => text()?.phase === 'ended' && lab.stateOf('text') === 'idle');
  });

  test('the brain answers word by word, once, and says when it fails', async () => {
    expect(await lab.call('ask', { text: 'why?' })).toMatchObject({
      ok: true,
      value: { conversationId: expect.any(String) },
    });
    expect(turns().at(-1)).toMatchObject({ speaker: 'myca', text: 'Simulated answer to "why?".', open: false });
    await fault('brain-error');
    expect(await lab.call('ask', { text: 'and now?' })).toMatchObject({ error: { message: 'model unavailable' } });
    await fault('brain-error', false);
    await fault('status-500');
    expect(await lab.call('ask', { text: 'still there?' })).toMatchObject({ ok: false });
    expect(lab.stateOf('brain')).toBe('idle');
  });

  test('a sentence is a command, or else a question to the brain', async () => {
    expect(await lab.call('command', { text: 'zoom in' })).toMatchObject({
      ok: true,
      value: { command: { type: 'zoomBy' } },
    });
    expect(await lab.call('command', { text: 'tell me about spores' })).toMatchObject({ ok: true });
    expect(turns().at(-1)?.text).toContain('tell me about spores');
  });
});

describe('the map', () => {
  const commands = () => lab.events<MapCommandRecord>('map');

  test('one’s own words come back as a checked command', async () => {
    await until(() => lab.stateOf('map') === 'connected-no-data');
    expect(await lab.call('map', { text: 'fly to Tokyo' })).toMatchObject({ ok: true });
    await until(() => commands().length === 1);
    expect(commands()[0]).toMatchObject({
      command: { type: 'geocodeAndFlyTo', query: 'tokyo' },
      speak: expect.any(String),
    });
  });

  test('what cannot be is not done', async () => {
    await fault('map-broadcasts');
    await until(() => commands().length >= 1);
    expect(commands()[0]).toMatchObject({ command: { type: 'flyTo', center: { latDeg: 35.68, lonDeg: 139.69 } } });
  }, 15_000);
});

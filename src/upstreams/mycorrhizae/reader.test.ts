import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MYCORRHIZAE_LAG_MS, type MycorrhizaeMessage } from '../../contract/upstream/mycorrhizae.ts';
import type { Out, ReadContext, Rows } from '../out.ts';
import { Lag } from './lag.ts';
import { MycorrhizaeReader } from './reader.ts';

const NOW = Date.UTC(2026, 8, 2, 9);
const context: ReadContext = { now: NOW, simulated: false };

function kept() {
  const messages: MycorrhizaeMessage[] = [];
  const rows: Rows[] = [];
  const gaps: unknown[] = [];
  const counts = new Map<string, number>();
  let told = 0;
  const out: Out = {
    put: () => void told++,
    remove: () => void told++,
    replace: () => void told++,
    event: (part, record) => {
      told++;
      if (part === 'messages') messages.push(record as MycorrhizaeMessage);
    },
    rows: (_part, each) => void rows.push(each),
    gap: (part, gap) => void gaps.push([part, gap]),
    count: (what, reason) => {
      told++;
      counts.set(`${what}:${reason}`, (counts.get(`${what}:${reason}`) ?? 0) + 1);
    },
  };
  return { out, messages, rows, gaps, counts, told: () => told };
}

const message = (payload: unknown, more: object = {}) => ({
  id: crypto.randomUUID(),
  channel: 'device.MB-1.telemetry',
  timestamp: new Date(NOW - 1_000).toISOString(),
  ttl_seconds: 3_600,
  source: { type: 'device', id: 'MB-1', device_serial: 'MB-1' },
  message_type: 'telemetry',
  payload,
  tracing: { api_key_id: 'secret' },
  priority: 5,
  tags: [],
  ...more,
});
const read = (value: unknown, place = {}, at: ReadContext = context) => {
  const { out, ...rest } = kept();
  new MycorrhizaeReader().value(value, undefined, out, at, place);
  return rest;
};
const first = (value: unknown) => read(value).messages[0];

describe('readings', () => {
  test('a pack keeps two of one id in order, and drops alone what has no id or no value', () => {
    const pack = [
      { id: 'Temp', v: 20, u: 'C' },
      { id: 'temp', v: 21, u: 'degC' },
      { v: 3 },
      { id: 'rh', v: null },
      { id: 'co2', v: '811' },
      { id: 'zero', v: 0 },
      { id: 'below', v: -1.5 },
      { id: 'door', v: true },
      7,
    ];
    const made = first(message({ hdr: { deviceId: 'D', msgId: 'm' }, seq: 0, pack }));
    expect(made?.readings).toEqual([
      { name: 'temp', value: 20, unit: '°C' },
      { name: 'temp', value: 21, unit: '°C' },
      { name: 'co2', value: 811, unit: 'ppm' },
      { name: 'zero', value: 0, unit: '' },
      { name: 'below', value: -1.5, unit: '' },
    ]);
    expect(made?.dropped).toEqual(['pack[2]', 'rh', 'pack[8]']);
    expect(made?.attributes).toEqual({ door: 'true' });
    expect(made?.key).toBe('D/0/m');
  });

  test.each([
    ['no msgId', { hdr: { deviceId: 'D', msgId: '' }, seq: 1, pack: [] }],
    ['a seq below 0', { hdr: { deviceId: 'D', msgId: 'm' }, seq: -1, pack: [] }],
    ['a seq that is no integer', { hdr: { deviceId: 'D', msgId: 'm' }, seq: 1.5, pack: [] }],
  ])('%s: the id of the message is what tells it from others', (_, payload) => {
    expect(first(message(payload, { id: 'outer' }))?.key).toBe('outer');
  });

  test('electrodes, bands and environment of the protocol have the unit of their name', () => {
    const inner = {
      bioelectric: {
        channels: [
          { id: 'CH0', amplitude_uv: 12, dominant_freq_hz: 2, snr_db: 9, band_powers: { low: 1 } },
          { amplitude_uv: 1 },
        ],
      },
      environment: { temperature_c: 20, light_lux: 5, ph: 6.5, moisture_pct: null },
    };
    const payload = {
      version: '1.0.0',
      message_type: 'fci_telemetry',
      source: { type: 'fci', device_serial: 'F1' },
      payload: inner,
    };
    const made = first(message(payload));
    expect(made?.readings.map(({ name, unit }) => `${name} ${unit}`)).toEqual([
      'ch0.amplitude µV',
      'ch0.dominant_freq Hz',
      'ch0.snr dB',
      'ch0.band_powers.low ',
      'temperature °C',
      'light lx',
      'ph ',
    ]);
    expect(made?.dropped).toEqual(['bioelectric.channels[1]', 'moisture']);
    expect(made).toMatchObject({ shape: 'v1', entity: 'F1', provenance: 'measured' });
  });

  test('what is past its lifetime is history: told, but no device and no curve', () => {
    const past = message({ temperature: 1 }, { timestamp: new Date(NOW - 61_000).toISOString(), ttl_seconds: 60 });
    const { messages, rows, counts } = read(past);
    expect(messages[0]?.flags).toContain('expired');
    expect(rows).toEqual([]);
    expect(counts.get('expired:message')).toBe(1);
  });

  test('an untrusted value is none that was measured', () => {
    const payload = {
      hdr: { deviceId: 'D', msgId: 'm' },
      seq: 1,
      pack: [{ id: 't', v: 1 }],
      verification: { hashValid: false },
    };
    expect(first(message(payload))).toMatchObject({ trust: 'untrusted', provenance: 'unknown', flags: ['untrusted'] });
  });
});

describe('what goes no further', () => {
  test.each([
    ['device.MB-1.command', {}, 'device-command'],
    ['device.MB-1.commands', {}, 'device-command'],
    ['device.MB-1.Commands.relay', {}, 'device-command'],
    ['device.MB-1.telemetry', { version: '1.0.0', message_type: 'stimulus_command', payload: {} }, 'stimulus-command'],
    ['agent.a.tasks', { command: 'x', parameters: { waveform: 'square' }, safety: {} }, 'stimulus-command'],
  ])('%s %j: %s', (channel, payload, why) => {
    const { messages, counts } = read(message(payload, { channel }));
    expect(messages).toEqual([]);
    expect([...counts]).toEqual([[`withheld:${why}`, 1]]);
  });

  test('no record holds the key of whoever published', () => {
    expect(JSON.stringify(first(message({ temperature: 1 })))).not.toContain('secret');
  });

  test('what was not asked for is left out, unless it says that it is invented', () => {
    expect(read(message({ a: 1 }), { pattern: 'system.*' }).counts.get('filtered:other-channel')).toBe(1);
    expect(read(message({ a: 1 }, { tags: ['simulation'] }), { pattern: 'system.*' }).messages).toHaveLength(1);
  });
});

describe('a slow stream', () => {
  test('numbers that come too late are skipped until it has caught up, and the loss is told; words are not', () => {
    const reader = new MycorrhizaeReader();
    const { out, messages, gaps, counts } = kept();
    const lag = new Lag();
    const say = (sentAt: number, now: number, more: object = {}): void => {
      const value = message({ temperature: 1 }, { timestamp: new Date(sentAt).toISOString(), ...more });
      reader.value(value, undefined, out, { now, simulated: false }, { lag });
    };
    // Their clock is three hours behind ours: that is no lag.
    const skew = 3 * 3_600_000;
    say(NOW - skew, NOW);
    say(NOW + 1_000 - skew, NOW + 1_000 + MYCORRHIZAE_LAG_MS + 1);
    say(NOW + 2_000 - skew, NOW + 2_000 + MYCORRHIZAE_LAG_MS + 1, { channel: 'alert.critical', message_type: 'event' });
    say(NOW + 20_000 - skew, NOW + 20_500);
    expect(messages.map(({ channel }) => channel)).toEqual([
      'device.MB-1.telemetry',
      'alert.critical',
      'device.MB-1.telemetry',
    ]);
    expect(counts.get('late:behind')).toBe(1);
    expect(gaps).toMatchObject([
      ['messages', { why: 'slow-consumer', count: 1 }],
      ['telemetry', { why: 'slow-consumer', count: 1 }],
    ]);
  });
});

describe('hostile peers', () => {
  const vectors = readFileSync(join(import.meta.dirname, 'fixtures/messages.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly wire?: string })
    .flatMap(({ wire }) => /^data: (.*)$/m.exec(wire ?? '')?.[1] ?? []);

  test('any text, and any message cut anywhere, is read or counted', () => {
    const cut = fc.tuple(fc.constantFrom(...vectors), fc.nat({ max: 2_000 })).map(([text, at]) => text.slice(0, at));
    fc.assert(
      fc.property(fc.oneof(fc.string(), cut, fc.json({ maxDepth: 6 })), (text) => {
        const { out, told } = kept();
        new MycorrhizaeReader().text(text, undefined, out, context);
        expect(told()).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  test('any payload in a message is a record or is withheld', () => {
    const key = fc.constantFrom(
      'hdr',
      'pack',
      'payload',
      'version',
      'latest_readings',
      'temperature',
      'seq',
      '__proto__',
      'x',
    );
    const payload = fc.letrec((tie) => ({
      any: fc.oneof({ depthSize: 'small' }, fc.jsonValue(), fc.dictionary(key, tie('any')), fc.array(tie('any'))),
    })).any;
    fc.assert(
      fc.property(payload, (value) => {
        const { messages, counts } = read(message(value));
        expect(messages.length + (counts.get('withheld:stimulus-command') ?? 0)).toBe(1);
        const [made] = messages;
        for (const each of made?.readings ?? []) expect(Number.isFinite(each.value)).toBe(true);
        expect(made?.readings.length ?? 0).toBeLessThanOrEqual(512);
      }),
      { numRuns: 500 },
    );
  });

  test('a pack of a million is cut, and its memory with it', () => {
    const pack = Array.from({ length: 1_000_000 }, (_, at) => ({ id: `r${at}`, v: at }));
    const made = first(message({ hdr: { deviceId: 'D', msgId: 'm' }, seq: 1, pack }));
    expect(made?.readings).toHaveLength(512);
    expect(made?.dropped).toHaveLength(64);
  });
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BoardItem, MdpItem } from '../../../contract/board-item.ts';
import { EMPTY_IDENTITY } from '../../../contract/board-status.ts';
import { fromHex, toHex } from '../../../decode/hex.ts';
import { decodeMdpFrame } from '../../../decode/mdp-frame.ts';
import { resultOf } from '../command/answers.ts';
import { helloProbe, mdpCommandFrame } from '../command/encode.ts';
import { BINARY_AMBIGUOUS, BINARY_SAFE } from '../command/mdp-bin-forms.ts';
import { SIDE_A_FRAMES } from '../command/mdp-json-forms.ts';
import { createBench } from './test-bench.ts';

interface Vector {
  readonly name: string;
  readonly dialect: string;
  readonly bytes_hex: string;
  readonly decoded: {
    readonly items: readonly BoardItem[];
    readonly device?: {
      readonly accepts: boolean;
      readonly reply_hex?: string;
      readonly reply_items?: readonly BoardItem[];
    };
    readonly detect?: {
      readonly dialect: string;
      readonly stage: string;
      readonly host_sent: readonly { readonly stage: string; readonly hex: string }[];
    };
  };
}

const folder = fileURLToPath(new URL('../fixtures/', import.meta.url));
const load = (name: string): Vector[] => JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8')) as Vector[];
const isMdp = (item: BoardItem | undefined): item is MdpItem => item?.kind === 'mdp';

describe('board vectors', () => {
  it.each(load('detect').map((vector) => [vector.name, vector] as const))('%s', async (_, vector) => {
    const { detect } = vector.decoded;
    if (detect === undefined) throw new Error('vector without a verdict');
    const { clock, session, written, last, console } = createBench();
    const stages = ['passive', 'hello', 'status', 'json', 'none'];
    const waits = [0, 2_500, 500, 500, 0];
    for (let stage = 0; stage <= stages.indexOf(detect.stage); stage += 1) await clock.pass(waits[stage] ?? 0);
    session.feed(fromHex(vector.bytes_hex));
    await clock.pass(detect.stage === 'none' ? 600 : 1);
    expect(last.identity).toMatchObject({ dialect: detect.dialect, stage: detect.stage });
    const probes = detect.host_sent.length;
    expect(written.length).toBeGreaterThanOrEqual(probes);
    const sent = console.filter((record) => record.dir === 'out');
    expect(sent.every((record) => record.by === 'hyphae')).toBe(true);
    for (const [index, probe] of detect.host_sent.entries()) {
      if (probe.stage !== 'hello') {
        expect(toHex(written[index] ?? new Uint8Array())).toBe(probe.hex);
        continue;
      }
      const theirs = decodeMdpFrame(fromHex(probe.hex).subarray(2, -2));
      if ('error' in theirs) throw new Error(theirs.error);
      const ours = helloProbe(theirs.seq);
      expect(ours === undefined ? undefined : toHex(ours)).toBe(probe.hex);
    }
  });

  it.each(
    [...load('host_to_sidea_mdp'), ...load('host_to_sidea_bin')]
      .filter(
        ({ decoded: { items } }) => items.length === 1 && isMdp(items[0]) && items[0].header.type_name === 'COMMAND',
      )
      .map((vector) => [vector.name, vector] as const),
  )('reproduces %s', (_, vector) => {
    const [item] = vector.decoded.items;
    if (!isMdp(item)) throw new Error('no frame');
    const command = item.body as { cmd_id: number; cmd_len: number; data_hex: string };
    const body =
      item.body_text === undefined
        ? Uint8Array.from([
            command.cmd_id & 255,
            command.cmd_id >> 8,
            command.cmd_len & 255,
            command.cmd_len >> 8,
            ...fromHex(command.data_hex),
          ])
        : new TextEncoder().encode(item.body_text);
    const ours = toHex(mdpCommandFrame(item.header.seq, body, item.header.dst, item.header.flags));
    expect(vector.bytes_hex).toContain(ours);
  });

  it.each([
    ['cmd_hello', 'identify', {}],
    ['cmd_stream_1hz', 'set-rate', { interval_s: 1 }],
    ['cmd_mosfet_on', 'mosfet', { output: '2', on: true }],
    ['cmd_mosfet_off', 'mosfet', { output: '2', on: false }],
    ['cmd_buzzer', 'tone', { hz: 604, ms: 100 }],
    ['cmd_buzzer_off_by_freq0', 'tone-stop', {}],
    ['cmd_neopixel_rgb', 'led-colour', { red: 17, green: 191, blue: 40 }],
    ['cmd_neopixel_off', 'led-off', {}],
    ['cmd_estop', 'estop', {}],
    ['cmd_clear_estop', 'clear-estop', {}],
  ] as const)('%s is what "%s" sends, and its reply ends it', (name, command, params) => {
    const vector = load('host_to_sidea_mdp').find((each) => each.name === name);
    const [item] = vector?.decoded.items ?? [];
    const steps = SIDE_A_FRAMES[command]?.(params, EMPTY_IDENTITY);
    if (!isMdp(item) || steps === undefined || typeof steps === 'string') throw new Error('missing');
    const [step] = steps;
    expect(step?.text).toBe(item.body_text);
    const bytes = step?.bytes(item.header.seq);
    if (bytes !== undefined) expect(`00${vector?.bytes_hex}`).toBe(toHex(bytes));
    const answers = (vector?.decoded.device?.reply_items ?? []).map(
      (reply) => step?.answer?.(reply, [item.header.seq], true)?.is,
    );
    expect(answers).toContain('done');
    const others = (vector?.decoded.device?.reply_items ?? []).map((reply) =>
      step?.answer?.(reply, [item.header.seq + 1], true),
    );
    expect(others.every((answer) => answer === undefined)).toBe(true);
  });

  it.each(
    load('host_to_sidea_bin')
      .filter(({ dialect }) => dialect === 'mdp1-bin')
      .map((v) => [v.name, v] as const),
  )('the reply of %s is matched by its command id', (_, vector) => {
    const [item] = vector.decoded.items;
    const id = isMdp(item) ? (item.body as { cmd_id: number }).cmd_id : -1;
    const answers = (vector.decoded.device?.reply_items ?? []).flatMap(
      (reply) => resultOf(id)(reply, [], true)?.is ?? [],
    );
    expect(answers[0]).toBe(/unknown|short|bad/.test(vector.name) ? 'refused' : 'done');
  });

  it('says binary commands as the firmware takes them', () => {
    const forms = { ...BINARY_SAFE, ...BINARY_AMBIGUOUS };
    const said = (name: string, params: Record<string, number | string | boolean>) => {
      const steps = forms[name]?.(params, EMPTY_IDENTITY);
      const bytes = typeof steps === 'string' ? undefined : steps?.[0]?.bytes(1);
      return bytes === undefined ? '' : toHex(bytes);
    };
    const sent = new Map(load('host_to_sidea_bin').map((vector) => [vector.name, vector.bytes_hex]));
    expect(said('set-rate', { interval_s: 59.324 })).toBe(`00${sent.get('bincmd_set_telem_ms')}`);
    expect(said('mosfet', { output: '3', on: true })).toBe(`00${sent.get('bincmd_set_mos')}`);
    expect(said('i2c-pins', { sda: 5, scl: 4, hz: 400_000 })).toBe(`00${sent.get('bincmd_set_i2c')}`);
    expect(said('tone', { hz: 0x0c61, ms: 45 })).toBe(`00${sent.get('bincmd_tone')}`);
    expect(said('set-role', { role: 'mushroom1' })).toBe(`00${sent.get('bincmd_set_role')}`);
  });

  it.each([
    [
      'mdp1_json',
      'hello_hyphae1_boot',
      { firmware: 'side-a-mdp-2.1.0', role: 'hyphae1', side: 'A', deviceId: 'mycobrain-1db410' },
    ],
    ['mdp1_json', 'sideb_hello', { firmware: 'side-b-mdp-2.0.0', role: 'side_b', side: 'B' }],
    ['mdp1_bin', 'envelope_telemetry', { deviceId: 'mycobrain-side-a', role: 'standalone' }],
    [
      'json_lines',
      'production_boot_and_legacy_telemetry',
      { mac: '10:b4:1d:a3:70:42', firmware: 'MycoBrain Side-A Production 1.0.0' },
    ],
    ['json_lines', 'production_machine_telemetry', { mac: '10:b4:1d:fa:17:f6', role: 'standalone' }],
    ['json_lines', 'sciencecomms_00_status', { firmware: 'MycoBrain-ScienceComms 1.0.0', mac: '10:b4:1d:74:ae:db' }],
    ['json_lines', 'advanced_00_status', { firmware: 'MycoBrain-Advanced 2.0.0' }],
    ['json_lines', 'bsec2_boot_and_tele', { firmware: 'mycobrain.sideA.bsec2 2.1.0', side: 'A', role: 'side-a' }],
    ['json_lines', 'working_boot', { firmware: 'mycobrain-working 1.0.0' }],
    ['json_lines', 'sideb_router_boot', { mac: '10:b4:1d:9f:ef:f8', side: 'B' }],
    ['json_lines', 'recovery_amb', { firmware: 'recovery-operator-bsec2-v0.7', deviceId: 'mycobrain-a02aac' }],
  ] as const)('%s %s tells who it is', async (file, name, words) => {
    const vector = load(file).find((each) => each.name === name);
    const { clock, session, last } = createBench();
    session.feed(fromHex(vector?.bytes_hex ?? ''));
    await clock.pass(4_500);
    expect(last.identity).toMatchObject(words);
  });

  it('counts the resets and losses of a port that is power-cycled, re-flashed and damaged for a minute', async () => {
    const bytes = readFileSync(`${folder}stream_shared_60s.bin`);
    const { chunks } = JSON.parse(readFileSync(`${folder}stream_shared_60s.json`, 'utf8')) as {
      chunks: [number, number, number][];
    };
    const { clock, session, last, console, latest } = createBench();
    for (const [at, offset, length] of chunks) {
      await clock.pass(Math.max(0, at - clock.now().monoMs));
      session.feed(bytes.subarray(offset, offset + length));
    }
    await clock.pass(1_000);
    expect(last.health.bytesIn).toBe(bytes.length);
    expect(last.health.errors).toMatchObject({ unrecognized: 4, cobs_invalid: 2 });
    expect(last.health.resets).toBeGreaterThanOrEqual(5);
    expect(latest('a.temperature_c')).toBeDefined();
    const shown = console.reduce((sum, record) => sum + (record.dir === 'in' ? record.hex.length / 2 : 0), 0);
    expect(shown).toBeGreaterThan(bytes.length * 0.95);
    expect(shown).toBeLessThanOrEqual(bytes.length);
  });

  it('never throws on any bytes in any cut, mixed with the real ones', async () => {
    const real = [...load('mdp1_json'), ...load('json_lines'), ...load('edge_cases')].map((vector) =>
      fromHex(vector.bytes_hex),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...real)), { maxLength: 12 }),
        async (chunks) => {
          const { clock, session } = createBench();
          for (const chunk of chunks) {
            session.feed(chunk);
            await clock.pass(700);
          }
          const health = session.close('test over');
          expect(health.bytesIn).toBe(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
        },
      ),
      { numRuns: 60 },
    );
  });
});

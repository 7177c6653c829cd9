import { describe, expect, it } from 'vitest';
import { EMPTY_IDENTITY } from '../../../contract/board-status.ts';
import { decodeMdpFrame, encodeMdpFrame } from '../../../decode/mdp-frame.ts';
import { createBench } from '../session/test-bench.ts';
import { helloProbe, jsonNodes, mdpJson } from './encode.ts';

const encoder = new TextEncoder();
const sideA = { ...EMPTY_IDENTITY, dialect: 'mdp1-json' as const, firmware: 'side-a-mdp-2.1.0', side: 'A' as const };
const tele = { ...EMPTY_IDENTITY, dialect: 'json-tele' as const, firmware: 'mycobrain.sideA.bsec2 2.1.0' };

/** What proves to each that it still is what it was. */
const word = (known: typeof sideA | typeof tele): Uint8Array =>
  known === sideA
    ? encodeMdpFrame({ type: 1, seq: 1, src: 0xa1, dst: 0xc0 }, encoder.encode('{"type":"telemetry"}'))
    : encoder.encode('{"type":"tele"}\n');

/** A board already known, whose set-up questions have all timed out. */
async function quiet(known: typeof sideA | typeof tele) {
  const bench = createBench({ known });
  bench.session.feed(word(known));
  await bench.clock.pass(60_000);
  bench.written.length = 0;
  return bench;
}

const seqOf = (bytes: Uint8Array | undefined): number => {
  const frame = decodeMdpFrame((bytes ?? new Uint8Array()).subarray(1, -1));
  if ('error' in frame) throw new Error(frame.error);
  return frame.seq;
};
let boardSeq = 900;
const ack = (request: number, success = true, message = 'mosfet_updated') =>
  encodeMdpFrame(
    { type: 3, seq: ++boardSeq, ack: request, flags: success ? 2 : 4, src: 0xa1, dst: 0xc0 },
    encoder.encode(JSON.stringify({ success, message })),
  );
const kinds = (states: readonly { readonly is: string }[]) => states.map((state) => state.is);

describe('commands of mdp1-json', () => {
  it('are matched by the acknowledged number alone', async () => {
    const { clock, command, session, states, written } = await quiet(sideA);
    const id = command('mosfet', { output: '1', on: true });
    await clock.pass(10);
    session.feed(ack(seqOf(written[0]) + 1));
    expect(states(id).at(-1)?.is).toBe('sent');
    await clock.pass(20);
    session.feed(ack(seqOf(written[0])));
    expect(kinds(states(id))).toEqual(['queued', 'sent', 'accepted', 'done']);
    expect(states(id).at(-1)).toEqual({ is: 'done', acknowledged: true, rttMs: 30, answer: 'mosfet_updated' });
  });

  it('are not done when Side B has only passed them on', async () => {
    const { clock, command, session, states, written } = await quiet(sideA);
    const id = command('mosfet', { output: '1', on: true });
    await clock.pass(1);
    session.feed(ack(seqOf(written[0]), true, 'forwarded_to_side_a'));
    expect(states(id).at(-1)?.is).toBe('accepted');
    session.feed(ack(seqOf(written[0])));
    expect(states(id).at(-1)?.is).toBe('done');
  });

  it('are sent again with a new number after 1 s, and fail after the last', async () => {
    const { clock, command, states, written } = await quiet(sideA);
    const id = command('mosfet', { output: '1', on: true });
    await clock.pass(999);
    expect(written).toHaveLength(1);
    await clock.pass(2);
    expect(written).toHaveLength(2);
    expect(seqOf(written[1])).toBeGreaterThan(seqOf(written[0]));
    await clock.pass(1_000);
    expect(states(id).at(-1)).toMatchObject({ is: 'failed', error: { code: 'command-timeout' } });
  });

  it('accept a late answer to the first attempt', async () => {
    const { clock, command, session, states, written } = await quiet(sideA);
    const id = command('mosfet', { output: '1', on: true });
    await clock.pass(1_200);
    session.feed(ack(seqOf(written[0])));
    expect(states(id).at(-1)?.is).toBe('done');
  });

  it('are given 3 s after a sound, which blocks the board', async () => {
    const { clock, command, written } = await quiet(sideA);
    command('sound', { name: 'coin' });
    await clock.pass(1);
    command('mosfet', { output: '1', on: true });
    await clock.pass(2_500);
    expect(written).toHaveLength(2);
    await clock.pass(600);
    expect(written).toHaveLength(3);
  });

  it('never carry a line end', async () => {
    const { clock, command, written } = await quiet(sideA);
    for (let n = 0; n < 60; n += 1) {
      command('mosfet', { output: '1', on: n % 2 === 0 });
      await clock.pass(2_500);
    }
    expect(written.length).toBeGreaterThan(100);
    for (const bytes of written) expect(bytes.includes(10) || bytes.includes(13)).toBe(false);
    expect(helloProbe(10)).toBeUndefined();
    expect(helloProbe(13)).toBeUndefined();
  });

  it('are refused before sending when the board could not read them', () => {
    expect(jsonNodes({ cmd: 'hello', params: { pad: Array(40).fill(1) } })).toBe(43);
    expect(mdpJson('hello', { pad: Array(40).fill(1) })).toContain('32 members');
    expect(mdpJson('hello', { pad: 'x'.repeat(1_100) })).toContain('1024 bytes');
  });
});

describe('a tone of mdp1-json, which does not end by itself', () => {
  const bodyOf = (bytes: Uint8Array | undefined): unknown => {
    const frame = decodeMdpFrame((bytes ?? new Uint8Array()).subarray(1, -1));
    return 'error' in frame ? frame : JSON.parse(new TextDecoder().decode(frame.body));
  };
  const off = { cmd: 'output_control', params: { id: 'buzzer', freq: 0 } };

  it('is ended even when nobody answered its start', async () => {
    const { clock, command, last, session, states, written } = await quiet(sideA);
    const id = command('tone', { hz: 440, ms: 9_000 });
    await clock.pass(2_100);
    expect(written.slice(2).map(bodyOf)).toEqual([off]);
    expect(last.outputs).toBe('on');
    session.feed(ack(seqOf(written[2]), true, 'buzzer_played'));
    await clock.pass(5_000);
    expect(last.outputs).not.toBe('on');
    expect(states(id).at(-1)).toMatchObject({ is: 'failed', error: { code: 'command-timeout' } });
  });

  it('is ended at once when it is withdrawn', async () => {
    const { clock, command, session, written } = await quiet(sideA);
    const id = command('tone', { hz: 440, ms: 9_000 });
    await clock.pass(10);
    session.feed(ack(seqOf(written[0]), true, 'buzzer_played'));
    await clock.pass(10);
    expect(written).toHaveLength(1);
    session.cancelCommand(id);
    await clock.pass(10);
    expect(written.slice(1).map(bodyOf)).toEqual([off]);
  });
});

describe('the queue', () => {
  it('lets an emergency stop pass as many questions as may be in flight', async () => {
    const { clock, command, written } = await quiet(sideA);
    for (let n = 0; n < 9; n += 1) command('read-now');
    await clock.pass(1);
    expect(written).toHaveLength(8);
    command('estop');
    await clock.pass(1);
    expect(new TextDecoder().decode(written[8])).toContain('"estop"');
  });

  it('does not wait for ever for the end of an answer', async () => {
    const { clock, command, session, states } = await quiet(sideA);
    const id = command('help');
    for (let n = 0; n < 100; n += 1) {
      await clock.pass(100);
      session.feed(encoder.encode('E (1) i2c: bus is stuck\n'));
    }
    expect(states(id).at(-1)?.is).toBe('done');
  });

  it('holds one text command in flight and refuses the thirty-third that waits', async () => {
    const { clock, command, states, written } = await quiet(tele);
    const first = command('led-off');
    for (let n = 0; n < 32; n += 1) command('led-off');
    const last = command('led-off');
    await clock.pass(1);
    expect(written).toHaveLength(1);
    expect(states(first).at(-1)?.is).toBe('sent');
    expect(states(last)).toMatchObject([{ is: 'failed', error: { code: 'command-queue-full' } }]);
  });

  it('matches json-tele answers by id, several at once', async () => {
    const { clock, command, session, states, written } = await quiet(tele);
    const one = command('ping');
    const two = command('status');
    await clock.pass(1);
    expect(written).toHaveLength(2);
    const ids = written.map((bytes) => (JSON.parse(new TextDecoder().decode(bytes)) as { id: string }).id);
    session.feed(encoder.encode(`{"ok":true,"id":"${ids[1]}"}\n{"ok":false,"error":"no","id":"${ids[0]}"}\n`));
    expect(states(two).at(-1)?.is).toBe('done');
    expect(states(one).at(-1)).toMatchObject({ is: 'failed', error: { code: 'command-refused', message: 'no' } });
  });

  it('lets an emergency stop pass everything that waits', async () => {
    const { clock, command, states, written } = await quiet(tele);
    const tone = command('tone', { hz: 440, ms: 1000 });
    const waits = command('led-colour', { red: 1, green: 2, blue: 3 });
    await clock.pass(1);
    const stop = command('estop');
    await clock.pass(1);
    expect(new TextDecoder().decode(written[1])).toContain('"set_buzzer","off":true');
    expect(states(tone).at(-1)?.is).toBe('failed');
    expect(states(waits).at(-1)).toMatchObject({ is: 'expired' });
    await clock.pass(20_000);
    expect(written.some((bytes) => new TextDecoder().decode(bytes).startsWith('led rgb'))).toBe(false);
    expect(written.some((bytes) => new TextDecoder().decode(bytes).startsWith('led off'))).toBe(true);
    expect(states(stop).at(-1)).toMatchObject({ is: 'failed', error: { code: 'command-timeout' } });
  });

  it('lets a deadline pass, takes back, and does not act twice on one id', async () => {
    const { clock, command, session, states, written } = await quiet(tele);
    command('led-off');
    const late = command('led-off', {}, { deadline: clock.now().epochMs + 500 });
    const withdrawn = command('led-off');
    session.cancelCommand(withdrawn);
    await clock.pass(600);
    expect(states(late).at(-1)).toMatchObject({ is: 'expired', error: { code: 'command-expired' } });
    expect(states(withdrawn).at(-1)?.is).toBe('expired');
    const before = written.length;
    command('led-off', {}, { id: late });
    await clock.pass(5_000);
    expect(written.length).toBeLessThanOrEqual(before + 1);
  });

  it('fails what is pending when the port goes', async () => {
    const { clock, command, session, states } = await quiet(sideA);
    const id = command('mosfet', { output: '1', on: true });
    await clock.pass(1);
    session.close('unplugged');
    expect(states(id).at(-1)).toMatchObject({ is: 'failed', error: { code: 'board-not-open', message: 'unplugged' } });
  });

  it('names a wrong parameter and an unknown command', async () => {
    const { command, states } = await quiet(sideA);
    expect(states(command('mosfet', { output: '9', on: true }))).toMatchObject([
      { is: 'failed', error: { code: 'command-bad-parameter' } },
    ]);
    expect(states(command('fly'))).toMatchObject([{ is: 'failed', error: { code: 'command-not-supported' } }]);
  });

  it('sends typed bytes as they are, in the console too', async () => {
    const { clock, session, written, console } = await quiet(sideA);
    session.write(encoder.encode('help\n'), 'Ada');
    await clock.pass(1);
    expect(new TextDecoder().decode(written[0])).toBe('help\n');
    expect(console.at(-1)).toMatchObject({ dir: 'out', text: 'help', by: 'Ada' });
  });
});

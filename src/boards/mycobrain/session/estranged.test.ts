import { describe, expect, it } from 'vitest';
import { type BoardIdentity, EMPTY_IDENTITY } from '../../../contract/board-status.ts';
import { encodeMdpFrame } from '../../../decode/mdp-frame.ts';
import { createBench } from './test-bench.ts';

const encoder = new TextEncoder();
const sideA: BoardIdentity = {
  ...EMPTY_IDENTITY,
  dialect: 'mdp1-json',
  firmware: 'side-a-mdp-2.1.0',
  side: 'A',
  mac: '10:b4:1d:0a:1b:2c',
};
const telemetry = encodeMdpFrame({ type: 1, seq: 1, src: 0xa1, dst: 0xc0 }, encoder.encode('{"type":"telemetry"}'));
const advanced = encoder.encode(
  '{"type":"status","board_id":"2C:1B:0A:1D:B4:10","firmware":"MycoBrain-Advanced","version":"2.0.0","ok":true}\r\n',
);
const lines = (written: readonly Uint8Array[]) => written.map((bytes) => new TextDecoder().decode(bytes));

describe('a known board that says nothing of its kind', () => {
  it('is listened to and probed like an unknown one, and taken for what it is now', async () => {
    const { clock, session, phases, last, written, console } = createBench({ known: sideA });
    expect(phases).toEqual(['open']);
    await clock.pass(3_499);
    expect(phases).toEqual(['open']);
    await clock.pass(2);
    expect(phases).toEqual(['open', 'listening']);
    expect(last.identity.dialect).toBeUndefined();
    expect(last.commands).toEqual([]);
    await clock.pass(2_500);
    expect(phases).toEqual(['open', 'listening', 'probing']);
    await clock.pass(500);
    expect(lines(written).at(-1)).toBe('status\n');
    written.length = 0;
    session.feed(advanced);
    expect(phases.at(-1)).toBe('open');
    expect(last.identity).toMatchObject({ dialect: 'ndjson-machine', stage: 'status', mac: sideA.mac });
    expect(last.identity.firmware).toBe('MycoBrain-Advanced 2.0.0');
    expect(console).toContainEqual(
      expect.objectContaining({ dir: 'note', text: expect.stringContaining('flashed with another build') }),
    );
    await clock.pass(20_000);
    expect(lines(written).some((line) => line.includes('hello'))).toBe(false);
  });

  it('is said to be found without asking when it changes by itself later', async () => {
    const { clock, session, last } = createBench();
    await clock.pass(3_100);
    session.feed(advanced);
    expect(last.identity).toMatchObject({ dialect: 'ndjson-machine', stage: 'status' });
    session.feed(encoder.encode('{"type":"tele","seq":1}\n{"type":"tele","seq":2}\n'));
    expect(last.identity).toMatchObject({ dialect: 'json-tele', stage: 'passive' });
  });

  it('is the board it was when it only took its time', async () => {
    const { clock, session, last } = createBench({ known: sideA });
    await clock.pass(4_000);
    session.feed(telemetry);
    expect(last.identity).toEqual({ ...sideA, stage: 'passive' });
    expect(last.commands).toContain('estop');
  });

  it('is not doubted once it has spoken', async () => {
    const { clock, session, phases } = createBench({ known: sideA });
    await clock.pass(3_000);
    session.feed(telemetry);
    await clock.pass(60_000);
    expect(phases).toEqual(['open']);
  });

  it('keeps its name when it stays silent, and is known again by its first word', async () => {
    const { clock, session, phases, last, console } = createBench({ known: sideA });
    await clock.pass(10_000);
    expect(last.identity).toMatchObject({ dialect: 'silent', firmware: 'side-a-mdp-2.1.0' });
    session.feed(telemetry);
    expect(last.identity).toMatchObject({ dialect: 'mdp1-json', firmware: 'side-a-mdp-2.1.0' });
    expect(phases.at(-1)).toBe('open');
    expect(console.some((record) => record.dir === 'note' && record.text.includes('flashed'))).toBe(false);
  });

  it('fails what was sent in the old words and says the rest in the new ones', async () => {
    const { clock, session, command, states, written } = createBench({ known: sideA });
    await clock.pass(3_200);
    const sent = command('mosfet', { output: '1', on: true });
    await clock.pass(500);
    expect(states(sent).at(-1)).toMatchObject({ is: 'failed', error: { code: 'command-timeout' } });
    const waits = command('mosfet', { output: '2', on: true });
    await clock.pass(2_900);
    expect(states(waits).at(-1)?.is).toBe('queued');
    written.length = 0;
    session.feed(advanced);
    await clock.pass(8_000);
    expect(lines(written)).toContain('out set 2 1\n');
  });

  it('is left in peace when it is a gateway, which speaks when it hears something', async () => {
    const { clock, phases, written } = createBench({ known: { ...EMPTY_IDENTITY, dialect: 'gateway-json' } });
    await clock.pass(60_000);
    expect(phases).toEqual(['open']);
    expect(written).toEqual([]);
  });
});

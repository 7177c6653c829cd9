import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { formatCount } from '../src/components/format-value.ts';
import { encodeMdpFrame, MDP_ADDRESS, MDP_TYPE } from '../src/decode/mdp-frame.ts';
import { t } from '../src/i18n/en.ts';
import { boardCard } from './harness/board-card.ts';
import { openLab } from './harness/lab.ts';
import { watchLabBoards, watchValues } from './harness/lab-boards.ts';
import { talkingBoard } from './harness/talking-board.ts';

let seq = 0;

/** Everything a port can say that is not a reading. After each, a good reading must come through. */
const NASTY: Readonly<Record<string, { readonly bytes: Buffer; readonly error?: string }>> = {
  'a flood of NUL': { bytes: Buffer.alloc(200_000) },
  'an endless line': { bytes: Buffer.alloc(300_000, 'A'), error: 'line_too_long' },
  'a frame that never ends': {
    bytes: Buffer.concat([Buffer.of(5, 0x5a, 0xa1), Buffer.alloc(5_000, 1)]),
    error: 'oversize',
  },
  'invalid UTF-8': { bytes: Buffer.from([...Array(64).fill(0xff), 0x0a]), error: 'unrecognized' },
  'JSON as deep as it gets': { bytes: Buffer.from(`${'{"a":'.repeat(700)}1${'}'.repeat(700)}\n`) },
  'JSON that reaches for the prototype': {
    bytes: Buffer.from(
      '{"type":"tele","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"temperature":1e400}\n',
    ),
  },
  'JSON that stops in the middle': { bytes: Buffer.from('{"type":"tele","temperature":\n'), error: 'json_invalid' },
  'a damaged frame': { bytes: damaged(), error: 'crc_mismatch' },
  'words that look like markup': {
    bytes: Buffer.from('<img src=x onerror="globalThis.owned=1"><script>owned=1</script>\n'),
  },
  noise: { bytes: randomBytes(100_000) },
};

test('nothing a port says can stop the next reading', async () => {
  const board = talkingBoard();
  const lab = await openLab({ boards: [board] });
  const page = await lab.openTab();
  const boards = await watchLabBoards(page);
  await lab.plug(board);
  let reading = 1_000;
  const say = () => {
    reading += 7;
    board.say(telemetry(reading));
    return reading;
  };
  const sayAndLook = () => {
    say();
    return boards.all();
  };
  await expect.poll(sayAndLook).toMatchObject([{ phase: { is: 'open' } }]);
  const [{ id } = { id: '' }] = await boards.all();
  const values = await watchValues(page, id);
  const card = boardCard(page, id);

  for (const [what, { bytes, error }] of Object.entries(NASTY)) {
    const before = (await boards.get(id)).health.errors;
    // Noise may leave a frame or a line open: a board's next NUL and line end close them.
    board.say(Buffer.concat([bytes, Buffer.from('\0\n\0')]));
    const said = say();
    await expect
      .poll(async () => (await values.read()).ai1_v?.value, { message: `the reading after ${what}` })
      .toBeCloseTo((said * 3.3) / 4095, 6);
    if (error === undefined) continue;
    await expect
      .poll(async () => (await boards.get(id)).health.errors[error] ?? 0, {
        message: `${error} of ${what}`,
      })
      .toBeGreaterThan(before[error] ?? 0);
  }

  const counted = async () => {
    const { crc_mismatch: crc = 0, ...others } = (await boards.get(id)).health.errors;
    const other = Object.values(others).reduce((sum, count) => sum + count, 0);
    return { crc: formatCount(crc), other: formatCount(other) };
  };
  const shown = async () => ({
    crc: await card.health(t.boards.health.crc),
    other: await card.health(t.boards.health.otherErrors),
  });
  await expect.poll(async () => isDeepStrictEqual(await shown(), await counted())).toBe(true);
  await expect.poll(() => card.text()).toContain('damaged');
  expect(await page.evaluate(() => ['owned', 'polluted'].filter((name) => name in globalThis || name in {}))).toEqual(
    [],
  );
  expect(lab.errors()).toEqual([]);
});

function frame(body: unknown): Uint8Array {
  seq += 1;
  const header = { type: MDP_TYPE.telemetry, seq, src: MDP_ADDRESS.sideA, dst: MDP_ADDRESS.host };
  return encodeMdpFrame(header, Buffer.from(JSON.stringify(body)));
}

function telemetry(ai1: number): Uint8Array {
  return frame({ type: 'telemetry', uptime_s: seq, estop: false, analog: { ai1, ai2: 1, ai3: 2, ai4: 3 } });
}

function damaged(): Buffer {
  const bytes = Buffer.from(frame({ type: 'telemetry', uptime_s: 1 }));
  bytes[bytes.length - 10] = (bytes[bytes.length - 10] ?? 0) ^ 0x20;
  return bytes;
}

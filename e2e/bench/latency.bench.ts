import type { Page } from 'playwright-core';
import type { BenchRow } from '../../.ci/bench-row.ts';
import { encodeMdpFrame, MDP_ADDRESS, MDP_TYPE } from '../../src/decode/mdp-frame.ts';
import { type Board, mycobrainUsb } from '../harness/board.ts';
import type { Cable } from '../harness/cable.ts';
import { openLab } from '../harness/lab.ts';

const FRAMES = 150;
const EVERY_MS = 97;
const SERIES = 'a.temperature_c';

interface WatchWindow {
  seen: Record<string, number>;
}

/** A board that sends one temperature after the other, each another, and notes when. */
function steppingBoard(): Board & { run(): Promise<ReadonlyMap<string, number>> } {
  let attached: Cable | undefined;
  let seq = 1;
  const frame = (celsius: number): Uint8Array => {
    const body = { type: 'telemetry', uptime_s: seq, estop: false, bme688: { a: { temperature_c: celsius } } };
    const head = {
      type: MDP_TYPE.telemetry,
      seq: seq++,
      ack: 0,
      flags: 0,
      src: MDP_ADDRESS.sideA,
      dst: MDP_ADDRESS.host,
    };
    return encodeMdpFrame(head, new TextEncoder().encode(JSON.stringify(body)));
  };
  let idle: NodeJS.Timeout | undefined;
  return {
    usb: mycobrainUsb('STEP01'),
    power(cable) {
      attached = cable;
      // Says something now and then, so that it is found and its tiles are there before the clock runs.
      idle = setInterval(() => cable.send(frame(0)), 500);
      return () => clearInterval(idle);
    },
    async run() {
      clearInterval(idle);
      const sent = new Map<string, number>();
      for (let step = 0; step < FRAMES; step += 1) {
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
        // Never a value twice, so that each paint belongs to one frame.
        const celsius = 20 + seq / 10;
        sent.set(celsius.toFixed(1), performance.timeOrigin + performance.now());
        attached?.send(frame(celsius));
      }
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return sent;
    },
  };
}

/** Notes when each number was painted: the frame after the tile's text changed. */
const watchTile = (page: Page, board: string): Promise<void> =>
  page.evaluate(
    ({ board, series }) => {
      const here = window as unknown as WatchWindow;
      here.seen = {};
      const number = document.querySelector(`[data-board="${board}"] [data-series="${series}"] .tile-number`);
      if (!number) throw new Error(`no tile ${series} of board ${board}`);
      new MutationObserver(() => {
        const value = Number(number.textContent).toFixed(1);
        requestAnimationFrame(() => {
          here.seen[value] ??= performance.timeOrigin + performance.now();
        });
      }).observe(number, { childList: true, characterData: true, subtree: true });
    },
    { board, series: SERIES },
  );

/** The board's id, once its tile is on screen. */
async function boardOf(page: Page): Promise<string> {
  const tile = page.locator(`[data-board]:not(:has(.tag.sim)) [data-series="${SERIES}"]`).first();
  await tile.waitFor();
  return (await tile.evaluate((element) => element.closest('[data-board]')?.getAttribute('data-board'))) ?? '';
}

function rowsOf(
  where: string,
  sent: ReadonlyMap<string, number>,
  seen: Readonly<Record<string, number>>,
  budget: number | undefined,
): readonly BenchRow[] {
  const delays = [...sent]
    .flatMap(([value, at]) => (seen[value] === undefined ? [] : [seen[value] - at]))
    .sort((a, b) => a - b);
  const quantile = (q: number): number => delays[Math.floor((delays.length - 1) * q)] ?? Number.NaN;
  return [
    { name: `byte at the port → pixel, ${where}, p50`, value: quantile(0.5), unit: 'ms', higherIsBetter: false },
    {
      name: `byte at the port → pixel, ${where}, p95`,
      value: quantile(0.95),
      unit: 'ms',
      budget,
      higherIsBetter: false,
    },
    { name: `shown of ${sent.size}, ${where}`, value: delays.length, unit: 'values', higherIsBetter: true },
  ];
}

/** From the moment a board's frame enters the cable to the frame in which the number is painted. One wall clock for all. */
export async function bench(): Promise<readonly BenchRow[]> {
  let close = async (): Promise<void> => {};
  const board = steppingBoard();
  const lab = await openLab({
    boards: [board],
    onEnd: (end) => {
      close = end;
    },
  });
  try {
    const owner = await lab.openTab('/');
    await lab.plug(board);
    const id = await boardOf(owner);
    const other = await lab.openTab('/');
    await boardOf(other);
    await owner.locator(`[data-board="${id}"]`).locator('[data-do=share]').click();
    const elsewhere = await (await lab.openOtherBrowser()).openTab('/');
    await boardOf(elsewhere);

    // A tab behind another draws a frame a second at most: each tab is measured while it is in front.
    const measure = async (front: Page, page: Page, where: string, budget: number | undefined) => {
      await front.bringToFront();
      await watchTile(page, id);
      const sent = await board.run();
      return rowsOf(where, sent, await page.evaluate(() => (window as unknown as WatchWindow).seen), budget);
    };
    return [
      ...(await measure(owner, owner, 'same tab', undefined)),
      ...(await measure(other, other, 'another tab', 50)),
      ...(await measure(other, elsewhere, 'another browser', 100)),
    ];
  } finally {
    await close();
  }
}

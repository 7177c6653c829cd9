import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { CommandUpdate } from '../../src/contract/board-command.ts';
import type { BoardStatus } from '../../src/contract/board-status.ts';
import type { BoardValue } from '../../src/contract/board-value.ts';
import { boardChannel } from '../../src/contract/channel.ts';
import type { HubApi, Outcome } from '../../src/contract/hub-api.ts';
import type { HubLink } from '../../src/link/link.ts';
import { watchEvents, watchState } from './hub-probe.ts';

/** The boards on the table as the hub tells them to one page; simulated and relayed ones left out. */
export interface LabBoards {
  all(): Promise<readonly BoardStatus[]>;
  /** The board of that id; throws when the hub does not know it. */
  get(id: string): Promise<BoardStatus>;
  /** Waits until there are `count`, each open and with a reading; in the order in which the hub named them. */
  live(count?: number): Promise<readonly BoardStatus[]>;
}

export async function watchLabBoards(page: Page): Promise<LabBoards> {
  const watched = await watchState<BoardStatus>(page, 'boards');
  const all = async () =>
    Object.values(await watched.read()).filter(({ path }) => path.is !== 'simulated' && path.is !== 'relay');
  return {
    all,
    async get(id) {
      const board = (await watched.read())[id];
      if (!board) throw new Error(`the hub knows no board ${id}`);
      return board;
    },
    async live(count = 1) {
      await expect.poll(async () => (await all()).filter(isLive).length, { message: 'live boards' }).toBe(count);
      return all();
    },
  };
}

const isLive = ({ phase, health }: BoardStatus): boolean => phase.is === 'open' && health.lastDataAt !== undefined;

/** The one board of a lab that has one. */
export async function theBoard(boards: LabBoards): Promise<BoardStatus> {
  const [board] = await boards.live();
  if (!board) throw new Error('no board');
  return board;
}

export const watchValues = (page: Page, board: string) => watchState<BoardValue>(page, boardChannel(board, 'values'));
export const watchCommands = (page: Page, board: string) =>
  watchEvents<CommandUpdate>(page, boardChannel(board, 'commands'));

interface Hyphae {
  readonly hyphae: { readonly link: HubLink };
}

/** Asks the hub through the page's link; the test fails when the hub says no. */
export async function askHub<K extends 'command' | 'setBoard' | 'write'>(
  page: Page,
  what: K,
  ...args: Parameters<HubApi[K]>
): Promise<void> {
  const outcome = (await page.evaluate(
    ([name, values]) =>
      (globalThis as unknown as Hyphae).hyphae.link.ask((hub) =>
        (hub[name as 'command'] as (...all: unknown[]) => Promise<Outcome>)(...(values as unknown[])),
      ),
    [what, args] as const,
  )) as Outcome;
  expect(outcome).toEqual({ ok: true, value: undefined });
}

/** Sends a command as the page would, and waits for its end. */
export async function commandBoard(
  page: Page,
  board: string,
  name: string,
  params: CommandUpdate['params'] = {},
): Promise<CommandUpdate> {
  const updates = await watchCommands(page, board);
  const id = crypto.randomUUID();
  await askHub(page, 'command', { id, board, name, params, by: 'the test', deadline: Date.now() + 10_000 });
  const end = async () =>
    (await updates.read()).records.findLast((one) => one.id === id && /done|failed|expired/.test(one.state.is));
  await expect.poll(end, { message: `the end of ${name}` }).toBeDefined();
  const ended = await end();
  await updates.stop();
  if (!ended) throw new Error(`${name} has no end`);
  return ended;
}

import type { Locator } from 'playwright-core';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { NO_REDIS, REDIS_SERVER, type RedisProcess, startRedis } from '../server/bus/redis/redis-process.ts';
import type { BoardLease, BoardStatus } from '../src/contract/board-status.ts';
import { boardChannel } from '../src/contract/channel.ts';
import { t } from '../src/i18n/en.ts';
import type { BoardCard, CommandResult } from './harness/board-card.ts';
import { type Watched, watchSamples, watchState } from './harness/hub-probe.ts';
import { askHub } from './harness/lab-boards.ts';
import { framesOf, type MycobrainBoard } from './harness/mycobrain-board.ts';
import { expectToMove, sentence } from './harness/screen.ts';
import { type RunningServer, startServer } from './harness/server.ts';
import { type SharedBoardStory, shareBoard, WATCHER } from './harness/share-board.ts';

/** A board at server B, commanded from a browser at server A, while one of them is restarted. */

/** What is judged is what becomes of everything, not how fast a busy machine starts a server. */
const PATIENT = { HYPHAE_LEASE_MS: '120000', HYPHAE_LEASE_GRACE_MS: '60000', HYPHAE_OWNER_GRACE_MS: '60000' };

interface TwoServers extends SharedBoardStory {
  readonly redis: RedisProcess;
  /** Of the browser that commands. */
  readonly a: RunningServer;
  /** Of the board's owner. */
  readonly b: RunningServer;
  /** The lease as the watcher's hub knows it. */
  lease(): Promise<BoardLease | undefined>;
  /** Everything the watcher's card ever said about each command, in order, one entry per change. */
  courses(): Promise<readonly (readonly string[])[]>;
}

async function commandFromAfar(context: TestContext, serialNumber: string): Promise<TwoServers> {
  context.skip(REDIS_SERVER === undefined, NO_REDIS);
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  const env = { REDIS_URL: redis.url, ...PATIENT };
  const a = await startServer(env);
  onTestFinished(() => a.stop());
  const story = await shareBoard(serialNumber, { env, watcherAt: a });
  const { theirs, mine, watcher, id, lab } = story;
  await theirs.locator.getByRole('button', { name: t.boards.lease.take }).click();
  await theirs.locator.locator('[data-lease=mine]').waitFor();
  await mine.locator.locator('[data-lease=theirs]', { hasText: t.boards.lease.theirs(WATCHER) }).waitFor();
  const boards: Watched<Record<string, BoardStatus>> = await watchState(watcher, 'boards');
  return {
    ...story,
    redis,
    a,
    b: lab.server,
    courses: await watchCourses(theirs.locator),
    async lease() {
      const share = (await boards.read())[id]?.share;
      return share?.is === 'shared' && share.mine ? share.lease : undefined;
    },
  };
}

/** Notes every change of every line among a card's results: what was on the screen for a moment counts, too. */
async function watchCourses(card: Locator): Promise<TwoServers['courses']> {
  const handle = await card.evaluateHandle((element) => {
    const courses = new Map<string, string[]>();
    const look = (): void => {
      for (const line of element.querySelectorAll<HTMLElement>('li[data-command-id]')) {
        const { commandId = '', result = '' } = line.dataset;
        const course = courses.get(commandId) ?? [];
        if (course.at(-1) !== result) course.push(result);
        courses.set(commandId, course);
      }
    };
    new MutationObserver(look).observe(element, { subtree: true, childList: true, attributes: true });
    return courses;
  });
  return () => handle.evaluate((courses) => [...courses.values()]);
}

/** How often the board itself was told to switch its output. */
const switched = (board: MycobrainBoard): number =>
  framesOf(board.heard(), 'COMMAND').filter(({ body }) => (body as { cmd?: unknown }).cmd === 'output_control').length;

/** Sends the form of an action, and waits for nothing. */
async function send({ locator }: BoardCard, command: string): Promise<void> {
  await locator.locator('summary', { hasText: t.boards.actions }).click();
  await locator.locator(`button[data-action=${command}]`).click();
  await locator.locator(`form[data-command=${command}]`).getByRole('button', { name: t.boards.send }).click();
}

/** The board answers this long after it heard: less than the second after which its browser would say it again. */
const ANSWER_MS = 600;

/** Sends a command to a board that takes its time, and does something between its arrival and its answer. */
async function commandWhile(
  { board, theirs }: TwoServers,
  meanwhile: () => Promise<void>,
): Promise<CommandResult & { readonly times: number }> {
  const before = switched(board);
  board.hold();
  const result = theirs.sendForm('mosfet');
  await expect.poll(() => switched(board), { interval: 5 }).toBe(before + 1);
  setTimeout(() => board.release(), ANSWER_MS);
  await meanwhile();
  return { ...(await result), times: switched(board) - before };
}

/** All is as it was before: same lease, everything moves, and the next command is done. */
async function expectAllWell(story: TwoServers, leaseBefore: BoardLease | undefined): Promise<void> {
  const { theirs, mine, board, lab, watcher } = story;
  await expect.poll(() => theirs.state()).toBe('live');
  await expectToMove(theirs);
  await theirs.locator.locator('[data-lease=mine]').waitFor();
  expect(await story.lease()).toMatchObject({ since: leaseBefore?.since, fence: leaseBefore?.fence });
  await mine.locator.locator('[data-lease=theirs]', { hasText: t.boards.lease.theirs(WATCHER) }).waitFor();
  await mine.locator.getByText(t.boards.watchers([WATCHER]), { exact: false }).waitFor();

  const before = switched(board);
  expect(await theirs.sendForm('mosfet')).toMatchObject({ result: 'done' });
  expect(switched(board) - before).toBe(1);
  await expect.poll(() => sentence(watcher).textContent()).toContain(t.app.sentence.relayConnected);

  // Nothing that was on the screen was taken back.
  for (const course of await story.courses())
    expect(course.join(' ')).toMatch(/^(queued ?)?(sent ?)?(accepted ?)?done$/);
  expect(lab.errors()).toEqual([]);
}

test.for([
  ['SIGTERM', 'AGAIN'],
  ['SIGKILL', 'KILLED'],
] as const)(
  'the server of the browser that commands is restarted (%s) before the board answers: done, once',
  async ([signal, serialNumber], context) => {
    const story = await commandFromAfar(context, serialNumber);
    const { a, watcher, id } = story;
    const samples = await watchSamples(watcher, boardChannel(id, 'telemetry'));
    const lease = await story.lease();
    const { result, times } = await commandWhile(story, async () => {
      await a.stop(signal);
      await a.restart();
    });
    expect({ result, times }).toEqual({ result: 'done', times: 1 });
    await expectAllWell(story, lease);
    // The board's server stood: the readings of the break came afterwards.
    expect((await samples.read()).gaps).toEqual([]);
  },
);

test('a command that is given while its server is away was not sent, and says so', async (context) => {
  const story = await commandFromAfar(context, 'NOBODY');
  const { a, board, theirs } = story;
  const lease = await story.lease();
  const before = switched(board);
  await a.stop('SIGKILL');
  await theirs.locator.locator('summary', { hasText: t.boards.actions }).click();
  await theirs.locator.locator('button[data-action=mosfet]').click();
  await theirs.locator.locator('form[data-command=mosfet]').getByRole('button', { name: t.boards.send }).click();
  await theirs.locator.getByRole('alert').waitFor();
  expect(await theirs.text()).toContain('Nothing was sent to the board');
  await a.restart();
  await expectAllWell(story, lease);
  // The one of `expectAllWell`.
  expect(switched(board) - before).toBe(1);
});

test('the board’s own server is restarted before the board answers, and again with a command that waits: done, once each', async (context) => {
  const story = await commandFromAfar(context, 'HOMING');
  const { b, board, theirs, watcher, id } = story;
  const lease = await story.lease();
  const { result, times } = await commandWhile(story, async () => {
    await b.stop();
    await b.restart();
  });
  expect({ result, times }).toEqual({ result: 'done', times: 1 });
  await expectAllWell(story, lease);

  const before = switched(board);
  await b.stop();
  // Pressed before the screen knew that the board's server is away: its buttons are off by now.
  const params = { output: '1', on: false };
  const deadline = Date.now() + 60_000;
  await askHub(watcher, 'command', { id: 'waits', board: id, name: 'mosfet', params, by: WATCHER, deadline });
  await theirs.locator.locator('li[data-command-id=waits][data-result=queued]').waitFor();
  await b.restart();
  await theirs.locator.locator('li[data-command-id=waits][data-result=done]').waitFor();
  expect(switched(board) - before).toBe(1);
  await expectAllWell(story, lease);
});

test('the servers lose each other: it is said at the top and on the card, nothing is sent, and all goes on by itself', async (context) => {
  const story = await commandFromAfar(context, 'APART');
  const { redis, theirs, watcher, board } = story;
  const lease = await story.lease();
  redis.pause();
  await sentence(watcher).filter({ hasText: 'cut off from the other servers' }).waitFor();
  await theirs.locator.getByText(t.boards.phase.serversApart).waitFor();
  const before = switched(board);
  await send(theirs, 'mosfet');
  await theirs.locator.getByRole('alert').filter({ hasText: 'Nothing was sent to the board' }).waitFor();
  redis.resume();
  await expectAllWell(story, lease);
  // The one of `expectAllWell`.
  expect(switched(board) - before).toBe(1);
});

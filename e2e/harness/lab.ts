import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import type { Board } from './board.ts';
import { launchChromium } from './chromium.ts';
import { stubPicker } from './picker.ts';
import { type PluggedBoard, plugBoard } from './plugged-board.ts';
import { openSerialStack, type SerialStack } from './serial-stack.ts';
import { type RunningServer, startServer } from './server.ts';

export interface LabOptions {
  /** Every board that will ever be plugged in: the browser is granted them before it starts. */
  readonly boards?: readonly Board[];
  /** For the server. */
  readonly env?: Readonly<Record<string, string>>;
  /** More switches for the browser. */
  readonly chromium?: readonly string[];
  /** Who ends the lab; default: the test it was opened in, however that ends. A benchmark passes its own. */
  readonly onEnd?: (close: () => Promise<void>) => void;
}

/** A table with a computer, its boards, a server, and other people's computers. */
export interface Lab {
  readonly server: RunningServer;
  readonly stack: SerialStack;
  /** The browser of the computer the boards are plugged into. */
  readonly browser: BrowserContext;
  /** A new tab of that browser, at a path of the app. */
  openTab(path?: string): Promise<Page>;
  /** Another person's browser, without boards; `at` another server than the lab's own. */
  openOtherBrowser(
    at?: RunningServer,
  ): Promise<{ readonly browser: BrowserContext; openTab(path?: string): Promise<Page> }>;
  plug(board: Board): Promise<PluggedBoard>;
  /** Uncaught errors of all pages so far. */
  errors(): readonly string[];
  close(): Promise<void>;
}

/** Opens a lab. Everything it starts is ended with the test, whether it passes, fails or runs out of time. */
export async function openLab({
  boards = [],
  env = {},
  chromium = [],
  onEnd = onTestFinished,
}: LabOptions = {}): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), 'hyphae-lab-'));
  const closers: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  const close = async () => {
    const failures: unknown[] = [];
    // Last opened, first closed; one that fails does not keep the others open.
    for (const closer of closers.splice(0).reverse()) await closer().catch((cause: unknown) => failures.push(cause));
    if (failures.length > 0) throw new AggregateError(failures, 'the lab did not close cleanly');
  };
  onEnd(close);

  const errors: string[] = [];
  const watch = (browser: BrowserContext): BrowserContext => {
    closers.push(() => browser.close());
    browser.on('weberror', (error) => errors.push(String(error.error())));
    return browser;
  };
  const server = await startServer(env);
  closers.push(() => server.stop());
  const stack = await openSerialStack(join(folder, 'usb'));
  closers.push(() => stack.close());
  const browser = watch(
    await stack.launch(
      server.origin,
      boards.map(({ usb }) => usb),
      chromium,
    ),
  );
  await stubPicker(browser);

  const tabOpener =
    (context: BrowserContext, { origin }: RunningServer) =>
    async (path = '/') => {
      const page = await context.newPage();
      await page.goto(origin + path);
      return page;
    };
  let others = 0;
  return {
    server,
    stack,
    browser,
    openTab: tabOpener(browser, server),
    async openOtherBrowser(at = server) {
      const other = watch(await launchChromium({ profile: join(folder, `other-${others++}`) }));
      return { browser: other, openTab: tabOpener(other, at) };
    },
    async plug(board) {
      const plugged = await plugBoard(stack, board);
      closers.push(() => plugged.unplug());
      return plugged;
    },
    errors: () => errors,
    close,
  };
}

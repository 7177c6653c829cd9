import { loadSerialLibrary } from './serial-library.ts';

/**
 * For tests whose boards are at pseudo terminals: why they cannot run here, said aloud; undefined when they can. With CI set a skipped
 * test counts as failed (`.ci/test.ts`).
 */
export async function whyNoBoards(plug: () => Promise<{ pull(): Promise<void> }>): Promise<string | undefined> {
  const why = await findWhy(plug);
  if (why !== undefined) process.stderr.write(`\n!! Tests of the agent are skipped: ${why}\n`);
  return why;
}

async function findWhy(plug: () => Promise<{ pull(): Promise<void> }>): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'they need pseudo terminals of Linux.';
  try {
    await loadSerialLibrary();
    await (await plug()).pull();
    return undefined;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

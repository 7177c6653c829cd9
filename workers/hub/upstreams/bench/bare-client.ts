import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BareLine, FromBare } from './bare-process.ts';
import type { LineReport } from './hub-process.ts';

/** The same endpoints, read by the libraries alone: parse each message as JSON, do nothing with it. */
export async function startBareClient(now: readonly LineReport[], before: readonly LineReport[], windowMs: number) {
  const child: ChildProcess = fork(fileURLToPath(new URL('bare-process.ts', import.meta.url)));
  const lines = now.flatMap((line): BareLine[] => {
    const frames = line.frames - (before.find(({ id }) => id === line.id)?.frames ?? 0);
    // A question is asked as often as the adapter asked it.
    return frames === 0
      ? []
      : [{ transport: line.transport, url: line.url, said: line.said, everyMs: windowMs / frames }];
  });
  child.send(lines);
  const ask = async (): Promise<FromBare> => {
    child.send('report');
    const [answer] = (await once(child, 'message')) as [FromBare];
    return answer;
  };
  return {
    async measure(ms: number): Promise<FromBare> {
      const from = await ask();
      await new Promise((resolve) => setTimeout(resolve, ms));
      const to = await ask();
      return { frames: to.frames - from.frames, cpuMs: to.cpuMs - from.cpuMs };
    },
    async close() {
      child.kill();
    },
  };
}

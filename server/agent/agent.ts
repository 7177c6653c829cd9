import { AgentError } from './agent-error.ts';
import { readAgentOptions, USAGE } from './agent-options.ts';
import { type Agent, startAgent } from './start-agent.ts';
import { makeTell } from './tell.ts';

/** A board on a computer without a screen, shared through a Hyphae server: `npm run agent -- --serial /dev/ttyACM0 --to URL`. */
const SAME_WORD_MS = 500;
const say = (line: string): void => void process.stderr.write(line);

try {
  const options = readAgentOptions(process.argv.slice(2), process.env);
  if (options === undefined) process.stdout.write(`${USAGE}\n`);
  else await run(await startAgent(options, makeTell(options.log, say)));
} catch (cause) {
  if (!(cause instanceof AgentError)) throw cause;
  say(`${cause.message}\n`);
  process.exitCode = 1;
}

/** Until Ctrl-C or a supervisor's word, or until there is no sense in going on. */
async function run(agent: Agent): Promise<never> {
  const { promise: asked, resolve: stop } = Promise.withResolvers<undefined>();
  let askedAtMs: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // Said again: at once. npm passes on what its whole group has had already; that is not said again.
      if (askedAtMs !== undefined && performance.now() - askedAtMs > SAME_WORD_MS) process.exit(130);
      askedAtMs ??= performance.now();
      stop(undefined);
    });
  }
  const why = await Promise.race([asked, agent.failed.catch((cause: unknown) => cause)]);
  await agent.stop();
  if (why !== undefined) say(`${why instanceof AgentError ? why.message : String(why)}\n`);
  process.exit(why === undefined ? 0 : 1);
}

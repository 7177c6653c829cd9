import { startSimulators } from './host.ts';
import type { FromHost, ToHost } from './host-words.ts';
import { SIMULATORS } from './registry.ts';

/** The process of the simulators; `host-process.ts` starts it with their slugs. It lives exactly as long as its server. */
const say = (words: FromHost): void => {
  // A server that is gone takes this process with it (`disconnect`); until then a word to nobody is no fault.
  process.send?.(words, undefined, undefined, () => undefined);
};

// Ctrl-C is said to the whole group; the server decides when it is over.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));

try {
  const slugs = process.argv.slice(2);
  const simulators = await startSimulators({ kinds: SIMULATORS.filter(({ slug }) => slugs.includes(slug)) });
  process.on('message', (asked: ToHost) => {
    const { id } = asked;
    if (asked.ask === 'state') say({ is: 'state', id, state: simulators.state() });
    else if (asked.ask === 'dial')
      say({ is: 'done', id, known: simulators.setDial(asked.slug, asked.name, asked.value) });
    else
      simulators.setFault(asked.slug, asked.name, asked.on).then(
        (known) => say({ is: 'done', id, known }),
        (error: unknown) => {
          process.stderr.write(`simulators: ${String(error)}\n`);
          say({ is: 'done', id, known: false });
        },
      );
  });
  say({ is: 'ready', state: simulators.state() });
} catch (error) {
  say({ is: 'failed', why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.exit(1);
}

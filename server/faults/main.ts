// npm run test:faults: bad days with an oracle. Exit 0 all proved, 1 something found, 2 usage.
import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultOptions, readOptions, USAGE } from './options.ts';
import { storm } from './storm.ts';

/** Findings of one kind in one run that are printed; the logs have the rest. */
const MOST_PRINTED = 4;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

function options(): FaultOptions | undefined {
  try {
    return readOptions(process.argv.slice(2), process.env, () => 1 + (Date.now() % 1_000_000_000));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    process.stderr.write(`test:faults: ${error.message}\n${USAGE}`);
    return undefined;
  }
}

async function main({ runs, seed: first, only, ...rest }: FaultOptions): Promise<number> {
  let bad = 0;
  const kinds = new Map<string, number>();
  for (let index = 0; index < runs; index++) {
    const seed = first + index;
    const scenario = only[index % Math.max(1, only.length)];
    const { plan, seconds, findings, counts, folder } = await storm({ ...rest, seed, only: scenario });
    say(
      `run ${index + 1}/${runs}  seed ${seed}  ${seconds.toFixed(1)} s  ${findings.length === 0 ? 'proved' : `FOUND ${findings.length}`}  ${plan}`,
    );
    if (counts !== undefined)
      say(
        `  ${Object.entries(counts)
          .map(([name, count]) => `${name} ${count}`)
          .join(' · ')}`,
      );
    for (const { kind } of findings) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    for (const some of Map.groupBy(findings, ({ kind }) => kind).values())
      for (const { kind, text } of some.slice(0, MOST_PRINTED)) say(`  ${kind}: ${text}`);
    if (folder !== undefined) say(`  logs: ${folder}`);
    if (findings.length === 0) continue;
    bad++;
    const again = scenario === undefined ? '' : ` --only ${scenario.name}`;
    say(
      `  again: npm run test:faults -- --engine ${rest.engine} --runs 1 --seed ${seed}${again} --publishers ${rest.publishers} --subscribers ${rest.subscribers} --rate ${rest.perSecond}`,
    );
    await sleep(200);
  }
  say(
    `${runs - bad} of ${runs} runs proved${bad === 0 ? '' : `; found ${[...kinds].map(([kind, count]) => `${kind} ${count}`).join(', ')}`}`,
  );
  return bad === 0 ? 0 : 1;
}

// Ends its processes too (`own-process.ts`).
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const chosen = options();
process.exitCode = chosen === undefined ? 2 : await main(chosen);

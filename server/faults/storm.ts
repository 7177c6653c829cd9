import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../src/boards/simulated/random.ts';
import { drawPublishers, drawSubscribers, STATE } from './clients.ts';
import type { Finding, PublisherLine, SubscriberLine } from './log-line.ts';
import { judge, type Verdict } from './oracle.ts';
import { describePlan, drawPlan, type Plan } from './plan.ts';
import { readState } from './read-state.ts';
import type { Scenario } from './scenario.ts';
import { type Engine, Stage } from './stage.ts';

export interface StormOptions {
  readonly engine: Engine;
  readonly seed: number;
  readonly only: Scenario | undefined;
  readonly publishers: number;
  readonly subscribers: number;
  /** Of each publisher. */
  readonly perSecond: number;
  /** Logs stay, whatever was found. */
  readonly keeps: boolean;
}

export interface StormReport {
  readonly plan: string;
  readonly seconds: number;
  readonly findings: readonly Finding[];
  readonly counts: Verdict['counts'] | undefined;
  /** Where the logs are, if they were kept. */
  readonly folder: string | undefined;
}

const WARM_MS = 1_000;
const COOL_MS = 500;
/** Longest time for each step that waits for many; the storm itself is bounded by its scenarios. */
const STEP_MS = 60_000;
const STORM_MS = 240_000;
const SUBSCRIBER_GROUPS = 4;

/** One run: everything up, the faults of the plan under load, everything well again, and the oracle's word on what everybody saw. */
export async function storm(options: StormOptions): Promise<StormReport> {
  const startedAt = performance.now();
  const random = createRandom(options.seed);
  const plan = drawPlan(options.engine, random, options.only);
  const folder = mkdtempSync(join(tmpdir(), 'hyphae-faults-'));
  const report = (findings: readonly Finding[], counts: Verdict['counts'] | undefined): StormReport => {
    const keeps = options.keeps || findings.length > 0;
    if (!keeps) rmSync(folder, { recursive: true, force: true });
    return {
      plan: `${options.engine === 'redis' ? `redis (keeps ${plan.persistence})` : 'memory'}: ${describePlan(plan)}`,
      seconds: (performance.now() - startedAt) / 1_000,
      findings,
      counts,
      folder: keeps ? folder : undefined,
    };
  };
  let stage: Stage | undefined;
  try {
    stage = await Stage.open({
      engine: options.engine,
      persistence: plan.persistence,
      folder,
      random,
      subscriberGroups: SUBSCRIBER_GROUPS,
    });
    const verdict = await runOn(stage, plan, options, random);
    return report([...stage.findings, ...verdict.findings], verdict.counts);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return report([...(stage?.findings ?? []), { kind: 'broken', text }], undefined);
  } finally {
    for (const server of stage?.servers ?? [])
      if (existsSync(folder)) writeFileSync(join(folder, `server-${server.index}.txt`), server.said());
    await stage?.close();
  }
}

async function runOn(stage: Stage, plan: Plan, options: StormOptions, random: () => number): Promise<Verdict> {
  const { folder } = stage;
  const subscribers = drawSubscribers(options.subscribers, stage.entrances, random);
  const publishers = drawPublishers(options.publishers, options.perSecond, stage.entrances, random);
  for (const [index, group] of stage.subscribers.entries())
    group.tell({
      do: 'start',
      seed: options.seed,
      log: join(folder, `subscribers-${index}.log`),
      specs: subscribers.filter(({ s }) => s % stage.subscribers.length === index),
    });
  await Promise.all(stage.subscribers.map((group) => group.answer('start', STEP_MS)));
  const run = `${options.seed}-${Date.now()}`;
  stage.publishers.tell({
    do: 'start',
    seed: options.seed,
    run,
    log: join(folder, 'publishers.log'),
    specs: publishers,
  });
  await sleep(WARM_MS);

  await within(STORM_MS, 'the storm', Promise.all(plan.lanes.map((lane) => runLane(stage, lane))));
  stage.heal();
  await stage.green(stage.servers);
  await sleep(COOL_MS);

  stage.publishers.tell({ do: 'finish' });
  const finished = await stage.publishers.answer('finish', STEP_MS).catch((error: unknown) => {
    stage.findings.push({ kind: 'not-converged', text: `publishers: ${String(error)}` });
    return undefined;
  });
  for (const group of stage.subscribers) group.tell({ do: 'reach', places: finished?.places ?? [], withinMs: STEP_MS });
  for (const group of stage.subscribers) {
    const { behind, degraded } = await group.answer('reach', STEP_MS + 5_000);
    for (const text of behind) stage.findings.push({ kind: 'not-converged', text });
    for (const s of degraded)
      stage.findings.push({
        kind: 'not-ready',
        text: `subscriber ${s} was not told that the servers found each other again`,
      });
  }
  const states = [];
  for (const { port, index } of stage.servers)
    states.push({ server: `server ${index}`, channel: STATE, map: await readState(port, STATE) });

  const groups = [stage.publishers, ...stage.subscribers] as const;
  stage.publishers.tell({ do: 'stop' });
  for (const group of stage.subscribers) group.tell({ do: 'stop' });
  await Promise.all(groups.map(({ process: own }) => within(STEP_MS, 'clients to end', own.ended)));
  for (const server of stage.servers)
    if (server.crashes() > 0)
      stage.findings.push({
        kind: 'broken',
        text: `server ${server.index} ended by itself: ${server.said().slice(-1_500)}`,
      });
  return judge({
    subscribers: readdirSync(folder)
      .filter((name) => name.startsWith('subscribers-'))
      .flatMap((name) => readLines<SubscriberLine>(join(folder, name))),
    publishers: readLines<PublisherLine>(join(folder, 'publishers.log')),
    keyed: new Set(publishers.filter(({ isKeyed }) => isKeyed).map(({ p }) => p)),
    states,
  });
}

async function runLane(stage: Stage, lane: Plan['lanes'][number]): Promise<void> {
  for (const { scenario, afterMs } of lane) {
    await sleep(afterMs);
    await scenario.run(stage);
  }
}

function readLines<Line>(path: string): Line[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text) as Line);
}

async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  const giveUp = new AbortController();
  const late = sleep(ms, undefined, { signal: giveUp.signal }).then(() => {
    throw new Error(`${what} took longer than ${ms} ms`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    late.catch(() => undefined);
    giveUp.abort();
  }
}

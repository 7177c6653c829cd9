// Runs in a browser: one change of a graph of 2,000 agents and 5,000 links, from the records to the frame that is painted.
import type { LayoutNode, Place } from '../../../contract/upstream/layout-worker.ts';
import type { AgentRecord, EdgeRecord } from '../../../contract/upstream/mas-topology.ts';
import { FactsBook } from '../facts-book.ts';
import { GraphStage, type Placer } from '../graph-stage.ts';
import { readPalette } from '../look.ts';
import { SceneBook } from '../scene.ts';
import type { SceneInput } from '../scene-parts.ts';
import { SigmaDrawing } from '../sigma-drawing.ts';
import { edge, testAgent } from '../test-agents.ts';
import { TrafficBook } from '../traffic-book.ts';

const AGENTS = 2_000;
const LINKS = 5_000;
const CATEGORIES = 12;

/** As in the view: the same from one change of the data to the next. */
const ALL = { hiddenKinds: new Set<never>(), isShown: () => true } as const;

class Circle implements Placer {
  readonly #places = new Map<string, Place>();
  places(): ReadonlyMap<string, Place> {
    return this.#places;
  }
  ask(_group: string, nodes: readonly LayoutNode[]): void {
    for (const { key } of nodes) {
      const n = this.#places.size;
      this.#places.set(key, [Math.cos(n) * (40 + n * 0.6), Math.sin(n) * (40 + n * 0.6)]);
    }
  }
  forget(): void {}
  sectorOf(): undefined {
    return undefined;
  }
}

export interface Measured {
  /** ms on the main thread, one per round. */
  readonly change: readonly number[];
  /** What the frame after it costs the main thread. */
  readonly changeFrame: readonly number[];
  readonly newcomer: readonly number[];
  readonly newcomerFrame: readonly number[];
  readonly rebuild: readonly number[];
}

const linkOf = (index: number, round: number): EdgeRecord =>
  edge(
    `a${(index * 7_919) % AGENTS}`,
    `a${(index * 104_729 + 13 + Math.floor(index / AGENTS)) % AGENTS}`,
    'bus',
    (index + round) % 60,
  );

/** What callbacks of frames cost, of everybody on this page. */
function watchFrames(): () => Promise<number> {
  const original = globalThis.requestAnimationFrame.bind(globalThis);
  let spent = 0;
  globalThis.requestAnimationFrame = (callback) =>
    original((at) => {
      const from = performance.now();
      callback(at);
      spent += performance.now() - from;
    });
  return async () => {
    spent = 0;
    await new Promise((done) => original(() => original(done)));
    return spent;
  };
}

async function measure(rounds: number): Promise<Measured> {
  const frame = watchFrames();
  const container = document.createElement('div');
  container.style.cssText = 'position:fixed;inset:0';
  document.body.append(container);
  const palette = readPalette(container);
  const noEvents = { onPick() {}, onMoved() {}, onPainted() {}, onLost() {} };
  const agents: AgentRecord[] = Array.from({ length: AGENTS }, (_, index) =>
    testAgent(`a${index}`, { category: `c${index % CATEGORIES}` }),
  );
  const edges: EdgeRecord[] = Array.from({ length: LINKS }, (_, index) => linkOf(index, 0));
  const open = () => {
    const drawing = new SigmaDrawing(container, { ink: '#ffffff', ground: '#000000' }, noEvents);
    const stage = new GraphStage(new Circle());
    stage.paintOn(drawing, palette);
    return { drawing, stage, traffic: new TrafficBook(), facts: new FactsBook(), scene: new SceneBook() };
  };
  const show = ({ stage, traffic, facts, scene }: ReturnType<typeof open>) => {
    // As the view has them: a list of its own with each change.
    const links = edges.slice();
    const input: SceneInput = {
      facts: facts.merge(agents, undefined, [], traffic.sum(links)),
      edges: links,
      group: 'category',
      ...ALL,
      isFound: undefined,
      selected: undefined,
      path: undefined,
    };
    stage.show(scene.update(input), 'category');
  };
  const timed = (run: () => void): number => {
    const from = performance.now();
    run();
    return performance.now() - from;
  };
  const kept = open();
  show(kept);
  kept.stage.placed('category', 0);
  await frame();
  const [change, newcomer, rebuild]: [number[], number[], number[]] = [[], [], []];
  const [changeFrame, newcomerFrame]: [number[], number[]] = [[], []];
  for (let round = 1; round <= rounds; round += 1) {
    for (let index = 0; index < 20; index += 1) {
      const at = (round * 97 + index * 31) % AGENTS;
      agents[at] = testAgent(`a${at}`, {
        category: `c${at % CATEGORIES}`,
        state: round % 2 === 0 ? 'error' : 'active',
      });
    }
    for (let index = 0; index < 50; index += 1) {
      const at = (round * 131 + index * 17) % LINKS;
      edges[at] = linkOf(at, round);
    }
    change.push(timed(() => show(kept)));
    changeFrame.push(await frame());
  }
  for (let round = 1; round <= rounds; round += 1) {
    agents.push(testAgent(`new${round}`, { category: 'c1' }));
    newcomer.push(timed(() => show(kept)));
    kept.stage.placed('category', 0);
    newcomerFrame.push(await frame());
  }
  kept.drawing.kill();
  for (let round = 0; round < Math.min(5, rounds); round += 1) {
    const fresh = open();
    rebuild.push(timed(() => show(fresh)));
    fresh.drawing.kill();
  }
  return { change, changeFrame, newcomer, newcomerFrame, rebuild };
}

(globalThis as unknown as { measureTopology: typeof measure }).measureTopology = measure;

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Place } from '../../contract/upstream/layout-worker.ts';
import type { EdgeRecord } from '../../contract/upstream/mas-topology.ts';
import type { AgentFacts } from './agent-facts.ts';
import type { Drawing, DrawingChange } from './drawing.ts';
import { GraphStage, type Placer } from './graph-stage.ts';
import type { Palette } from './look.ts';
import { SceneBook } from './scene.ts';
import { MAX_EDGES, MAX_NODES, type SceneInput } from './scene-parts.ts';
import { edge, factsOf, testAgent } from './test-agents.ts';

const PALETTE = Object.fromEntries(
  ['ink', 'soft', 'line', 'faint', 'ground', 'accent', 'warn', 'alarm', 'info'].map((name) => [name, `#${name}`]),
) as unknown as Palette;

function input(facts: readonly AgentFacts[], edges: readonly EdgeRecord[], more: Partial<SceneInput> = {}): SceneInput {
  return {
    facts: new Map(facts.map((one) => [one.id, one])),
    edges,
    group: 'category',
    hiddenKinds: new Set(),
    isShown: () => true,
    isFound: undefined,
    selected: undefined,
    path: undefined,
    ...more,
  };
}

/** Gives everybody a place at once. */
class TestPlacer implements Placer {
  readonly all = new Map<string, Place>();
  readonly forgotten: string[] = [];
  places(): ReadonlyMap<string, Place> {
    return this.all;
  }
  readonly #sectors = new Map<string, string>();
  sectorOf(_group: string, key: string): string | undefined {
    return this.#sectors.get(key);
  }
  ask(_group: string, nodes: readonly { readonly key: string; readonly sector: string }[]): void {
    for (const { key, sector } of nodes) {
      this.all.set(key, [this.all.size, 0]);
      this.#sectors.set(key, sector);
    }
  }
  forget(_group: string, keys: readonly string[]): void {
    for (const key of keys) this.all.delete(key);
    this.forgotten.push(...keys);
  }
}

function lab() {
  const changes: DrawingChange[] = [];
  const drawing = { kind: 'canvas', draw: (change: DrawingChange) => changes.push(change) } as unknown as Drawing;
  const placer = new TestPlacer();
  const stage = new GraphStage(placer);
  stage.paintOn(drawing, PALETTE);
  return { changes, placer, stage, book: new SceneBook() };
}

describe('the scene', () => {
  it('is the same whether it is made anew or of the one before, whatever changes', () => {
    const change = fc.record({
      link: fc.nat(11),
      count: fc.option(fc.nat(50)),
      turn: fc.boolean(),
      agent: fc.nat(5),
      hides: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const facts = ['a', 'b', 'c', 'd', 'e'].map((id) => factsOf(testAgent(id)));
        const ends = 'ab bc cd de ex a* ba ca db ec ad bx'
          .split(' ')
          .map(([from = '', to = '']) => [from, to === '*' ? 'broadcast' : to] as const);
        const edges = [
          ...ends.map(([from, to], at) => edge(from, to, 'bus', at)),
          edge('a', 'category:late', 'member', 0),
        ];
        const stable = { hiddenKinds: new Set<never>(), isShown: (one: AgentFacts) => one.agent.state !== 'offline' };
        const book = new SceneBook();
        // The view hands over the same object each time, with other things in it.
        const live = input(facts, edges, stable) as { -readonly [K in keyof SceneInput]: SceneInput[K] };
        for (const { link, count, turn, agent, hides } of changes) {
          const [from, to] = ends[link] ?? ['a', 'b'];
          edges[link] = edge(turn ? to : from, turn ? from : to, 'bus', count ?? Number.NaN);
          const id = facts[agent]?.id;
          if (hides && count === null) facts.push(factsOf(testAgent(`n${facts.length}`, { category: 'late' })));
          if (turn && hides) facts.push(factsOf(testAgent('x')));
          if (id !== undefined) facts[agent] = factsOf(testAgent(id, { state: hides ? 'offline' : 'active' }));
          const seen = input([...facts], [...edges], stable);
          const { losses, ...again } = book.update(Object.assign(live, seen));
          const { losses: whole, ...anew } = new SceneBook().update(seen);
          expect(losses).toEqual(whole);
          expect(new Map([...again.nodes].sort())).toEqual(new Map([...anew.nodes].sort()));
          expect(new Map([...again.edges].sort())).toEqual(new Map([...anew.edges].sort()));
        }
      }),
    );
  });

  it('a hundred thousand agents and links by mistake: bounded, and told how many are left out', () => {
    const facts = Array.from({ length: 100_000 }, (_, index) =>
      factsOf(testAgent(`a${index}`, { category: `c${index}` })),
    );
    const edges = Array.from({ length: 100_000 }, (_, index) => edge(`a${index % 2_000}`, `s${index}`, 'bus', index));
    const { nodes, edges: drawn, losses } = new SceneBook().update(input(facts, edges));
    expect(nodes.size).toBeLessThanOrEqual(MAX_NODES + 100);
    expect(losses.agents).toBe(100_000 - MAX_NODES);
    expect(drawn.size).toBeLessThanOrEqual(MAX_EDGES);
    expect(losses.edges).toBe(100_000 - MAX_EDGES);
  });

  it('what is broken is counted: to itself, without a count, unknown ends', () => {
    const facts = [factsOf(testAgent('a')), factsOf(testAgent('b'))];
    const { losses, edges, nodes } = new SceneBook().update(
      input(facts, [edge('a', 'a', 'bus', 1), edge('a', 'b', 'bus', Number.NaN), edge('a', 'who?', 'bus', 2)]),
    );
    expect(losses).toMatchObject({ selfEdges: 1, broken: 1, strangers: 1 });
    expect([...edges.keys()]).toEqual(['a>b>bus', 'a>who?>bus']);
    expect(nodes.get('who?')?.kind).toBe('stranger');
  });

  it('search, selection and path make others step back', () => {
    const facts = ['a', 'b', 'c'].map((id) => factsOf(testAgent(id)));
    const edges = [edge('a', 'b', 'bus', 1), edge('b', 'c', 'bus', 1)];
    const emphasis = (more: Partial<SceneInput>) =>
      ['a', 'b', 'c'].map((id) => new SceneBook().update(input(facts, edges, more)).nodes.get(id)?.emphasis);
    expect(emphasis({ isFound: ({ id }) => id === 'b' })).toEqual(['dim', 'lit', 'dim']);
    expect(emphasis({ selected: 'a' })).toEqual(['lit', 'plain', 'dim']);
    expect(emphasis({ path: ['a', 'b'] })).toEqual(['lit', 'lit', 'dim']);
  });
});

describe('the stage', () => {
  it('tells the drawing only what changed', () => {
    const { changes, stage, book } = lab();
    const facts = ['a', 'b', 'c'].map((id) => factsOf(testAgent(id)));
    const edges = [edge('a', 'b', 'bus', 1), edge('b', 'c', 'bus', 1)];
    stage.show(book.update(input(facts, edges)), 'category');
    stage.show(book.update(input(facts, edges)), 'category');
    expect(changes.length).toBe(1);
    const worse = [factsOf(testAgent('a', { state: 'error' })), ...facts.slice(1)];
    stage.show(book.update(input(worse, [edge('a', 'b', 'bus', 9), edges[1] ?? edge('b', 'c', 'bus', 1)])), 'category');
    expect(changes[1]?.nodes.map(({ key, shape }) => [key, shape])).toEqual([['a', 'triangle']]);
    expect(changes[1]?.edges.map(({ key }) => key)).toEqual(['a>b>bus']);
    stage.show(book.update(input(worse, [])), 'category');
    expect(changes[2]?.goneEdges.toSorted()).toEqual(['a>b>bus', 'b>c>bus']);
  });

  it('one more agent moves nobody', () => {
    const { placer, stage, book } = lab();
    const facts = Array.from({ length: 50 }, (_, index) => factsOf(testAgent(`a${index}`)));
    stage.show(book.update(input(facts, [])), 'category');
    stage.placed('category', 0);
    const before = new Map(placer.all);
    stage.show(book.update(input([...facts, factsOf(testAgent('new'))], [])), 'category');
    expect(placer.forgotten).toEqual([]);
    for (const [key, place] of before) expect(placer.all.get(key)).toBe(place);
  });

  it('grouped by state, who changes state changes place, and nobody else', () => {
    const { placer, stage, book } = lab();
    const facts = ['a', 'b'].map((id) => factsOf(testAgent(id)));
    stage.show(book.update(input(facts, [], { group: 'state' })), 'state');
    stage.placed('state', 0);
    stage.show(
      book.update(input([factsOf(testAgent('a', { state: 'error' })), ...facts.slice(1)], [], { group: 'state' })),
      'state',
    );
    expect(placer.forgotten).toEqual(['a']);
  });
});

import { describe, expect, it } from 'vitest';
import type { FromLayoutWorker, LayoutNode, ToLayoutWorker } from '../../src/contract/upstream/layout-worker.ts';
import { LayoutBook } from './layout-book.ts';
import { shareOut, squeezeIn } from './sectors.ts';
import { serveLayouts } from './serve-layouts.ts';

const CATEGORIES = ['core', 'data', 'dao', 'financial', 'mycology', 'research', 'security'];

function lab(agents: number): LayoutNode[] {
  return [
    { key: 'hub', rank: 'hub', sector: '' },
    ...CATEGORIES.map((name): LayoutNode => ({ key: `category:${name}`, rank: 'head', sector: name })),
    ...Array.from(
      { length: agents },
      (_, index): LayoutNode => ({
        key: `agent-${index}`,
        rank: 'leaf',
        sector: CATEGORIES[index % CATEGORIES.length] ?? '',
      }),
    ),
  ];
}
const links = (agents: number, count: number): (readonly [string, string])[] =>
  Array.from({ length: count }, (_, index) => [
    `agent-${(index * 7919) % agents}`,
    `agent-${(index * 104_729 + 13) % agents}`,
  ]);
const fresh = () => new LayoutBook({ sectors: [], places: [] });

describe('layout', () => {
  it('is the same for the same data, in whatever order it came', () => {
    const one = fresh().add(lab(300), links(300, 600)).places;
    const other = fresh().add(lab(300).reverse(), links(300, 600)).places;
    expect(Object.fromEntries(other)).toEqual(Object.fromEntries(one));
  });

  it.each([47, 300, 2_000])('with %i agents: one more moves the others by less than a pixel on average', (agents) => {
    const book = fresh();
    book.add(lab(agents), links(agents, Math.min(5_000, agents * 2)));
    const before = new Map(book.places);
    for (let more = 0; more < 5; more += 1) {
      const node: LayoutNode = { key: `new-${more}`, rank: 'leaf', sector: CATEGORIES[more] ?? 'core' };
      book.add([node], [[`new-${more}`, `agent-${more * 3}`]]);
    }
    const moved = [...before].map(([key, [x, y]]) => {
      const [nowX, nowY] = book.places.get(key) ?? [Number.NaN, Number.NaN];
      return Math.hypot(nowX - x, nowY - y);
    });
    expect(moved.reduce((sum, px) => sum + px, 0) / moved.length).toBeLessThan(1);
    expect(Math.max(...moved)).toBe(0);
    expect(book.places.size).toBe(before.size + 5);
  });

  it('keeps everybody apart, and in their sector', () => {
    const book = fresh();
    book.add(lab(2_000), links(2_000, 5_000));
    const all = [...book.places.values()];
    let closest = Number.POSITIVE_INFINITY;
    for (let a = 0; a < all.length; a += 1)
      for (let b = a + 1; b < all.length; b += 1) {
        const [one, other] = [all[a], all[b]];
        if (one && other) closest = Math.min(closest, Math.hypot(one[0] - other[0], one[1] - other[1]));
      }
    expect(closest).toBeGreaterThan(14);
    const inside = lab(2_000).filter(({ key, rank, sector }) => {
      const place = book.places.get(key);
      const own = book.sectors.find(({ name }) => name === sector);
      if (rank !== 'leaf' || place === undefined || own === undefined) return true;
      const off = Math.abs(
        Math.atan2(
          Math.sin(Math.atan2(place[1], place[0]) - own.angle),
          Math.cos(Math.atan2(place[1], place[0]) - own.angle),
        ),
      );
      return off < own.width / 2 + 0.15;
    });
    // Friends elsewhere make a few lean over the border.
    expect(inside.length).toBeGreaterThan(1_990);
  });

  it('a new category takes the widest room and changes no other', () => {
    const sectors = shareOut(
      new Map([
        ['a', 4],
        ['b', 4],
        ['c', 100],
      ]),
    );
    expect(sectors.reduce((sum, { width }) => sum + width, 0)).toBeCloseTo(2 * Math.PI);
    const more = squeezeIn(sectors, 'd');
    const gaps = sectors.map(({ angle }) =>
      Math.abs(Math.atan2(Math.sin(angle - more.angle), Math.cos(angle - more.angle))),
    );
    expect(Math.min(...gaps)).toBeGreaterThan(0.5);
  });

  it('goes on from what a browser kept, and shrugs off what is broken in it', () => {
    const first = fresh();
    first.add(lab(47), []);
    const again = new LayoutBook({
      sectors: [...first.sectors, { name: 'bad', angle: Number.NaN, width: 1 }],
      places: [...[...first.places].map(([key, [x, y]]) => [key, x, y] as const), ['broken', Number.NaN, 0]],
    });
    const { places } = again.add([...lab(47), { key: 'broken', rank: 'leaf', sector: 'core' }], []);
    for (const [key, place] of first.places) expect(places.get(key)).toEqual(place);
    expect(places.get('broken')?.every(Number.isFinite)).toBe(true);
  });

  it('places no more than it may and says how many it left', () => {
    const { places, left } = fresh().add(lab(20_000), []);
    expect(places.size).toBe(5_000);
    expect(left).toBe(20_000 + 8 - 5_000);
  });

  it('answers over its thread, each group for itself, and keeps what a person moved', () => {
    const posted: FromLayoutWorker[] = [];
    let tell: (message: ToLayoutWorker) => void = () => {};
    serveLayouts({
      monoMs: () => 0,
      post: (message) => posted.push(message),
      onMessage: (listener) => (tell = listener),
    });
    tell({ t: 'begin', group: 'category', known: { sectors: [], places: [] } });
    tell({
      t: 'add',
      group: 'category',
      id: 1,
      nodes: lab(10),
      links: [
        ['agent-1', 'agent-1'],
        ['agent-2', 'nobody'],
      ],
    });
    tell({ t: 'move', group: 'category', key: 'agent-3', x: 500, y: -20 });
    tell({ t: 'add', group: 'state', id: 2, nodes: lab(3), links: [] });
    tell({ t: 'add', group: 'category', id: 3, nodes: lab(11), links: [] });
    expect(posted.map(({ group, id, places }) => [group, id, places.length])).toEqual([
      ['category', 1, 18],
      ['state', 2, 11],
      ['category', 3, 19],
    ]);
    expect(posted[2]?.places.find(([key]) => key === 'agent-3')).toEqual(['agent-3', 500, -20]);
    tell({ t: 'forget', group: 'category', keys: ['agent-3'] });
    tell({ t: 'add', group: 'category', id: 4, nodes: lab(11), links: [] });
    expect(posted[3]?.places.find(([key]) => key === 'agent-3')).not.toEqual(['agent-3', 500, -20]);
  });
});

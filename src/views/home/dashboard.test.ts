import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COLUMNS, type Dashboard, findRoom, onGrid, step } from './dashboard.ts';
import { readDashboards, readDashboardsFile, readLink, writeDashboards, writeLink } from './dashboard-file.ts';

const LAB: Dashboard = {
  id: 'lab',
  name: '<img src=x onerror=alert(1)>',
  panels: [{ id: 'a', kind: 'gone.kind', x: 0, y: 0, w: 4, h: 3, settings: { device: 'probe-1' } }],
};

test('what is saved is read again, by file and by link', async () => {
  expect(readDashboards(writeDashboards([LAB]))).toEqual({ is: 'read', value: [LAB] });
  expect(await readLink((await writeLink(LAB)) ?? '')).toEqual({ is: 'read', value: LAB });
});

test.for([
  ['not JSON', '{'],
  ['null', 'null'],
  ['another file of ours', '{"hyphae":"feeds","feeds":[]}'],
  ['a newer version', '{"hyphae":"dashboards","version":9,"dashboards":[]}'],
  ['too many', writeDashboards(Array.from({ length: 13 }, (_, i) => ({ ...LAB, id: `d${i}` })))],
  ['the same id twice', writeDashboards([LAB, LAB])],
  ['off the grid', writeDashboards([{ ...LAB, panels: LAB.panels.map((panel) => ({ ...panel, x: 11 })) }])],
  ['a place that is no number', writeDashboards([LAB]).replace('"x": 0', '"x": null')],
  ['a name of 10 kB', writeDashboards([{ ...LAB, name: 'x'.repeat(10_240) }])],
  ['too large', ' '.repeat(300_000)],
])('refused with a reason: %s', ([, text]) => {
  const read = readDashboards(text ?? '');
  expect(read.is === 'wrong' && read.why).toMatch(/.{6,}/);
});

test('a link that unpacks to megabytes is refused before it is unpacked', async () => {
  const bomb = await writeLink({ ...LAB, name: ' '.repeat(4_000_000) });
  expect(await readLink(bomb ?? '')).toEqual({ is: 'wrong', why: 'it unpacks to too much' });
});

test('any hash is read or refused, never thrown', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 200 }), async (text) => {
      expect((await readLink(`#d=${text}`)).is).toBe('wrong');
    }),
    { numRuns: 100 },
  );
});

test('a file is measured before it is read, and one that cannot be read is told', async () => {
  expect(await readDashboardsFile(new Blob([writeDashboards([LAB])]))).toEqual({ is: 'read', value: [LAB] });
  expect(await readDashboardsFile(new Blob(['x'.repeat(800_000)]))).toEqual({ is: 'wrong', why: 'it is too large' });
  const gone = Object.assign(new Blob(['{}']), {
    text: () => Promise.reject(new DOMException('', 'NotReadableError')),
  });
  expect(await readDashboardsFile(gone)).toMatchObject({ is: 'wrong', why: expect.stringContaining('NotReadable') });
});

test('wherever a panel was pushed, its dashboard can be read again', () => {
  const number = fc.integer({ min: -1_000, max: 1_000 });
  fc.assert(
    fc.property(fc.record({ x: number, y: number, w: number, h: number }), (place) => {
      const panels = LAB.panels.map((panel) => ({ ...panel, ...onGrid(place) }));
      expect(readDashboards(writeDashboards([{ ...LAB, panels }])).is).toBe('read');
    }),
  );
});

test('steps stay on the grid, and a new panel overlaps none', () => {
  const delta = fc.integer({ min: -30, max: 30 });
  fc.assert(
    fc.property(fc.array(fc.tuple(delta, delta, fc.boolean()), { maxLength: 20 }), (steps) => {
      const end = steps.reduce((place, [dx, dy, resizing]) => step(place, dx, dy, resizing), {
        x: 0,
        y: 0,
        w: 4,
        h: 3,
      });
      expect(end.x).toBeGreaterThanOrEqual(0);
      expect(end.w).toBeGreaterThanOrEqual(1);
      expect(end.x + end.w).toBeLessThanOrEqual(COLUMNS);
    }),
  );
  expect(findRoom([{ x: 0, y: 0, w: 8, h: 2 }], 6, 2)).toEqual({ x: 0, y: 2, w: 6, h: 2 });
  expect(findRoom([{ x: 0, y: 0, w: 8, h: 2 }], 4, 2)).toEqual({ x: 8, y: 0, w: 4, h: 2 });
});

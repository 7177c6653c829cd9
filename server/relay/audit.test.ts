import { expect, test } from 'vitest';
import { Audit } from './audit.ts';
import { exportAudit } from './audit-export.ts';
import { Lab } from './test-lab.ts';

const ann = { client: 'ann', name: '=Ann "A", B', principal: 'token:bench' };
const bob = { client: 'bob', name: 'Bob', principal: 'open' };

async function setUp() {
  const lab = new Lab();
  const audit = new Audit(lab.bus, lab.clock, () => undefined);
  await audit.start();
  return { lab, clock: lab.clock, audit };
}

test('lines are found by board, by whom, and by time; the newest when there are more than asked for', async () => {
  const { lab, clock, audit } = await setUp();
  for (let index = 0; index < 10; index++) {
    const who = index % 2 ? ann : bob;
    audit.tell({ who, what: 'write', board: `b${index % 3}`, detail: { index }, result: 'ok' });
    clock.advance(1_000);
  }
  await lab.settle();
  const found = (query: object) => audit.query({ limit: 100, ...query }).map(({ detail }) => detail.index);
  expect(found({})).toHaveLength(10);
  expect(found({ board: 'b0' })).toEqual([0, 3, 6, 9]);
  expect(found({ who: 'ann', board: 'b0' })).toEqual([3, 9]);
  expect(found({ who: 'Bob', limit: 2 })).toEqual([6, 8]);
  expect(found({ sinceMs: clock.now() - 3_000, untilMs: clock.now() - 2_000 })).toEqual([7, 8]);
});

test('asking in vain again and again is one line a second, which says how often', async () => {
  const { lab, clock, audit } = await setUp();
  const refused = { who: bob, what: 'lease.take', board: 'b', detail: {}, result: 'lease-held' };
  for (let index = 0; index < 50; index++) audit.tell(refused);
  clock.advance(1_000);
  audit.tell(refused);
  await lab.settle();
  expect(audit.query({ limit: 100 }).map(({ detail }) => detail)).toEqual([{}, { alsoRefused: 49 }]);
});

test('an export is one line per record, and a spreadsheet shows a name that looks like a formula', async () => {
  const { lab, audit } = await setUp();
  audit.tell({ who: ann, what: 'command', board: 'b', detail: { name: 'led' }, result: 'ok', trace: '00-a' });
  await lab.settle();
  const records = audit.query({ limit: 10 });
  const [line] = exportAudit(records, 'ndjson');
  expect(JSON.parse(line ?? '')).toMatchObject({ who: { name: ann.name, role: 'token:bench' }, what: 'command' });
  const csv = [...exportAudit(records, 'csv')].join('');
  expect(csv).toBe(
    'time,node,client,name,role,what,board,result,trace,detail\r\n' +
      `1970-01-01T00:16:40.000Z,${lab.bus.node},ann,"'=Ann ""A"", B",token:bench,command,b,ok,00-a,"{""name"":""led""}"\r\n`,
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeDiagnosis } from './diagnosis.ts';
import { lossesLong, lossesOf, lossesShort } from './losses.ts';
import { layOutMap, type MapLayout } from './map-layout.ts';
import { nextNode } from './map-steps.ts';
import { RateBook, rateText } from './rate-book.ts';
import { lineRowState, upstreamRowState } from './row-state.ts';
import { allRows, type RowChoice, shownRows } from './rows.ts';
import { readServerAnswer } from './server-answer.ts';
import { readConnectionsAddress, SORTS, writeConnectionsAddress } from './state.ts';
import { stateSentence } from './state-words.ts';
import { board, facts, LIVE, line, NOW, upstream } from './test-facts.ts';
import { verdictOf } from './verdict.ts';

const RETRYING = {
  is: 'retrying',
  since: NOW,
  nextAt: NOW + 4000,
  attempt: 7,
  why: 'the server answered 503',
} as const;
const REFUSED = { is: 'refused', since: NOW - 60_000, why: 'no key' } as const;

describe('a state in words', () => {
  it.each([
    [line('a/b', LIVE), 'live for 3 min'],
    [line('a/b', RETRYING), 'retrying next try in 4 s, 7th, the server answered 503'],
    [line('a/b', REFUSED), 'refused no key'],
    [line('a/b', { is: 'stale', since: NOW }, { lastRecordAt: NOW - 40_000 }), 'stale nothing for 40 s'],
    [line('a/b', { is: 'stale', since: NOW }, { lastRecordAt: undefined }), 'stale nothing ever came'],
    [line('a/b', { is: 'connected-no-data', since: NOW - 9000 }), 'connected nothing came yet, 9 s'],
    [line('a/b', { is: 'idle', since: NOW }), 'idle nobody looks at it'],
  ])('%# %s', (one, words) => expect(stateSentence(lineRowState(one), NOW)).toBe(words));

  it('counts tries as people do', () => {
    const words = [1, 2, 3, 11, 21, 112].map((attempt) =>
      stateSentence(lineRowState(line('a/b', { ...RETRYING, attempt })), NOW + 3_500),
    );
    expect(words.map((one) => one.split(', ')[1])).toEqual([
      'the server answered 503',
      '2nd',
      '3rd',
      '11th',
      '21st',
      '112th',
    ]);
    expect(words[0]).toContain('trying now');
  });
});

describe('an upstream is as well as the worst of its connections', () => {
  const idle = line('a/x', { is: 'idle', since: NOW });
  it('shows trouble of all or of a part, and calls it live when one is', () => {
    const inPart = upstreamRowState(upstream('a'), [line('a/b'), line('a/c', RETRYING)]);
    expect(stateSentence(inPart, NOW)).toBe('in part c retrying next try in 4 s, 7th, the server answered 503');
    expect(upstreamRowState(upstream('a'), [line('a/c', RETRYING), line('a/d', REFUSED)]).is).toBe('refused');
    expect(upstreamRowState(upstream('a'), [idle, line('a/b')]).is).toBe('live');
    expect(upstreamRowState(upstream('a'), [idle]).is).toBe('idle');
  });
  it('is not in trouble when a person stopped it or nobody set it up', () => {
    expect(upstreamRowState(upstream('a', { stopped: true }), [line('a/c', RETRYING)]).is).toBe('stopped');
    expect(upstreamRowState(upstream('a', { via: 'none' }), []).is).toBe('none');
  });
});

describe('the table', () => {
  const choice: RowChoice = { find: '', sort: 'trouble', everyLine: false, open: undefined };
  const keys = (shown: ReturnType<typeof shownRows>) =>
    shown.map((one) => (one.is === 'group' ? one.group : one.row.id));
  const show = (change: Partial<RowChoice>, of = facts()) =>
    keys(shownRows(allRows(of), { ...choice, ...change }, new RateBook()));

  it('has everything, in groups, lines only where they are asked for', () => {
    expect(show({})).toEqual([
      'upstreams',
      'up:crep',
      'up:mas',
      'boards',
      'board:b1',
      'tabs',
      'tab:this',
      'tab:other',
      'server',
      'relay',
    ]);
    expect(show({ everyLine: true })).toContain('line:mas/health');
    expect(show({ open: 'up:mas' })).toContain('line:mas/agents');
    expect(show({ open: 'line:mas/agents' })).toContain('line:mas/health');
    expect(show({ open: 'up:mas' })).not.toContain('line:crep/aircraft');
  });
  it('puts trouble first and keeps the rest where it was', () => {
    const broken = facts({ lines: [line('crep/aircraft'), line('mas/agents', RETRYING), line('mas/health')] });
    expect(show({}, broken).slice(0, 3)).toEqual(['upstreams', 'up:mas', 'up:crep']);
    expect(show({ open: 'up:mas' }, broken).slice(1, 4)).toEqual(['up:mas', 'line:mas/agents', 'line:mas/health']);
  });
  it('finds a line by its words and shows it under its upstream', () => {
    expect(show({ find: 'AGENTS' })).toEqual(['upstreams', 'up:mas', 'line:mas/agents']);
    expect(show({ find: 'nothing like this' })).toEqual([]);
  });
  it('keeps every row at every sort', () => {
    const all = new Set(show({ everyLine: true }));
    for (const sort of SORTS) expect(new Set(show({ sort, everyLine: true }))).toEqual(all);
  });
  it('says who a stopped upstream is for, and how it starts again', () => {
    const rows = allRows(facts({ upstreams: [upstream('mas', { stopped: true })] }));
    const remarks = rows
      .find(({ id }) => id === 'up:mas')
      ?.remarks()
      .join(' ');
    expect(remarks).toContain('1 reader waits');
    expect(remarks).toContain('Start brings it back');
  });
  it('leads a line from hop to hop, with what is not known said', () => {
    const hops = allRows(facts())
      .find(({ id }) => id === 'line:mas/agents')
      ?.hops();
    expect(hops?.map(({ at }) => at)).toEqual(['source', 'gateway', 'hub', 'tab']);
    expect(hops?.[1]?.unknown).toBe('Asking the server');
    const direct = facts({ upstreams: [upstream('mas', { via: 'direct' })] });
    expect(
      allRows(direct)
        .find(({ id }) => id === 'line:mas/agents')
        ?.hops()
        .map(({ at }) => at),
    ).toEqual(['source', 'hub', 'tab']);
  });
  it('counts at the gateway what was refused there', () => {
    const answer = readServerAnswer({
      server: 's1',
      gateway: {
        mas: { requests: 12, asked: 8, coalesced: 4, failed: 0, bytesIn: 1500, refused: { 'not-listed': 2 } },
      },
    });
    if (answer === undefined) throw new Error('unreadable');
    const rows = allRows(facts({ server: { is: 'known', answer, at: NOW } }));
    const hop = rows.find(({ id }) => id === 'line:mas/agents')?.hops()[1];
    expect(hop?.facts).toEqual(['12 requests: 8 passed on, 4 answered from here', '1.5 kB in, 0 B out']);
    expect(hop?.losses).toEqual([{ what: 'refused', reason: 'not-listed', count: 2 }]);
  });
});

it('the verdict names the worst, and speaks of sources when all is well', () => {
  expect(verdictOf(allRows(facts()), NOW)).toMatchObject({ is: 'live', text: '3 sources live' });
  const lines = [line('crep/aircraft', REFUSED), line('mas/agents', RETRYING)];
  const boards = [board('b1', { phase: { is: 'unplugged', since: NOW - 5000 } })];
  expect(verdictOf(allRows(facts({ lines, boards })), NOW).text).toBe(
    'CREP refused for 1 min · MAS retrying and 1 more',
  );
  expect(verdictOf([], NOW).is).toBe('none');
});

describe('losses', () => {
  const losses = lossesOf({ 'dropped:bad-json': 3, 'deduped:alert': 9, 'dropped:too-big': 12, 'unknown:Foo:Bar': 0 });
  it('are told apart from what was left out on purpose', () => {
    expect(lossesShort(losses)).toBe('15 dropped');
    expect(lossesLong(losses)).toBe('12 dropped: too-big · 9 seen before: alert · 3 dropped: bad-json');
    expect(lossesShort(lossesOf({ 'deduped:alert': 9 }))).toBe('0');
    expect(lossesLong([])).toBe('nothing lost');
  });
});

describe('rates', () => {
  it('come of the growth of counters, and survive their new life', () => {
    const book = new RateBook();
    for (let second = 0; second < 5; second += 1) book.note('a', second * 1000, second * 50, second * 1000);
    expect(book.recordsPerS('a')).toBe(50);
    expect(book.bytesPerS('a')).toBe(1000);
    book.note('a', 5000, 0, 0);
    expect(book.recordsPerS('a')).toBeUndefined();
    book.note('a', 6000, 20, 0);
    expect(book.recordsPerS('a')).toBe(20);
  });
  it('are kept for a minute and no longer', () => {
    const book = new RateBook();
    for (let second = 0; second < 500; second += 1) book.note('a', second * 1000, second, 0);
    expect(book.curve('a').times.length).toBeLessThanOrEqual(64);
    book.forget(600_000);
    expect(book.recordsPerS('a')).toBeUndefined();
  });
  it('are read at a glance', () =>
    expect([undefined, 0, 0.42, 3, 9.96, 1204.4].map(rateText)).toEqual(['–', '0', '0.4', '3', '10', '1,204']));
});

describe('the drawing', () => {
  const many = facts({
    upstreams: Array.from({ length: 10 }, (_, i) => upstream(`u${i}`, i === 3 ? { via: 'direct' } : {})),
    lines: Array.from({ length: 10 }, (_, i) => line(`u${i}/x`)),
    boards: Array.from({ length: 12 }, (_, i) => board(`b${i}`, i === 2 ? { path: { is: 'none' } } : {})),
  });
  const places = ({ nodes, edges }: MapLayout) => ({
    nodes: nodes.map(({ id, x, y, width, height }) => ({ id, x, y, width, height })),
    edges: edges.map(({ id, path }) => ({ id, path })),
  });
  const draw = (of = many, width = 1180) => layOutMap(of, allRows(of), width);

  it('moves nothing when states and numbers change', () => {
    const lines = many.lines.map((one) => ({ ...one, state: RETRYING, records: 99_999 }));
    const stopped = many.upstreams.map((one) => ({ ...one, stopped: true }));
    expect(places(draw({ ...many, lines, upstreams: stopped }))).toEqual(places(draw()));
  });
  it.each([560, 820, 1180])('no two boxes overlap and all are inside, %i wide', (width) => {
    const { nodes, height } = draw(many, width);
    for (const a of nodes) {
      expect(a.x >= 0 && a.x + a.width <= width && a.y + a.height <= height).toBe(true);
      for (const b of nodes)
        if (a !== b)
          expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(
            true,
          );
    }
  });
  it('draws no way from what nobody set up or holds', () => {
    const off = { ...many, upstreams: [upstream('u0', { via: 'none' })] };
    const from = draw(off).edges.map((edge) => edge.from);
    expect(from).not.toContain('up:u0');
    expect(from).not.toContain('board:b2');
    expect(draw().edges.find((edge) => edge.from === 'up:u3')?.to).toBe('hub');
  });
  it('is walked with arrow keys, from side to side', () => {
    const { nodes } = draw();
    expect(nextNode(nodes, 'up:u0', 'ArrowDown')).toBe('up:u1');
    expect(nextNode(nodes, 'up:u0', 'ArrowUp')).toBeUndefined();
    expect(nextNode(nodes, 'up:u5', 'ArrowRight')).toBe('relay');
    expect(nextNode(nodes, 'relay', 'ArrowRight')).toBe('hub');
    expect(nextNode(nodes, 'hub', 'ArrowRight')).toBe('tab:other');
    expect(nextNode(nodes, 'hub', 'x')).toBeUndefined();
  });
});

describe('a diagnosis', () => {
  it('says when and by which build, and has no secrets', () => {
    const text = makeDiagnosis(
      'line:mas/agents',
      {
        url: 'https://user:pw@mas.example/ws?token=abc123&x=1',
        why: 'refused: Authorization: Bearer eyJhbGciOi.x.y',
        apiKey: 'k-123',
        headers: { cookie: 'sid=1' },
        keys: 3,
      },
      { build: '2026-11-26', now: NOW, browser: 'Chromium' },
    );
    for (const secret of ['abc123', 'pw@', 'eyJhbGciOi', 'k-123', 'sid=1']) expect(text).not.toContain(secret);
    expect(JSON.parse(text)).toMatchObject({
      app: { name: 'Hyphae', build: '2026-11-26', at: new Date(NOW).toISOString() },
      facts: { url: 'https://…@mas.example/ws?token=…&x=1', keys: 3 },
    });
  });
});

describe('the address', () => {
  it('comes back as it was written', () => {
    const address = readConnectionsAddress({
      tab: 'messages',
      row: 'line:mas/agents',
      find: 'ws',
      sort: 'losses',
      lines: 'all',
      drawing: 'off',
      of: 'line:mas/agents',
      show: 'x',
      search: 'y',
      hide: 'out,counted',
    });
    expect(readConnectionsAddress(writeConnectionsAddress(address) as Record<string, string>)).toEqual(address);
    expect(address.hidden).toEqual(new Set(['out', 'counted']));
    expect(Object.values(writeConnectionsAddress(readConnectionsAddress({}))).every((one) => one === undefined)).toBe(
      true,
    );
  });
  it('never breaks on what somebody pasted', () =>
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.array(fc.string()))), (search) => {
        expect(SORTS).toContain(readConnectionsAddress(search).sort);
      }),
    ));
});

it('an answer of another server, whatever it is, is read or left, never thrown at', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (body) => {
      readServerAnswer(body);
    }),
  );
  const any = { connections: fc.jsonValue(), gateway: fc.jsonValue(), feeds: fc.jsonValue(), bus: fc.jsonValue() };
  fc.assert(
    fc.property(fc.record({ server: fc.string(), ...any }), (body) => {
      expect(readServerAnswer(body)?.server).toBe(body.server);
    }),
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Place } from '../../contract/upstream/layout-worker.ts';
import type { AgentRecord, EdgeRecord, TopologyLogRecord } from '../../contract/upstream/mas-topology.ts';
import { type AgentFacts, perMinute } from './agent-facts.ts';
import { finder, isShown } from './choose-agents.ts';
import { FactsBook, MAX_AGENTS_SHOWN } from './facts-book.ts';
import { tracePath } from './find-path.ts';
import { GoneBook, MAX_GONE, readGone } from './gone-book.ts';
import { eventsPerMinute } from './history.ts';
import { readLayout } from './layout-client.ts';
import { readTopologyAddress, writeTopologyAddress } from './state.ts';
import { stepTo } from './step-to.ts';
import { edge, factsOf, logRecord, testAgent } from './test-agents.ts';
import { TrafficBook } from './traffic-book.ts';
import { verdictOf } from './verdict.ts';
import { whyRed } from './why-red.ts';

const NOW = 1_700_000_000_000;

/** What {@link TrafficBook} is to say. */
function plainSums(edges: readonly EdgeRecord[]) {
  const sums: Record<string, { out: number; in: number }> = {};
  const of = (id: string) => {
    sums[id] ??= { out: 0, in: 0 };
    return sums[id];
  };
  for (const one of edges) {
    const rate = one.kind === 'bus' ? perMinute(one) : undefined;
    if (rate === undefined) continue;
    of(one.from).out += rate;
    of(one.to).in += rate;
  }
  return sums;
}

describe('why is it red', () => {
  const why = (agent: Partial<AgentRecord>, log: readonly TopologyLogRecord[] = [], more: Partial<AgentFacts> = {}) =>
    whyRed({ ...factsOf(testAgent('a', agent)), ...more }, log, NOW);

  it('down is told apart from flapping, restarting, failing, and from a stream that is silent for all', () => {
    const heardAt = NOW - 5_000;
    const bad = (agoMs: number, word = 'error') => logRecord({ at: NOW - agoMs, what: 'agent-error', word });
    const good = (agoMs: number) => logRecord({ at: NOW - agoMs, what: 'agent-recovered', word: 'idle' });
    const flaps = [bad(900_000), good(800_000), bad(600_000), good(500_000), bad(100_000)];
    expect(why({ state: 'offline', life: 'offline' }, [], { heardAt: NOW - 150_000 }).is).toBe('down');
    expect(why({ state: 'idle', life: 'stale' }, [], { heardAt: NOW - 60_000 }).is).toBe('late');
    expect(why({ state: 'error', life: 'live' }, flaps, { heardAt }).is).toBe('flapping');
    expect(why({ state: 'error', life: 'live' }, [bad(60_000)], { heardAt }).is).toBe('failing');
    expect(why({ state: 'starting', life: 'live' }, [], { heardAt }).is).toBe('restarting');
    expect(why({ state: 'idle', life: 'live' }, [], { goneSince: NOW - 60_000 }).is).toBe('gone');
    expect(why({ state: 'offline', life: 'offline', flags: ['no-heartbeats'] }, [], { heardAt }).is).toBe(
      'silent-stream',
    );
    expect(why({ state: 'idle', life: 'live' }, flaps.slice(0, 2), { heardAt }).is).toBe('well');
  });

  it('says missed heartbeats and the last error in words', () => {
    const down = why({ state: 'offline', life: 'offline', lastError: 'TimeoutError: MINDEX' }, [], {
      heardAt: NOW - 150_000,
    });
    expect(down.sentences.join(' ')).toContain('10 missed');
    expect(down.sentences.join(' ')).toContain('TimeoutError: MINDEX');
  });

  it('the supervisor that repeats itself every 30 s is one trouble, and said to be perhaps none', () => {
    const log = Array.from({ length: 8 }, (_, index) =>
      logRecord({ at: NOW - 300_000 + index * 30_000, what: 'lifecycle', word: 'agent_unresponsive' }),
    );
    const found = why({ state: 'unresponsive', life: 'live', why: 'agent_unresponsive: 210 s' }, log, {
      heardAt: NOW - 4_000,
    });
    expect(found.is).toBe('stuck');
    expect(found.sentences.some((sentence) => sentence.includes('need not be an outage'))).toBe(true);
  });
});

describe('paths', () => {
  it('prefers what was seen, and says when it only follows from lists', () => {
    const edges = [
      edge('hub', 'category:core', 'member'),
      edge('category:core', 'a', 'member'),
      edge('category:core', 'b', 'member'),
      edge('a', 'c', 'bus', 6),
      edge('c', 'b', 'bus', 2),
    ];
    const seen = tracePath(edges, 'a', 'b');
    expect(seen).toMatchObject({
      is: 'observed',
      steps: [
        { from: 'a', to: 'c', perMin: 6 },
        { from: 'c', to: 'b' },
      ],
    });
    expect(tracePath(edges.slice(0, 3), 'a', 'b')).toMatchObject({ is: 'derived', steps: { length: 2 } });
    expect(tracePath(edges, 'a', 'nobody')).toEqual({ is: 'none', why: 'no-such-to' });
    expect(tracePath([edge('a', 'b', 'bus', 1), edge('c', 'd', 'bus', 1)], 'a', 'd')).toEqual({
      is: 'none',
      why: 'apart',
    });
  });

  it('what is said to everybody connects nobody', () => {
    const edges = [edge('a', 'broadcast', 'bus', 9), edge('b', 'broadcast', 'bus', 9)];
    expect(tracePath(edges, 'a', 'b')).toEqual({ is: 'none', why: 'apart' });
  });
});

describe('who is gone', () => {
  const map = (...ids: string[]) => new Map(ids.map((id) => [id, testAgent(id)]));

  it('is believed after more than a heartbeat, and only while the others are told of', () => {
    const book = new GoneBook();
    book.look(map('a', 'b'), true, NOW);
    expect(book.look(map('a'), true, NOW + 1_000)).toBe(false);
    book.look(new Map(), false, NOW + 10_000);
    expect(book.gone.size).toBe(0);
    expect(book.look(map('a'), true, NOW + 22_000)).toBe(true);
    expect([...book.gone.keys()]).toEqual(['b']);
    expect(book.look(map('a', 'b'), true, NOW + 23_000)).toBe(true);
    expect(book.gone.size).toBe(0);
  });

  it('is bounded, and what a browser kept is read whatever it is', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ({ agent: testAgent(`a${index}`), since: NOW }));
    expect(readGone(JSON.stringify(many)).length).toBe(MAX_GONE);
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(readGone(text))));
    expect(readGone('[{"since":1},null,{"agent":{"t":"agent"},"since":2}]')).toEqual([]);
    expect(readLayout('{"places":[["a",1,2],["b",null,3],4],"sectors":[{"name":"x"}]}')).toEqual({
      sectors: [],
      places: [['a', 1, 2]],
      of: [],
    });
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(readLayout(text).places)));
  });
});

describe('the address', () => {
  it('comes back as it was written', () => {
    const address = readTopologyAddress({
      find: 'core error',
      sel: 'a',
      from: 'a',
      to: 'b',
      group: 'state',
      states: 'error,offline',
      cat: 'core',
      hide: 'member',
      view: 'table',
    });
    expect(readTopologyAddress(writeTopologyAddress(address) as Record<string, string>)).toEqual(address);
  });

  it('is read whatever somebody pasted', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('find', 'sel', 'group', 'states', 'view', 'hide'), fc.string()),
        (search) => {
          const { group, view, find } = readTopologyAddress(search);
          return (
            ['category', 'state', 'none'].includes(group) && ['graph', 'table'].includes(view) && find.length <= 256
          );
        },
      ),
    );
  });
});

describe('facts', () => {
  it('an agent of which nothing changed keeps its object', () => {
    const book = new FactsBook();
    const agents = [testAgent('a'), testAgent('b')];
    const before = book.merge(agents, undefined, [], new Map());
    const after = book.merge(
      [agents[0] ?? testAgent('a'), testAgent('b', { state: 'error' })],
      undefined,
      [],
      new Map(),
    );
    expect(after.get('a')).toBe(before.get('a'));
    expect(after.get('b')).not.toBe(before.get('b'));
  });

  it('a hundred thousand by mistake are cut off; ages, traffic and gone ones are merged', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => testAgent(`a${index}`));
    const facts = new FactsBook().merge(
      many,
      { t: 'ages', rx: NOW, heardAt: { a0: NOW } },
      [{ agent: testAgent('old'), since: 1 }],
      new TrafficBook().sum([edge('a0', 'a1', 'bus', 4), edge('a1', 'a0', 'bus', Number.NaN)]),
    );
    expect(facts.size).toBe(MAX_AGENTS_SHOWN);
    expect(facts.get('a0')).toMatchObject({ heardAt: NOW, outPerMin: 4, inPerMin: 0 });
  });

  it('sums up traffic as if all links were read anew, whichever of them changed', () => {
    const link = fc
      .record({
        from: fc.constantFrom('a', 'b', 'c', 'd'),
        to: fc.constantFrom('a', 'b', 'c', 'd'),
        kind: fc.constantFrom('bus' as const, 'member' as const),
        messages: fc.oneof(fc.integer({ min: -1, max: 90 }), fc.constant(Number.NaN)),
      })
      .map(({ from, to, kind, messages }) => edge(from, to, kind, messages));
    const change = fc.record({ at: fc.nat({ max: 9 }), to: link, isMore: fc.boolean() });
    fc.assert(
      fc.property(fc.array(link, { maxLength: 8 }), fc.array(change, { maxLength: 12 }), (links, changes) => {
        const book = new TrafficBook();
        const sum = () => expect(Object.fromEntries(book.sum(links))).toEqual(plainSums(links));
        sum();
        for (const { at, to, isMore } of changes) {
          if (isMore || links.length === 0) links.push(to);
          else links[at % links.length] = to;
          sum();
        }
      }),
    );
  });

  it('finds by all words, in whatever field, and filters', () => {
    const one = factsOf(testAgent('x-1', { name: 'Search Agent', category: 'core', lastError: 'TimeoutError' }));
    expect(finder('core timeout')?.(one)).toBe(true);
    expect(finder('core nothing')?.(one)).toBe(false);
    expect(finder('  ')).toBeUndefined();
    expect(isShown(one, { states: new Set(['error']), category: undefined })).toBe(false);
    expect(isShown(one, { states: undefined, category: 'core' })).toBe(true);
  });

  it('silence is told as silence, and calm only when heartbeats come', () => {
    const verdict = (...agents: AgentRecord[]) =>
      verdictOf(
        agents.map((agent) => factsOf(agent)),
        false,
        NOW,
      ).is;
    expect(verdict()).toBe('waiting');
    expect(verdictOf([factsOf(testAgent('a', { heardAt: NOW - 9_000 }))], true, NOW)).toMatchObject({ is: 'silent' });
    // Everybody is gone, and so is the source.
    const gone = { ...factsOf(testAgent('a', { heardAt: NOW - 9_000 })), goneSince: NOW - 5_000 };
    expect(verdictOf([gone], true, NOW).text).toContain('9 s');
    expect(verdict(testAgent('a'), testAgent('b'))).toBe('well');
    expect(verdict(testAgent('a', { life: 'unheard' }))).toBe('unheard');
    expect(verdict(testAgent('a', { state: 'error' }), testAgent('b'))).toBe('trouble');
    expect(verdict(testAgent('a', { state: 'offline', life: 'offline', flags: ['no-heartbeats'] }))).toBe('silent');
  });

  it('counts troubles and recoveries per minute, whatever their time', () => {
    const bars = eventsPerMinute(
      [
        logRecord({ at: NOW - 30_000, what: 'agent-error', word: 'error' }),
        logRecord({ at: NOW - 90_000, what: 'agent-recovered', word: 'idle' }),
        logRecord({ at: Number.NaN, what: 'agent-error', word: 'error' }),
        logRecord({ at: NOW - 86_400_000, what: 'agent-error', word: 'error' }),
      ],
      NOW,
      3,
    );
    expect(bars.map(({ bad, good }) => [bad, good])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
    ]);
  });
});

it('arrow keys lead to who is near in that direction', () => {
  const places = new Map<string, Place>([
    ['middle', [0, 0]],
    ['right', [50, 10]],
    ['far', [200, 0]],
    ['up', [5, -60]],
  ]);
  expect(stepTo(places, [0, 0], 'right')).toBe('right');
  expect(stepTo(places, [50, 10], 'right')).toBe('far');
  expect(stepTo(places, [0, 0], 'up')).toBe('up');
  expect(stepTo(places, [0, 0], 'left')).toBeUndefined();
});

import { describe, expect, it } from 'vitest';
import { draftOf, feedOf, fieldRows, listsIn, newDraft, withField } from './draft.ts';
import { feedFile, readFeedFile } from './feed-file.ts';

const draft = {
  ...newDraft('https://pi.lab/co2/stream', 'sse'),
  key: 'id',
  values: [{ path: 'v', name: 'v', unit: 'ppm' }],
};

describe('a draft', () => {
  it('is named after the address and gets an id nobody has', () => {
    expect(draft.name).toBe('co2');
    expect(feedOf(draft, []).id).toBe('co2');
    expect(feedOf(draft, ['co2', 'co2-2']).id).toBe('co2-3');
    expect(feedOf({ ...draft, name: '¡¿' }, []).id).toBe('feed');
  });

  it('comes back from the feed it became', () => {
    const feed = feedOf({ ...draft, listen: 'a, b', hello: 'x\n\ny', transport: 'poll', everyS: 3 }, []);
    expect(feed).toMatchObject({ listen: ['a', 'b'], hello: ['x', 'y'], everyMs: 3_000, staleMs: 30_000 });
    expect(feedOf(draftOf(feed), ['co2'])).toEqual(feed);
  });

  it('has one key and one time, and any number of values', () => {
    const rows = fieldRows(draft, { id: 'a', at: 'now', v: 3, w: 4 });
    expect(rows.map(({ path, role }) => [path, role])).toEqual([
      ['id', 'key'],
      ['at', 'none'],
      ['v', 'value'],
      ['w', 'none'],
    ]);
    const other = withField(draft, { path: 'at', latest: '', role: 'key', name: '', unit: '' });
    expect(other.key).toBe('at');
    const both = withField(draft, { path: 'w', latest: '', role: 'value', name: 'w', unit: 'V' });
    expect(both.values.map(({ path }) => path)).toEqual(['v', 'w']);
    expect(withField(both, { path: 'v', latest: '', role: 'none', name: '', unit: '' }).values).toHaveLength(1);
  });

  it('shows the fields of the first item of the list that was chosen', () => {
    const message = { readings: [{ v: 1 }, { v: 2 }], count: 2 };
    expect(listsIn(message)).toEqual(['readings']);
    expect(fieldRows({ ...draft, items: 'readings' }, message).map(({ path, latest }) => [path, latest])).toEqual([
      ['v', '1'],
    ]);
  });
});

describe('a file of feeds', () => {
  const feed = feedOf(draft, []);
  it('is read as it was written', () => {
    expect(readFeedFile(feedFile([feed]))).toEqual({ feeds: [feed] });
  });
  it.each([
    ['not JSON', 'nope', 'it is not JSON'],
    ['another file', '{"feeds":[]}', 'hyphae'],
    ['an address of another kind', feedFile([{ ...feed, url: 'javascript:alert(1)' }]), 'feeds.0.url: no address'],
    ['an id with other characters', feedFile([{ ...feed, id: '../x' }]), 'feeds.0.id'],
    ['a list of too many', feedFile(Array.from({ length: 65 }, () => feed)), 'feeds'],
  ])('refuses %s and says why', (_, text, why) => {
    expect(readFeedFile(text)).toEqual({ wrong: expect.stringContaining(why) });
  });
});

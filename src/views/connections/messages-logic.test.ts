import { describe, expect, it } from 'vitest';
import type { TapRecord } from '../../contract/upstream/status.ts';
import { gapMessage, type Message, putMessage, recordMessage, rowsMessage, tapMessage } from './message.ts';
import { foundAmong, makeMessageTest, nextFound, ShownMessages } from './message-filter.ts';
import { MessageLog } from './message-log.ts';
import { messageSources } from './message-sources.ts';
import { frameText, lineText, rawText } from './message-text.ts';
import { asVector } from './message-vector.ts';
import { board, line, NOW, upstream } from './test-facts.ts';

const tap = (change: Partial<TapRecord> = {}): Message =>
  tapMessage({
    seq: 1,
    at: NOW,
    dir: 'in',
    form: 'text',
    bytes: 20,
    text: '{"type":"ping","n":1}',
    meta: {},
    results: [],
    ...change,
  });
const put = tap({
  text: '{"id":"a1"}',
  results: [{ is: 'put', channel: 'state/up/mas/agents', key: 'a1', record: { id: 'a1' } }],
});
const dropped = tap({ text: '<html>', results: [{ is: 'dropped', reason: 'bad-json' }] });

describe('the log', () => {
  const some = (n: number) => Array.from({ length: n }, () => tap());
  it('is bounded, and counts what it let go', () => {
    const log = new MessageLog(10);
    log.push(some(25));
    expect(log.messages).toHaveLength(10);
    expect(log.dropped).toBe(15);
  });
  it('stands still while it is held, counts what comes, and goes on with the newest', () => {
    const log = new MessageLog(10);
    log.push(some(4));
    log.hold();
    const before = [...log.messages];
    log.push(some(30));
    expect(log.messages).toEqual(before);
    expect(log.waiting).toBe(30);
    log.goOn();
    expect(log.messages).toHaveLength(10);
    expect(log.waiting).toBe(0);
    expect(log.dropped).toBe(24);
  });
  it('forgets everything when it is cleared, also while it is held', () => {
    const log = new MessageLog(10);
    log.hold();
    log.push(some(3));
    log.clear();
    log.goOn();
    expect(log.messages).toEqual([]);
  });
});

describe('the filter', () => {
  const all = [put, dropped, tap({ dir: 'out' }), tap({ dir: 'state', form: 'note', text: 'live' })];
  const kept = (show: string, hidden: Parameters<typeof makeMessageTest>[1] = new Set()) =>
    all.filter(makeMessageTest(show, hidden));
  it('looks at the text and at what became of it', () => {
    expect(kept('A1 agents')).toEqual([put]);
    expect(kept('bad-json')).toEqual([dropped]);
    expect(kept('')).toEqual(all);
  });
  it('hides ways and outcomes', () => {
    expect(kept('', new Set(['out', 'state']))).toEqual([put, dropped]);
    expect(kept('', new Set(['counted', 'none']))).toEqual([put]);
  });
  it('follows a log that grows and lets go, for the cost of what is new', () => {
    const log = new MessageLog(50);
    const shown = new ShownMessages();
    let tests = 0;
    const test = (message: Message) => {
      tests += 1;
      return message.dir === 'in';
    };
    for (let round = 0; round < 40; round += 1) {
      log.push([tap(), tap({ dir: 'out' }), tap()]);
      shown.update(log.messages, test);
      expect(shown.list).toEqual(log.messages.filter(({ dir }) => dir === 'in'));
    }
    expect(tests).toBe(120);
    log.clear();
    shown.update(log.messages, test);
    expect(shown.list).toEqual([]);
  });
  it('finds the next and the one before, around the ends', () => {
    const first = tap({ text: 'needle' });
    const second = tap({ text: 'a needle too' });
    const list = [first, put, second];
    expect(nextFound(list, 'needle', undefined, 1)).toBe(first);
    expect(nextFound(list, 'needle', first.serial, 1)).toBe(second);
    expect(nextFound(list, 'needle', second.serial, 1)).toBe(first);
    expect(nextFound(list, 'needle', first.serial, -1)).toBe(second);
    expect(nextFound(list, 'hay', first.serial, 1)).toBeUndefined();
    expect(foundAmong(list, 'needle', second.serial)).toEqual({ at: 2, of: 2 });
    expect(foundAmong(list, '', second.serial)).toEqual({ at: 0, of: 0 });
  });
});

describe('what is shown of a message', () => {
  it('shows bytes as bytes, and control characters', () => {
    expect(rawText(tap({ form: 'binary', text: '00ff4142' }))).toBe(`0000  00 ff 41 42${' '.repeat(38)}|..AB|`);
    expect(rawText(tap({ text: '{}\u001e' }))).toBe('{}␞');
    expect(lineText(tap({ text: 'a\n  b' }))).toBe('a b');
  });
  it('lays out JSON, several messages of one frame apart, and says when there is none', () => {
    expect(frameText(tap({ text: '{"type":1}\u001e{"type":6}\u001e' }))).toBe('{\n  "type": 1\n}\n{\n  "type": 6\n}');
    expect(frameText(dropped)).toBeUndefined();
    expect(frameText(tap({ text: '{"half":' }))).toBeUndefined();
  });
  it('knows what became of it', () => {
    expect([put, dropped, tap()].map(({ outcome }) => outcome)).toEqual(['record', 'counted', 'none']);
    expect(recordMessage({ a: 1 }, NOW).outcome).toBe('record');
    expect(putMessage('k', { a: 1 }, NOW, '').text).toBe('{"a":1}');
    expect(gapMessage({ why: 'silence', count: 3, fromMs: 0, toMs: 1 }, NOW).text).toBe(
      'gap of 3: connected, nothing sent',
    );
  });
  it('shows of a batch how many rows and the last of them', () => {
    const message = rowsMessage(
      {
        channel: 'samples/up/mas/fci',
        epoch: 'e',
        offset: 0,
        series: ['v'],
        provenance: 'simulated',
        times: Float64Array.of(1, 2),
        columns: [Float64Array.of(5, 6)],
      },
      NOW,
    );
    expect(message.meta.rows).toBe('2 rows of 1 series');
    expect(message.value).toMatchObject({ rows: 2, last: { v: 6 } });
  });
});

describe('a vector', () => {
  const source = { name: 'mas/agents', line: line('mas/agents', undefined, { url: 'https://mas.example/ws?key=1' }) };
  it('is one line with what came and what was made of it, without host or key', () => {
    const text = asVector(put, source);
    expect(text).not.toMatch(/\n|mas\.example|key=1/);
    expect(JSON.parse(text)).toEqual({
      id: `mas-agents-${NOW}`,
      via: 'websocket',
      endpoint: '/ws',
      dir: 's2c',
      form: 'text',
      wire: '{"id":"a1"}',
      recvAt: new Date(NOW).toISOString(),
      expect: { results: put.results },
    });
  });
  it('keeps bytes as hex', () =>
    expect(JSON.parse(asVector(tap({ form: 'binary', text: '00ff', dir: 'out' }), source))).toMatchObject({
      hex: '00ff',
      dir: 'c2s',
    }));
});

it('everything that can be listened to is offered once, taps only as their connection', () => {
  const hub = {
    since: 0,
    unreadableBatches: 0,
    storeFailures: 0,
    tabs: [],
    channels: ['state/up/mas/things', 'events/tap/mas.agents', 'device/b1/console', 'boards', 'events/lab.notes'].map(
      (name) => ({ name, subs: 1, offset: 0, kept: 0, keptBytes: 0 }),
    ),
  };
  const sources = messageSources([upstream('mas')], [line('mas/agents')], [board('b1')], hub);
  expect(sources.lines).toEqual([{ value: 'line:mas/agents', label: 'mas/agents' }]);
  expect(sources.channels.map(({ value }) => value)).toEqual(['events/lab.notes', 'state/up/mas/things']);
  expect(sources.boards.map(({ value }) => value)).toContain('device/b1/telemetry');
  expect(sources.lab.map(({ value }) => value)).toContain('upstreams');
});

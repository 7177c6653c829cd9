import { describe, expect, it } from 'vitest';
import { type BoardStatus, EMPTY_HEALTH, EMPTY_IDENTITY } from '../contract/board-status.ts';
import type { RelayStatus } from '../contract/relay-status.ts';
import type { LineState, LineStatus, UpstreamStatus } from '../contract/upstream/status.ts';
import type { LinkStatus } from '../link/link.ts';
import { connectionSentence } from './connection-sentence.ts';

const NOW = 1_000_000_000;
const connected: LinkStatus = {
  is: 'connected',
  since: 0,
  mode: 'shared',
  hub: 'h',
  restarts: 0,
  supersededBy: undefined,
};

function board(name: string, ageMs: number, change: Partial<BoardStatus> = {}): BoardStatus {
  return {
    id: name,
    name,
    path: { is: 'simulated' },
    phase: { is: 'open', since: NOW - 600_000 },
    provenance: 'simulated',
    usb: undefined,
    identity: EMPTY_IDENTITY,
    health: { ...EMPTY_HEALTH, cadenceMs: 1000, lastDataAt: NOW - ageMs },
    commands: [],
    hasOutputs: false,
    outputs: 'off',
    share: { is: 'private' },
    pair: undefined,
    ...change,
  };
}

const relay = (state: RelayStatus['state']): RelayStatus => ({
  state,
  url: '/live',
  client: { id: 'c', name: 'Tablet' },
  bytesIn: 0,
  bytesOut: 0,
  recordsIn: 0,
  recordsOut: 0,
  drops: {},
  clockOffsetMs: undefined,
});
const live = relay({ is: 'live', since: 0, rttMs: 1 });
const lost = relay({ is: 'retrying', since: 0, nextAt: NOW, attempt: 2, reason: 'closed' });
const say = (boards: readonly BoardStatus[], of: Partial<Parameters<typeof connectionSentence>[0]> = {}) =>
  connectionSentence({
    link: connected,
    relay: live,
    boards,
    upstreams: [],
    lines: [],
    online: true,
    now: NOW,
    ...of,
  });

describe('the connection in one sentence', () => {
  it('is calm when all is well', () => {
    expect(say([board('A', 200), board('B', 300)])).toEqual({ level: 'ok', text: '2 boards live · relay connected' });
  });
  it('says when the relay is cut off from the other servers', () => {
    const degraded = { ...live, degraded: { since: NOW, reason: 'the bus does not answer' } };
    const { level, text } = say([board('A', 200)], { relay: degraded });
    expect(level).toBe('warn');
    expect(text).toContain('cut off from the other servers');
  });
  it('says what keeps boards of others from coming, not that they are silent or away', () => {
    const path = { is: 'relay', client: 'c', clientName: 'Bench' } as const;
    const boards = [board('A', 200), board('B', 40_000, { path })];
    const degraded = { ...live, degraded: { since: NOW, reason: 'the bus does not answer' } };
    expect(say(boards, { relay: degraded })).toEqual({
      level: 'alarm',
      text: '1 of 2 boards live · relay cut off from the other servers',
    });
    const gone = board('B', 40_000, { path, phase: { is: 'gone', since: NOW } });
    expect(say([board('A', 200), gone], { relay: lost }).text).toBe('Relay not reachable · 1 of 2 boards live');
    expect(say([board('A', 40_000), gone], { relay: lost }).text).toBe('A silent for 40 s');
    expect(say([gone]).text).toBe('B away');
  });
  it('names the board that is silent the longest, though it is connected', () => {
    expect(say([board('Bench board', 40_000), board('B', 100), board('C', 9000)])).toEqual({
      level: 'alarm',
      text: 'Bench board and 1 more silent for 40 s',
    });
  });
  it('puts a port that cannot be opened before silence', () => {
    const phase = { is: 'retrying', since: 0, nextAt: 0, attempt: 1, code: 'port-in-use', reason: '' } as const;
    expect(say([board('A', 40_000), board('B', 0, { phase })]).text).toBe('B cannot be opened');
  });
  it('puts the hub before everything', () => {
    const link: LinkStatus = { is: 'failed', since: 0, error: { code: 'hub-timeout', message: '' } };
    expect(say([board('A', 40_000)], { link }).level).toBe('alarm');
    expect(say([board('A', 100)], { link: { is: 'restarting', since: 0, restarts: 1 } }).level).toBe('warn');
    expect(say([board('A', 100)], { link: { ...connected, supersededBy: 'b2' } }).text).toContain('newer');
  });
  it('tells a lost relay from no network, and that boards go on', () => {
    expect(say([board('A', 100)], { relay: lost }).text).toBe('Relay not reachable · 1 board live');
    expect(say([board('A', 100)], { relay: lost, online: false }).text).toBe('Offline: boards keep working');
  });
  it('does not speak of a relay that is switched off', () => {
    expect(say([], { relay: relay({ is: 'off' }) })).toEqual({ level: 'wait', text: 'No boards' });
  });
  it('gives a board that just opened its time before it is called silent', () => {
    const fresh = { health: { ...EMPTY_HEALTH, cadenceMs: 10_000 }, phase: { is: 'open', since: NOW - 9000 } } as const;
    expect(say([board('A', 0, fresh)]).level).toBe('wait');
    expect(say([board('A', 0, { ...fresh, phase: { is: 'open', since: NOW - 60_000 } })]).text).toBe(
      'A sent nothing yet',
    );
  });
  it('says away for what was unplugged', () => {
    expect(say([board('A', 0, { phase: { is: 'unplugged', since: 0 } })])).toEqual({ level: 'warn', text: 'A away' });
  });
});

describe('upstreams in the sentence', () => {
  const upstream = (id: string, change: Partial<UpstreamStatus> = {}): UpstreamStatus => ({
    t: 'upstream',
    id,
    name: id.toUpperCase(),
    via: 'gateway',
    simulated: true,
    stopped: false,
    custom: false,
    channels: [],
    counts: {},
    ...change,
  });
  const line = (of: string, state: LineState, lastRecordAt?: number): LineStatus => ({
    t: 'line',
    id: `${of}/stream`,
    upstream: of,
    transport: 'sse',
    url: `/up/${of}/stream`,
    state,
    attempts: 1,
    connects: 1,
    bytesIn: 0,
    bytesOut: 0,
    frames: 0,
    records: 0,
    recordsPerS: 0,
    bytesPerS: 0,
    lastFrameAt: lastRecordAt,
    lastRecordAt,
    staleMs: 30_000,
    lastDrop: undefined,
    counts: {},
    lastCounted: undefined,
    latencyMs: undefined,
    rttMs: undefined,
  });
  const flows = line('mas', { is: 'live', since: NOW - 60_000 }, NOW);
  const stale = line('mas', { is: 'stale', since: NOW - 10_000 }, NOW - 40_000);
  const retry = (attempt: number, ageMs: number) =>
    line('mas', { is: 'retrying', since: NOW - ageMs, nextAt: NOW + 1000, attempt, why: 'answered 503' });
  const one = [board('A', 100)];

  it('counts what flows, and does not speak of what nobody looks at or nobody set up', () => {
    const upstreams = [upstream('mas'), upstream('crep'), upstream('redis', { via: 'none' })];
    const lines = [flows, line('crep', { is: 'idle', since: NOW })];
    expect(say(one, { upstreams, lines })).toEqual({
      level: 'ok',
      text: '1 board live · 1 source live · relay connected',
    });
    expect(say(one, { upstreams, lines: [] }).text).toBe('1 board live · relay connected');
    expect(say([], { upstreams, lines }).level).toBe('ok');
  });
  it('says who is silent, lost or refused, and keeps the boards in sight', () => {
    const upstreams = [upstream('mas')];
    expect(say(one, { upstreams, lines: [stale] })).toEqual({
      level: 'warn',
      text: 'MAS silent for 40 s · 1 board live',
    });
    expect(say(one, { upstreams, lines: [retry(3, 0)] }).text).toBe('MAS not reachable · 1 board live');
    const refused = line('mas', { is: 'refused', since: NOW, why: 'no key' });
    expect(say(one, { upstreams, lines: [refused, stale] }).text).toBe('MAS refused · 1 board live');
  });
  it('does not speak of a connection that is back at once, or that a person stopped', () => {
    expect(say(one, { upstreams: [upstream('mas')], lines: [retry(1, 1000)] }).level).toBe('ok');
    expect(say(one, { upstreams: [upstream('mas', { stopped: true })], lines: [stale] }).level).toBe('ok');
  });
  it('tells calmly what is live in part', () => {
    const upstreams = [upstream('mas'), upstream('crep')];
    const lines = [flows, { ...retry(7, 60_000), id: 'mas/safety' }, { ...flows, upstream: 'crep' }];
    expect(say(one, { upstreams, lines })).toEqual({
      level: 'ok',
      text: '1 board live · 2 sources live, 1 in part · relay connected',
    });
  });
  it('never drowns a board', () => {
    const upstreams = [upstream('mas')];
    expect(say([board('A', 40_000)], { upstreams, lines: [stale] }).text).toBe('A silent for 40 s');
  });
  it('leaves to the relay what is lost with the relay', () => {
    const upstreams = [upstream('mas'), upstream('own', { via: 'direct' })];
    expect(say(one, { upstreams, lines: [retry(4, 9000)], relay: lost }).text).toBe(
      'Relay not reachable · 1 board live',
    );
    const own = { ...retry(4, 9000), upstream: 'own' };
    expect(say(one, { upstreams, lines: [own], relay: lost }).text).toBe('OWN not reachable · 1 board live');
  });
});

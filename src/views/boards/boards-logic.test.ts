import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CommandDeclaration } from '../../boards/board.ts';
import type { CommandUpdate } from '../../contract/board-command.ts';
import { type BoardStatus, EMPTY_HEALTH, EMPTY_IDENTITY } from '../../contract/board-status.ts';
import type { RelayStatus } from '../../contract/relay-status.ts';
import { t } from '../../i18n/en.ts';
import { BoundedEventLog } from '../../link/event-log.ts';
import { commandBar, lossSentence, otherErrorsList, phaseSentence } from './board-words.ts';
import { initialDraft, rangeWords, readDraft } from './command-fields.ts';
import { commandWords, latestCommands } from './latest-commands.ts';
import { groupBySlot } from './series-groups.ts';
import { readBoardsAddress } from './state.ts';

const tone: CommandDeclaration = {
  name: 'tone',
  title: 'Tone',
  about: '',
  group: 'sound',
  role: 'operator',
  danger: undefined,
  dialects: [],
  params: [
    { name: 'hz', label: 'Frequency', kind: 'number', unit: 'Hz', min: 20, max: 20_000, step: 1, initial: 440 },
    { name: 'gain', label: 'Gain', kind: 'number', unit: '', min: 0, max: 1, step: 0.1, initial: 0.5 },
    { name: 'shape', label: 'Shape', kind: 'choice', choices: [{ value: 'sine', label: 'Sine' }], initial: 'sine' },
    { name: 'loop', label: 'Loop', kind: 'switch', initial: false },
    { name: 'note', label: 'Note', kind: 'text', maxLength: 4, initial: '' },
  ],
};

describe('a form made of a declaration', () => {
  it('starts with values that fit', () => {
    expect(readDraft(tone, initialDraft(tone))).toEqual({
      ok: true,
      params: { hz: 440, gain: 0.5, shape: 'sine', loop: false, note: '' },
    });
  });
  it('names each field that does not fit', () => {
    const reading = readDraft(tone, { hz: '5', gain: '', shape: 'saw', loop: true, note: 'too long' });
    expect(reading.ok ? [] : Object.keys(reading.wrong)).toEqual(['hz', 'gain', 'shape', 'note']);
    expect(reading.ok ? '' : reading.wrong.hz).toBe('Frequency must be between 20 and 20000 Hz');
  });
  it('takes a decimal comma, refuses half a hertz', () => {
    expect(readDraft(tone, { ...initialDraft(tone), gain: ' 0,7 ' })).toMatchObject({ params: { gain: 0.7 } });
    expect(readDraft(tone, { ...initialDraft(tone), hz: '440.5' }).ok).toBe(false);
  });
  it('never throws, whatever is typed, and only lets numbers in range through', () => {
    fc.assert(
      fc.property(fc.string(), (typed) => {
        const reading = readDraft(tone, { ...initialDraft(tone), hz: typed });
        const hz = reading.ok ? Number(reading.params.hz) : 440;
        expect(hz >= 20 && hz <= 20_000).toBe(true);
      }),
    );
  });
  it('shows ranges and steps', () => {
    expect(tone.params.map(rangeWords)).toEqual(['20 … 20000', '0 … 1, step 0.1', '', '', 'up to 4 characters']);
  });
});

describe('results of commands', () => {
  const update = (id: string, state: CommandUpdate['state']): CommandUpdate => ({
    id,
    board: 'b',
    name: 'tone',
    params: {},
    by: 'me',
    at: 0,
    state,
  });
  it('keeps the last word on each of the last three', () => {
    const log = new BoundedEventLog<CommandUpdate>(100);
    const done = { is: 'done', acknowledged: true, rttMs: 43.2, answer: 'ok' } as const;
    log.append(
      ['1', '2', '3', '4'].flatMap((id) => [update(id, { is: 'queued' }), update(id, done)]),
      0,
    );
    const latest = latestCommands(log, 3);
    expect(latest.map(({ id, state }) => `${id} ${commandWords(state)}`)).toEqual([
      '4 done 43 ms',
      '3 done 43 ms',
      '2 done 43 ms',
    ]);
  });
  it('does not claim an answer that never came', () => {
    expect(commandWords({ is: 'done', acknowledged: false, rttMs: undefined, answer: undefined })).toBe(
      'sent, no answer expected',
    );
    expect(commandWords({ is: 'sent', attempt: 2 })).toBe('sent, attempt 2');
  });
});

it('losses are told in one sentence', () => {
  expect(lossSentence({ ...EMPTY_HEALTH, items: 12_480 })).toBe('0 lost of 12,480');
  const bad = { ...EMPTY_HEALTH, items: 97, lost: 3, dropped: 5, errors: { crc_mismatch: 1, oversize: 1 } };
  expect(lossSentence(bad)).toBe('3 lost of 100 · 2 damaged · 5 dropped by a full buffer');
  expect(otherErrorsList(bad)).toBe('oversize 1');
});

it('series are grouped by slot, the board’s own last', () => {
  const describeSlot = (series: string) => ({
    label: series,
    slot: series.startsWith('a') ? 'AMB' : series.startsWith('b') ? 'ENV' : '',
    unit: '',
    digits: 0,
    plausible: undefined,
    axis: '',
  });
  expect(groupBySlot(['uptime', 'b.t', 'a.t', 'a.h'], describeSlot)).toEqual([
    { slot: 'AMB', series: ['a.t', 'a.h'] },
    { slot: 'ENV', series: ['b.t'] },
    { slot: '', series: ['uptime'] },
  ]);
});

it('the address names a board and a command, and nothing endless', () => {
  expect(readBoardsAddress({ board: 'x', command: ['tone', 'b'] })).toEqual({ board: 'x', command: 'tone' });
  expect(readBoardsAddress({ board: '' }).board).toBeUndefined();
  expect(readBoardsAddress({ board: 'y'.repeat(999) }).board).toHaveLength(64);
});

describe('a board of another computer', () => {
  const NOW = 1_000_000;
  const board = (change: Partial<BoardStatus>): BoardStatus => ({
    id: 'b',
    name: 'Bench',
    path: { is: 'relay', client: 'c', clientName: 'Bench laptop' },
    phase: { is: 'open', since: 0 },
    provenance: 'measured',
    usb: undefined,
    identity: EMPTY_IDENTITY,
    health: { ...EMPTY_HEALTH, cadenceMs: 1_000, lastDataAt: NOW - 60_000 },
    commands: [],
    hasOutputs: true,
    outputs: 'off',
    share: { is: 'shared', watchers: [], lease: undefined, mine: false },
    pair: undefined,
    ...change,
  });
  const relay = (change: Partial<RelayStatus>): RelayStatus => ({
    state: { is: 'live', since: 0, rttMs: 1 },
    url: '/live',
    client: { id: 'me', name: 'me' },
    bytesIn: 0,
    bytesOut: 0,
    recordsIn: 0,
    recordsOut: 0,
    drops: {},
    clockOffsetMs: undefined,
    ...change,
  });

  it('stands still because of the servers, and the board is not blamed', () => {
    const degraded = { since: NOW, reason: 'the bus does not answer' };
    expect(phaseSentence(board({}), NOW, relay({ degraded }))).toBe(t.boards.phase.serversApart);
    expect(phaseSentence(board({}), NOW, relay({}))).toBe(t.boards.phase.silent);
    expect(phaseSentence(board({ path: { is: 'tab', tab: 'x' } }), NOW, relay({ degraded }))).toBe(
      t.boards.phase.silent,
    );
  });
  it('is gone because of the relay, or because of its computer', () => {
    const gone = board({ phase: { is: 'gone', since: NOW } });
    const state = { is: 'retrying', since: 0, nextAt: NOW, attempt: 1, reason: 'closed' } as const;
    expect(phaseSentence(gone, NOW, relay({ state }))).toBe(t.boards.phase.relayAway);
    expect(phaseSentence(gone, NOW, relay({}))).toBe(t.boards.phase.gone);
  });
  it('says who commands it, and how to command it', () => {
    const lease = { client: 'o', name: 'Tablet', since: 0, until: NOW + 1, fence: 1 };
    const held = board({ share: { is: 'shared', watchers: [], lease, mine: false } });
    expect(commandBar(held, NOW)).toEqual({ may: false, why: t.boards.otherCommanding('Tablet') });
    expect(commandBar(held, NOW + 2).why).toBe(t.boards.notCommanding);
  });
});

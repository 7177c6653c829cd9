import { beforeEach, expect, test } from 'vitest';
import { type BoardStatus, EMPTY_HEALTH, EMPTY_IDENTITY } from '../../src/contract/board-status.ts';
import { BoardWords } from './board-words.ts';

const BOARD: BoardStatus = {
  id: 'b1',
  name: undefined,
  path: { is: 'tab', tab: 'agent-0' },
  phase: { is: 'open', since: 1 },
  provenance: 'measured',
  usb: undefined,
  identity: { ...EMPTY_IDENTITY, dialect: 'mdp1-json', firmware: '2.1.0' },
  health: EMPTY_HEALTH,
  commands: [],
  hasOutputs: true,
  outputs: 'off',
  share: { is: 'private' },
  pair: undefined,
};
const ADA = { client: 'c1', name: 'Ada', since: 1, until: 2, fence: 1 };

let said: string[] = [];
let words: BoardWords;
beforeEach(() => {
  said = [];
  words = new BoardWords('/dev/ttyACM0', (_, text) => said.push(text));
});

test('each change is said once', () => {
  const shared = { is: 'shared', watchers: [], lease: undefined, mine: false } as const;
  words.changed(BOARD);
  words.changed({ ...BOARD, health: { ...EMPTY_HEALTH, bytesIn: 7 } });
  words.changed({ ...BOARD, share: shared });
  words.changed({ ...BOARD, share: { ...shared, watchers: [{ client: 'c1', name: 'Ada' }] } });
  words.changed({ ...BOARD, share: { ...shared, watchers: [{ client: 'c1', name: 'Ada' }], lease: ADA } });
  words.changed({
    ...BOARD,
    share: { ...shared, watchers: [{ client: 'c1', name: 'Ada' }], lease: { ...ADA, until: 9 } },
  });
  words.changed({ ...BOARD, share: { ...shared, watchers: [] } });
  words.changed({ ...BOARD, share: { is: 'offered', reason: 'the relay cannot be reached' } });
  expect(said).toEqual([
    '/dev/ttyACM0 opened: speaks mdp1-json, firmware 2.1.0',
    '/dev/ttyACM0 is shared with 0 watchers',
    '/dev/ttyACM0 is shared with 1 watcher',
    '/dev/ttyACM0 has a commander: Ada',
    '/dev/ttyACM0 is shared with 0 watchers',
    '/dev/ttyACM0 has no commander any more',
    '/dev/ttyACM0 is not shared now: the relay cannot be reached',
  ]);
});

test('a port that stays shut is said ever more rarely, with what to do', () => {
  for (let attempt = 1; attempt <= 20; attempt++) {
    const phase = {
      is: 'retrying',
      since: 1,
      nextAt: attempt * 1000,
      attempt,
      code: 'port-no-permission',
      reason: 'no',
    } as const;
    words.changed({ ...BOARD, phase });
  }
  expect(said).toHaveLength(5);
  expect(said[0]).toContain('sudo usermod -aG dialout $USER');
});

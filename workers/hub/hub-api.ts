import { EMPTY_IDENTITY } from '../../src/contract/board-status.ts';
import type { ErrorCode } from '../../src/contract/error-codes.ts';
import type { BoardChange, HubApi, HubStats, Outcome, SimulateAction } from '../../src/contract/hub-api.ts';
import type { BoardId } from '../../src/contract/ids.ts';
import type { BoardEntry } from './board-entry.ts';
import type { BoardRegistry } from './board-registry.ts';
import type { CommandRouter } from './command-router.ts';
import type { HubEnv } from './hub-env.ts';
import type { SimulatedLab } from './simulated-lab.ts';
import type { TabSession } from './tab-session.ts';
import type { UpstreamSlot } from './upstream-slot.ts';
import type { HubUpstreams } from './upstreams/net.ts';

const MAX_NAME = 64;

/** What one tab may ask of the hub. */
export function makeHubApi(parts: {
  readonly session: TabSession;
  readonly boards: BoardRegistry;
  readonly commands: CommandRouter;
  readonly lab: SimulatedLab;
  readonly env: HubEnv;
  readonly upstream: UpstreamSlot;
  readonly upstreams: HubUpstreams | undefined;
  readonly stats: () => HubStats;
  readonly rescan: () => void;
}): HubApi {
  const { session, boards, commands, lab, env, upstream } = parts;
  return {
    upstream: async (action) =>
      parts.upstreams?.act(action) ?? refused('no-such-upstream', 'this hub has no upstreams'),
    subscribe: (request) => session.subscribe(request),
    unsubscribe: (sub) => session.unsubscribe(sub),
    command: (request) => commands.fromTab(request),
    cancelCommand: (board, id) => commands.cancel(board, id),
    write: (board, bytes, by) => commands.writeFromTab(board, bytes, by),
    setBoard: async (board, change) => {
      const entry = boards.get(board);
      if (entry === undefined) return refused('no-such-board', `there is no board "${board}"`);
      if (entry.status.path.is === 'relay') {
        return upstream.current?.setBoard(board, change) ?? refused('relay-offline', 'the relay cannot be reached now');
      }
      return changeBoard(entry, change);
    },
    lease: async (board, action, reason) =>
      upstream.current?.lease(board, action, reason) ?? refused('relay-offline', 'the relay cannot be reached now'),
    simulate,
    setClientName: (name) => upstream.setClientName(name),
    rescanPorts: parts.rescan,
    stats: parts.stats,
  };

  function changeBoard(entry: BoardEntry, change: BoardChange): Outcome {
    const { port } = entry;
    if (change.forget === true) {
      forget(entry);
      return done;
    }
    if ((change.released !== undefined || change.reset === true) && port === undefined)
      return refused('board-not-open', 'nobody holds this board now');
    if (change.pairWith !== undefined && !boards.pairs.set(entry.id, change.pairWith))
      return refused('no-such-board', 'there is no such board to pair with');
    if (change.name !== undefined) {
      const name = change.name.trim().slice(0, MAX_NAME);
      entry.phantom = false;
      boards.update(entry, { name: name === '' ? undefined : name });
    }
    if (change.shared !== undefined) {
      entry.shared = change.shared;
      boards.update(entry, {
        share: change.shared ? { is: 'offered', reason: 'waiting for the server' } : { is: 'private' },
      });
    }
    if (change.released !== undefined) port?.holder.post({ t: change.released ? 'release' : 'open', key: port.key });
    if (change.reset === true) port?.holder.post({ t: 'reset', key: port.key });
    return done;
  }

  function forget(entry: BoardEntry): void {
    if (removeSimulated(entry.id)) return;
    const { port } = entry;
    port?.holder.post({ t: 'forget', key: port.key });
    entry.shared = false;
    upstream.boardChanged(entry);
    boards.remove(entry.id);
  }

  function removeSimulated(board: BoardId): boolean {
    if (!lab.remove(board)) return false;
    boards.remove(board);
    if (lab.count === 0) void env.store.setSetting('simulated-lab', false);
    return true;
  }

  function simulate(action: SimulateAction): Outcome<BoardId | undefined> {
    if (action.do === 'add') {
      const board = env.makeId();
      if (!lab.add({ board, identity: EMPTY_IDENTITY }))
        return refused('limit-reached', 'there are enough simulated boards');
      void env.store.setSetting('simulated-lab', true);
      return { ok: true, value: board };
    }
    const ok = action.do === 'remove' ? removeSimulated(action.board) : lab.fault(action.board, action.fault);
    return ok ? { ok, value: action.board } : refused('no-such-board', 'no simulated board of that id is held now');
  }
}

const done: Outcome = { ok: true, value: undefined };

const refused = (code: ErrorCode, message: string): { ok: false; error: { code: ErrorCode; message: string } } => ({
  ok: false,
  error: { code, message },
});

import type { FromHolder } from '../../src/contract/board-link.ts';
import { EMPTY_IDENTITY } from '../../src/contract/board-status.ts';
import type { HubApi, HubStats } from '../../src/contract/hub-api.ts';
import type { BoardUpstream, OpenBoardUpstream } from '../upstreams/upstream.ts';
import { BoardData } from './board-data.ts';
import type { BoardEntry, Holder } from './board-entry.ts';
import { BoardRegistry } from './board-registry.ts';
import { Channels } from './channels.ts';
import { CommandRouter } from './command-router.ts';
import { makeHubApi } from './hub-api.ts';
import type { HubEnv } from './hub-env.ts';
import type { HubPort } from './hub-port.ts';
import { Sessions } from './sessions.ts';
import { SimulatedLab } from './simulated-lab.ts';
import { type BuildBus, ownTransports } from './transport-owner.ts';
import { UpstreamSlot } from './upstream-slot.ts';
import type { OpenUpstreams } from './upstreams/net.ts';

export interface HubOptions {
  readonly env: HubEnv;
  /** The way to other computers, opened while this hub owns the transports. Without it boards stay in this browser. */
  readonly openRelay?: OpenBoardUpstream | undefined;
  /** Where all else comes from, connected while this hub owns the transports. */
  readonly openUpstreams?: OpenUpstreams | undefined;
  readonly buildBus?: BuildBus | undefined;
}

export interface Hub {
  readonly id: string;
  /** A tab's data port; `makeRpc` where ports cannot come with its hello. */
  accept(data: HubPort, makeRpc?: () => HubPort): void;
  stats(): HubStats;
  /** What was remembered is loaded. */
  readonly restored: Promise<void>;
  close(): void;
}

const STATS_EVERY_MS = 1_000;
/** A memory that does not answer must not hold the tabs up; they would knock again after four seconds. */
const RESTORE_MS = 2_500;

/** One hub: everything a browser knows, in one place, whichever thread it runs in. */
export function createHub(options: HubOptions): Hub {
  const { env } = options;
  const id = env.makeId();
  const since = env.now();
  let letGo: () => void = () => undefined;
  const locked = new Promise<void>((resolve) => {
    void env.locks.request(`hub:${id}`, {}, () => {
      resolve();
      return new Promise<void>((release) => {
        letGo = release;
      });
    });
  });

  const remembered = Promise.withResolvers<void>();
  const cancelWait = env.schedule(RESTORE_MS, remembered.resolve);

  const upstream = new UpstreamSlot(env, options.openRelay, () => upstreams?.serverBack());
  const channels: Channels = new Channels(id, env, (name, wanted, have) => {
    if (name === 'hub' && wanted) tellStats();
    upstream.demand(name, wanted, have);
    upstreams?.demand(name, wanted);
  });
  const upstreams = options.openUpstreams?.(env, channels);
  const data = new BoardData(channels, env);
  const commands = new CommandRouter({
    env,
    data,
    boards: () => boards,
    upstream: (): BoardUpstream | undefined => upstream.current,
  });
  const boards: BoardRegistry = new BoardRegistry(env, channels, data, {
    change: (entry: BoardEntry) => {
      const { is } = entry.status.phase;
      if (is === 'ownerless' || is === 'unplugged') commands.boardLost(entry.id);
      upstream.boardChanged(entry);
    },
    command: (update) => commands.updated(update),
  });
  upstream.connect({ channels, boards, data, commands });
  const lab = new SimulatedLab((board) => {
    const status = boards.get(board)?.status;
    return status && { board, identity: status.identity, health: status.health };
  });
  const receive = (holder: Holder, message: FromHolder) => {
    if (message.t === 'port' && message.simulated === true && message.known !== undefined) lab.found(message.known);
    boards.receive(holder, message);
  };
  const sessions: Sessions = new Sessions({
    hub: id,
    env,
    channels,
    // A port that comes before its board is known would become another board, and overwrite the name of the real one.
    ready: locked.then(() => remembered.promise),
    receive,
    holderCame: (holder) => lab.holderCame(holder),
    holderGone: (holder) => {
      boards.holderGone(holder);
      lab.holderGone(holder);
    },
    apiFor: (session): HubApi =>
      makeHubApi({ session, boards, commands, lab, env, upstream, upstreams, stats, rescan: () => sessions.rescan() }),
  });

  function stats(): HubStats {
    const perChannel = [...channels.all()].map(({ name, subs, next, kept, keptBytes }) => ({
      name,
      subs,
      offset: next,
      kept,
      keptBytes,
    }));
    return {
      since,
      unreadableBatches: data.unreadable,
      storeFailures: env.store.failures,
      tabs: sessions.stats(),
      channels: perChannel,
    };
  }

  let closed = false;
  function tellStats(): void {
    if (closed || !channels.wanted('hub')) return;
    channels.state('hub')?.put([['hub', stats()]]);
    env.schedule(STATS_EVERY_MS, tellStats);
  }

  /** The first minute: a simulated board moves until there is a real one or the person has sent it away. */
  async function restore(): Promise<void> {
    const [stored, wantsLab] = await Promise.all([env.store.boards(), env.store.setting('simulated-lab')]);
    boards.restore(stored.filter((board) => !board.simulated));
    if (wantsLab === false) return;
    const simulated = stored.filter((board) => board.simulated);
    for (const { id: board, identity, health } of simulated) {
      // Its name, its other half and its totals go on.
      boards.restore(stored.filter((each) => each.id === board));
      lab.add({ board, identity, health });
    }
    const real = [...boards.all()].some((entry) => entry.status.provenance !== 'simulated');
    if (!real && lab.count === 0) lab.add({ board: env.makeId(), identity: EMPTY_IDENTITY });
  }
  const restored = restore();
  const goOn = (): Promise<void> => {
    cancelWait();
    remembered.resolve();
    return upstream.remember();
  };
  void restored.then(goOn, goOn);

  function openAll(): void {
    upstream.open();
    upstreams?.open();
  }
  function closeAll(): void {
    upstream.close();
    upstreams?.close();
  }

  if (options.buildBus !== undefined) {
    ownTransports({
      build: env.build,
      locks: env.locks,
      bus: options.buildBus,
      onOwn: openAll,
      onLost: (build) => {
        closeAll();
        sessions.superseded(build);
      },
    });
  } else openAll();

  return {
    id,
    restored,
    accept: (port, makeRpc) => sessions.accept(port, makeRpc),
    stats,
    close: () => {
      closed = true;
      closeAll();
      letGo();
    },
  };
}

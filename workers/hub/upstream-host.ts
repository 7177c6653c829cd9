import { parseBoardChannel } from '../../src/contract/channel.ts';
import type { UpstreamHost } from '../upstreams/upstream.ts';
import type { BoardData } from './board-data.ts';
import type { BoardRegistry } from './board-registry.ts';
import type { Channels } from './channels.ts';
import type { CommandRouter } from './command-router.ts';
import type { HubEnv } from './hub-env.ts';
import { publishOpen } from './open-channels.ts';
import { tapChannel } from './tap.ts';

/** The hub as an upstream sees it. */
export function makeUpstreamHost(parts: {
  readonly env: HubEnv;
  readonly channels: Channels;
  readonly boards: BoardRegistry;
  readonly data: BoardData;
  readonly commands: CommandRouter;
  readonly client: UpstreamHost['client'];
  readonly onStatus: UpstreamHost['setStatus'];
}): UpstreamHost {
  const { env, channels, boards, data, commands, client, onStatus } = parts;
  /** The remote board a channel belongs to: an upstream never writes into a local one. */
  const remote = (channel: string) => {
    const place = parseBoardChannel(channel);
    const entry = place && boards.get(place.board);
    return entry?.status.path.is === 'relay' ? entry : undefined;
  };
  const local = (board: string): boolean => {
    const path = boards.get(board)?.status.path.is;
    return path === 'tab' || path === 'simulated';
  };
  const notOurs = { ok: false, error: { code: 'no-such-board', message: 'this browser has no such board' } } as const;

  return {
    build: env.build,
    client,
    life: commands.life,
    now: env.now,
    schedule: env.schedule,
    setStatus: (status) => {
      channels.state('relay')?.put([['relay', status]]);
      onStatus(status);
    },
    putBoard: (status) => boards.putRemote(status),
    removeBoard: (board) => {
      if (boards.get(board)?.status.path.is === 'relay') boards.remove(board);
    },
    publish: (publication) => {
      const entry = remote(publication.channel);
      if (entry === undefined) {
        publishOpen(channels, data, publication);
        return;
      }
      switch (publication.t) {
        case 'events':
          channels
            .events(publication.channel)
            ?.publishAt({ epoch: publication.epoch, offset: publication.from }, publication.records);
          return;
        case 'state': {
          const state = channels.state(publication.channel);
          if (publication.snapshot) state?.replace(publication.puts);
          else {
            state?.put(publication.puts);
            state?.delete(publication.dels);
          }
          return;
        }
        case 'samples':
          data.samplesAt(entry, publication.buffer);
          return;
        case 'gap':
          channels.samples(publication.channel)?.gap(publication.gap);
          channels.events(publication.channel)?.gap(publication.gap);
      }
    },
    setShare: (board, share) => boards.setShare(board, share),
    command: async (request) => (local(request.board) ? commands.command(request) : notOurs),
    cancelCommand: async (board, id) => (local(board) ? commands.cancel(board, id) : notOurs),
    write: async (board, bytes, by) => (local(board) ? commands.write(board, bytes, by) : notOurs),
    tap: (channel, after, sink) => tapChannel({ channels, channel, after, sink }),
  };
}

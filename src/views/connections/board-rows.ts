import { ageWords } from '../../components/age-words.ts';
import { boardName } from '../../components/board-state.ts';
import { formatBytes } from '../../components/format-value.ts';
import type { BoardHealth, BoardStatus } from '../../contract/board-status.ts';
import { boardChannel } from '../../contract/channel.ts';
import { connections as words } from '../../i18n/connections.ts';
import type { Facts } from './facts.ts';
import type { Loss } from './losses.ts';
import type { Hop, InspectorRow } from './row.ts';
import { boardRowState } from './row-state.ts';
import { tabHop } from './tab-rows.ts';

/** Each board, wherever it is plugged in. */
export const boardRows = (facts: Facts): readonly InspectorRow[] =>
  facts.boards.map((board) => {
    const losses = boardLosses(board.health);
    const channels = facts.hub?.channels.filter(({ name }) => name.startsWith(`device/${board.id}/`));
    const subs = channels?.reduce((sum, channel) => sum + channel.subs, 0);
    return {
      id: `board:${board.id}`,
      group: 'boards',
      parent: undefined,
      name: boardName(board),
      note: pathNote(facts, board),
      transport: words.boardTransport[board.path.is],
      state: boardRowState(board, facts.now),
      simulated: board.provenance === 'simulated',
      records: board.health.items,
      bytes: board.health.bytesIn,
      lastAt: board.health.lastDataAt,
      latency: undefined,
      rttMs: undefined,
      losses,
      subs,
      hops: () => [
        portHop(board, losses),
        ...(board.path.is === 'relay' ? [relayHop(facts)] : []),
        {
          at: 'hub',
          name: words.hop.hub,
          facts: [
            words.hop.lookers(subs ?? 0),
            words.hop.kept(formatBytes(channels?.reduce((sum, one) => sum + one.keptBytes, 0) ?? 0)),
          ],
          losses: board.health.dropped > 0 ? [{ what: 'dropped', reason: 'buffer', count: board.health.dropped }] : [],
        },
        tabHop(facts),
      ],
      actOn: undefined,
      messages: boardChannel(board.id, 'console'),
      remarks: () => [
        ...(board.identity.firmware === undefined ? [] : [words.board.firmware(board.identity.firmware)]),
        ...(board.phase.is === 'released' ? [words.board.released] : []),
      ],
      facts: { board },
    };
  });

function pathNote({ tab }: Facts, board: BoardStatus): string {
  switch (board.path.is) {
    case 'tab':
      return board.path.tab === tab ? words.board.thisTab : words.board.otherTab;
    case 'relay':
      return words.board.atClient(board.path.clientName);
    case 'simulated':
      return words.board.simulated;
    case 'none':
      return words.board.nobody;
  }
}

const portHop = ({ health, path }: BoardStatus, losses: readonly Loss[]): Hop => ({
  at: 'usb',
  name: path.is === 'simulated' ? words.hop.simulatedPort : words.hop.usb,
  facts: [
    words.hop.items(health.items),
    words.hop.bytes(formatBytes(health.bytesIn), formatBytes(health.bytesOut)),
    words.hop.resets(health.resets),
    words.hop.cadence(ageWords(Math.max(1000, health.cadenceMs))),
  ],
  losses: losses.filter(({ reason }) => reason !== 'buffer'),
});

const relayHop = ({ relay }: Facts): Hop => ({
  at: 'server',
  name: words.hop.server,
  facts:
    relay === undefined
      ? []
      : [
          words.hop.bytes(formatBytes(relay.bytesIn), formatBytes(relay.bytesOut)),
          ...(relay.state.is === 'live' && relay.state.rttMs !== undefined
            ? [words.hop.rtt(Math.round(relay.state.rttMs))]
            : []),
        ],
  losses: [],
});

function boardLosses(health: BoardHealth): readonly Loss[] {
  const all: readonly Loss[] = [
    { what: 'lost', reason: words.board.bySequence, count: health.lost },
    ...Object.entries(health.errors).map(([reason, count]): Loss => ({ what: 'damaged', reason, count })),
    { what: 'dropped', reason: 'buffer', count: health.dropped },
    { what: 'gap', reason: '', count: health.gaps },
  ];
  return all.filter(({ count }) => count > 0);
}

import { boardName } from '../../components/board-state.ts';
import type { BoardStatus } from '../../contract/board-status.ts';
import { BOARD_PARTS, type BoardPart, boardChannel, LAB_CHANNELS } from '../../contract/channel.ts';
import type { HubStats } from '../../contract/hub-api.ts';
import type { LineStatus, UpstreamStatus } from '../../contract/upstream/status.ts';

export interface MessageSource {
  /** `line:<id>` or a channel. */
  readonly value: string;
  readonly label: string;
}

export interface MessageSources {
  readonly lines: readonly MessageSource[];
  readonly channels: readonly MessageSource[];
  readonly boards: readonly MessageSource[];
  readonly lab: readonly MessageSource[];
}

/** Everything that can be listened to now. */
export function messageSources(
  upstreams: readonly UpstreamStatus[],
  lines: readonly LineStatus[],
  boards: readonly BoardStatus[],
  hub: HubStats | undefined,
): MessageSources {
  const ofUpstreams = upstreams.flatMap(({ channels }) => channels.map(({ channel }) => channel));
  const ofHub = (hub?.channels ?? [])
    .map(({ name }) => name)
    .filter((name) => !Object.hasOwn(LAB_CHANNELS, name) && !name.startsWith('device/') && !isTap(name));
  const bySelf = (name: string): MessageSource => ({ value: name, label: name });
  return {
    lines: lines.map(({ id }) => ({ value: `line:${id}`, label: id })),
    channels: [...new Set([...ofUpstreams, ...ofHub])].sort().map(bySelf),
    boards: boards.flatMap((board) =>
      (Object.keys(BOARD_PARTS) as BoardPart[]).map((part) => ({
        value: boardChannel(board.id, part),
        label: `${boardName(board)}: ${part}`,
      })),
    ),
    lab: Object.keys(LAB_CHANNELS).map(bySelf),
  };
}

const isTap = (name: string): boolean => name.startsWith('events/tap/');

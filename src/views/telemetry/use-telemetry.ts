import { type Accessor, createMemo, mapArray } from 'solid-js';
import { describeSeries } from '../../boards/catalog.ts';
import { boardName } from '../../components/board-state.ts';
import { pageShown } from '../../components/page-shown.ts';
import type { BoardStatus } from '../../contract/board-status.ts';
import type { BoardValue } from '../../contract/board-value.ts';
import { boardChannel } from '../../contract/channel.ts';
import { createSamples } from '../../link/create-samples.ts';
import { createState } from '../../link/create-state.ts';
import { useLink } from '../../link/link-context.ts';
import type { SeriesChoice } from './series-picker.tsx';
import { MAX_PICKS, type Pick } from './state.ts';

const NAMES_EVERY_MS = 1000;
const SUGGESTED_AXES = ['temperature', 'humidity', 'gas'];

/** Which series there are on every board, which of them are drawn, and the curves of the boards they belong to. */
export function useTelemetry(
  boards: Accessor<readonly BoardStatus[]>,
  ids: Accessor<readonly string[]>,
  picks: Accessor<readonly Pick[] | undefined>,
  suggestFor: Accessor<string | undefined>,
) {
  const link = useLink();
  // The latest values tell which series there are; the curves themselves travel for boards that are drawn only.
  const known = createMemo(
    mapArray(ids, (id) => ({
      id,
      values: createState<BoardValue>(link, () => boardChannel(id, 'values'), { everyMs: NAMES_EVERY_MS }),
    })),
  );
  const choices = createMemo(
    (): readonly SeriesChoice[] => {
      return boards().flatMap((board) =>
        (
          known()
            .find(({ id }) => id === board.id)
            ?.values.records.keys() ?? []
        ).map((series) => {
          const about = describeSeries(series);
          const label = about.slot === '' ? about.label : `${about.label} · ${about.slot}`;
          return { board: board.id, series, boardName: boardName(board), label, unit: about.unit };
        }),
      );
    },
    [],
    {
      equals: (a, b) =>
        a.length === b.length && a.every((one, i) => one.series === b[i]?.series && one.boardName === b[i]?.boardName),
    },
  );
  const shown = createMemo((before: readonly Pick[]): readonly Pick[] => {
    const chosen = picks();
    if (chosen !== undefined) return chosen;
    const board = suggestFor() ?? choices()[0]?.board;
    const suggested = choices()
      .filter((one) => one.board === board && SUGGESTED_AXES.includes(describeSeries(one.series).axis))
      .slice(0, MAX_PICKS)
      .map(({ board: id, series }) => ({ board: id, series }));
    // A hub that has just begun knows no series yet: the curves stay, and get their gap.
    return suggested.length > 0 ? suggested : before;
  }, []);
  /** Shown curves in groups that share an axis. */
  const groups = createMemo(() => {
    const byAxis = new Map<string, Pick[]>();
    for (const pick of shown()) {
      const { axis } = describeSeries(pick.series);
      byAxis.set(axis, [...(byAxis.get(axis) ?? []), pick]);
    }
    return [...byAxis].map(([axis, members]) => ({ axis, members }));
  });
  const drawn = createMemo(() => [...new Set(shown().map(({ board }) => board))], [], {
    equals: (a, b) => a.length === b.length && a.every((id, i) => id === b[i]),
  });
  const channels = createMemo(
    mapArray(drawn, (id) => ({ id, samples: createSamples(link, () => boardChannel(id, 'telemetry')) })),
  );
  const of = (id: string) => channels().find((channel) => channel.id === id)?.samples;
  /** Read it to be run again when a curve has grown; in a hidden page nothing is run until it is shown. */
  const touch = () => {
    if (!pageShown()) return;
    for (const { samples } of channels()) samples.version();
  };
  /** Time of the first reading there is of what is drawn. */
  const firstMs = () => {
    touch();
    return shown().reduce(
      (first, { board, series }) =>
        Math.min(first, of(board)?.curves.get(series)?.times[0] ?? Number.POSITIVE_INFINITY),
      Number.POSITIVE_INFINITY,
    );
  };
  const thinned = () => {
    touch();
    return channels().reduce((sum, { samples }) => sum + samples.curves.thinned, 0);
  };
  return { of, touch, choices, shown, groups, firstMs, thinned };
}

export type Telemetry = ReturnType<typeof useTelemetry>;

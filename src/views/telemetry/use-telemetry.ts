import { type Accessor, createMemo, mapArray } from 'solid-js';
import { describeSeries } from '../../boards/catalog.ts';
import { boardName } from '../../components/board-state.ts';
import type { BoardStatus } from '../../contract/board-status.ts';
import { boardChannel } from '../../contract/channel.ts';
import { createSamples } from '../../link/create-samples.ts';
import { useLink } from '../../link/link-context.ts';
import type { SeriesChoice } from './series-picker.tsx';
import { MAX_PICKS, type Pick } from './state.ts';

const SUGGESTED_AXES = ['temperature', 'humidity', 'gas'];

/** Curves of every board there is, the choice they offer, and what is drawn of it. */
export function useTelemetry(
  boards: Accessor<readonly BoardStatus[]>,
  ids: Accessor<readonly string[]>,
  picks: Accessor<readonly Pick[] | undefined>,
  suggestFor: Accessor<string | undefined>,
) {
  const link = useLink();
  const channels = createMemo(
    mapArray(ids, (id) => ({ id, samples: createSamples(link, () => boardChannel(id, 'telemetry')) })),
  );
  const of = (id: string) => channels().find((channel) => channel.id === id)?.samples;
  const touch = () => {
    for (const { samples } of channels()) samples.version();
  };
  const choices = createMemo(
    (): readonly SeriesChoice[] => {
      touch();
      return boards().flatMap((board) =>
        (of(board.id)?.curves.names ?? []).map((series) => {
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
  const shown = createMemo((): readonly Pick[] => {
    const chosen = picks();
    if (chosen !== undefined) return chosen;
    const board = suggestFor() ?? choices()[0]?.board;
    return choices()
      .filter((one) => one.board === board && SUGGESTED_AXES.includes(describeSeries(one.series).axis))
      .slice(0, MAX_PICKS)
      .map(({ board: id, series }) => ({ board: id, series }));
  });
  /** Shown curves in groups that share an axis. */
  const groups = createMemo(() => {
    const byAxis = new Map<string, Pick[]>();
    for (const pick of shown()) {
      const { axis } = describeSeries(pick.series);
      byAxis.set(axis, [...(byAxis.get(axis) ?? []), pick]);
    }
    return [...byAxis].map(([axis, members]) => ({ axis, members }));
  });
  const thinned = () => {
    touch();
    return channels().reduce((sum, { samples }) => sum + samples.curves.thinned, 0);
  };
  return { of, touch, choices, shown, groups, thinned };
}

export type Telemetry = ReturnType<typeof useTelemetry>;

import { type Accessor, createMemo, mapArray } from 'solid-js';
import { pageShown } from '../../components/page-shown.ts';
import type { BoardValue } from '../../contract/board-value.ts';
import type { FeedRecord } from '../../contract/upstream/custom-feed.ts';
import { createSamples } from '../../link/create-samples.ts';
import { createState } from '../../link/create-state.ts';
import { useLink } from '../../link/link-context.ts';
import { aboutSeries, type PlotSource, seriesOf } from './plot-source.ts';
import type { SeriesChoice } from './series-picker.tsx';
import { MAX_PICKS, type Pick } from './state.ts';

const NAMES_EVERY_MS = 1000;
const SUGGESTED_AXES = ['temperature', 'humidity', 'gas'];

/** Which series every source has, which of them are drawn, and the curves of the sources they belong to. */
export function useTelemetry(
  sources: Accessor<readonly PlotSource[]>,
  picks: Accessor<readonly Pick[] | undefined>,
  suggestFor: Accessor<string | undefined>,
) {
  const link = useLink();
  // The latest values tell which series there are; the curves themselves travel for boards that are drawn only.
  const ids = createMemo(() => sources().map(({ id }) => id), [], { equals: sameItems });
  const sourceOf = (id: string) => sources().find((source) => source.id === id);
  const known = createMemo(
    mapArray(ids, (id) => ({
      id,
      values: createState<BoardValue | FeedRecord>(link, () => sourceOf(id)?.latest, { everyMs: NAMES_EVERY_MS }),
    })),
  );
  const choices = createMemo(
    (): readonly SeriesChoice[] => {
      return sources().flatMap((source) => {
        const records = known().find(({ id }) => id === source.id)?.values.records;
        return (records === undefined ? [] : seriesOf(source, records)).map((series) => {
          const about = aboutSeries(series);
          const label = about.slot === '' ? about.label : `${about.label} · ${about.slot}`;
          return { board: source.id, series: series.series, boardName: source.name, label, unit: about.unit };
        });
      });
    },
    [],
    {
      equals: (a, b) =>
        a.length === b.length && a.every((one, i) => one.series === b[i]?.series && one.boardName === b[i]?.boardName),
    },
  );
  const about = (pick: Pick) => {
    const choice = choices().find(({ board, series }) => board === pick.board && series === pick.series);
    return aboutSeries({
      series: pick.series,
      unit: pick.board.startsWith('~') ? choice?.unit || undefined : undefined,
    });
  };
  const shown = createMemo((before: readonly Pick[]): readonly Pick[] => {
    const chosen = picks();
    if (chosen !== undefined) return chosen;
    const board = suggestFor() ?? choices()[0]?.board;
    const suggested = choices()
      .filter((one) => one.board === board && (one.board.startsWith('~') || SUGGESTED_AXES.includes(about(one).axis)))
      .slice(0, MAX_PICKS)
      .map(({ board: id, series }) => ({ board: id, series }));
    // A hub that has just begun knows no series yet: the curves stay, and get their gap.
    return suggested.length > 0 ? suggested : before;
  }, []);
  /** Shown curves in groups that share an axis. */
  const groups = createMemo(() => {
    const byAxis = new Map<string, Pick[]>();
    for (const pick of shown()) {
      const { axis } = about(pick);
      byAxis.set(axis, [...(byAxis.get(axis) ?? []), pick]);
    }
    return [...byAxis].map(([axis, members]) => ({ axis, members }));
  });
  const drawn = createMemo(() => [...new Set(shown().map(({ board }) => board))], [], { equals: sameItems });
  const channels = createMemo(
    mapArray(drawn, (id) => ({ id, samples: createSamples(link, () => sourceOf(id)?.samples) })),
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
  return { of, touch, about, choices, shown, groups, firstMs, thinned };
}

const sameItems = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id, i) => id === b[i]);

export type Telemetry = ReturnType<typeof useTelemetry>;

import { describeSeries } from '../../boards/catalog.ts';
import { boardName, isSourceGone } from '../../components/board-state.ts';
import type { BoardStatus } from '../../contract/board-status.ts';
import type { BoardValue } from '../../contract/board-value.ts';
import { boardChannel, type ChannelName } from '../../contract/channel.ts';
import type { FeedRecord } from '../../contract/upstream/custom-feed.ts';
import type { LineStatus, UpstreamStatus } from '../../contract/upstream/status.ts';
import { upstreamChannel } from '../../contract/upstream/upstream.ts';
import type { KeyedRecords } from '../../link/keyed-records.ts';
import { seriesName } from '../../upstreams/custom/series-name.ts';

/** Something that has curves: a board, or a feed that a person added. */
export interface PlotSource {
  /** A board's id, or `~` and a feed's. */
  readonly id: string;
  readonly name: string;
  readonly simulated: boolean;
  /** Nobody can be hearing it now: its values are gone, whatever their age. */
  readonly gone: boolean;
  readonly samples: ChannelName;
  /** Its latest values tell which series there are. */
  readonly latest: ChannelName;
}

export const boardSource = (board: BoardStatus): PlotSource => ({
  id: board.id,
  name: boardName(board),
  simulated: board.provenance === 'simulated',
  gone: isSourceGone(board),
  samples: boardChannel(board.id, 'telemetry'),
  latest: boardChannel(board.id, 'values'),
});

/** Only what has a curve: a feed of events has none. */
export function feedSources(upstreams: readonly UpstreamStatus[], lines: readonly LineStatus[]): PlotSource[] {
  return upstreams
    .filter(({ custom, channels }) => custom && channels.some(({ channel }) => channel.startsWith('samples/')))
    .map(({ id, name, simulated }) => ({
      id: `~${id}`,
      name,
      simulated,
      gone: !lines.some(({ upstream, state }) => upstream === id && HEARD.includes(state.is)),
      samples: upstreamChannel('samples', id, 'values'),
      latest: upstreamChannel('state', id, 'latest'),
    }));
}

const HEARD: readonly LineStatus['state']['is'][] = ['live', 'stale', 'connected-no-data'];

export interface SeriesAbout {
  readonly series: string;
  readonly unit: string | undefined;
}

/** The series that a source's latest values tell of. Of a board the keys are enough, and only a feed's values are read. */
export function seriesOf(source: PlotSource, records: KeyedRecords<BoardValue | FeedRecord>): readonly SeriesAbout[] {
  if (!source.id.startsWith('~')) return records.keys().map((series) => ({ series, unit: undefined }));
  return records.keys().flatMap((key) => {
    const { values } = (records.get(key) as FeedRecord | undefined) ?? { values: [] };
    return values
      .filter(({ value }) => value !== null)
      .map(({ name, unit }) => ({ series: seriesName(key, name), unit: unit || undefined }));
  });
}

/** Words, unit and axis of a series; the unit that a person gave it wins over what its name tells. */
export function aboutSeries({ series, unit }: SeriesAbout): ReturnType<typeof describeSeries> {
  const about = describeSeries(series);
  return unit === undefined ? about : { ...about, unit, axis: unit };
}

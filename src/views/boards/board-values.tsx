import { createMemo, For, type JSX, Show } from 'solid-js';
import { describeSeries } from '../../boards/catalog.ts';
import { valueFreshness } from '../../components/board-state.ts';
import { formatValue } from '../../components/format-value.ts';
import { now } from '../../components/now.ts';
import { pageShown } from '../../components/page-shown.ts';
import { ValueTile } from '../../components/value-tile.tsx';
import type { BoardStatus } from '../../contract/board-status.ts';
import type { BoardValue } from '../../contract/board-value.ts';
import { boardChannel } from '../../contract/channel.ts';
import { t } from '../../i18n/en.ts';
import { createSamples } from '../../link/create-samples.ts';
import { createState } from '../../link/create-state.ts';
import { useLink } from '../../link/link-context.ts';
import { groupBySlot } from './series-groups.ts';
import { createValueMenu } from './value-menu.tsx';

/** The latest value of each series of a board, in groups by sensor slot. */
export function BoardValues(props: { readonly board: BoardStatus }): JSX.Element {
  const link = useLink();
  const values = createState<BoardValue>(link, () => boardChannel(props.board.id, 'values'));
  const samples = createSamples(link, () => boardChannel(props.board.id, 'telemetry'), {
    everyMs: 500,
    rewind: 60_000,
    keepRows: 1200,
  });
  const menu = createValueMenu(() => props.board.id);
  const groups = createMemo(() =>
    groupBySlot(
      // Uptime stands in the health line already.
      values.records.keys().filter((series) => series !== 'uptime_s'),
      describeSeries,
    ),
  );

  return (
    <Show when={groups().length > 0} fallback={<p class="soft">{t.boards.valuesNone}</p>}>
      <menu.Menu />
      <For each={groups()}>
        {(group) => (
          <section class="values-group" aria-label={group.slot === '' ? undefined : group.slot}>
            <Show when={group.slot !== ''}>
              <h3 class="values-slot">{group.slot}</h3>
            </Show>
            <ul class="values-tiles">
              <For each={group.series}>
                {(series) => {
                  const about = describeSeries(series);
                  const curve = () => {
                    if (pageShown()) samples.version();
                    const found = samples.curves.get(series);
                    return found && { times: found.times, values: found.values };
                  };
                  return (
                    <Show when={values.records.get(series)}>
                      {(value) => (
                        <ValueTile
                          series={series}
                          onMenu={(anchor) =>
                            menu.open(
                              { series, text: `${formatValue(value().value, about.digits)} ${about.unit}`.trim() },
                              anchor,
                            )
                          }
                          label={about.label}
                          unit={about.unit}
                          digits={about.digits}
                          plausible={about.plausible}
                          value={value().value}
                          at={value().at}
                          nowMs={Math.max(now(), value().at)}
                          cadenceMs={value().cadenceMs}
                          freshness={valueFreshness(value().at, value().cadenceMs, props.board, now())}
                          provenance={value().provenance}
                          curve={curve()}
                        />
                      )}
                    </Show>
                  );
                }}
              </For>
            </ul>
          </section>
        )}
      </For>
    </Show>
  );
}

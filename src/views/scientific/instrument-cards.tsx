import { createMemo, For, type JSX, Show } from 'solid-js';
import { formatCount } from '../../components/format-value.ts';
import type { InstrumentRecord } from '../../contract/upstream/mas-scientific.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import { InstrumentReading } from './instrument-reading.tsx';
import { limitOf, outsideOf } from './limits.ts';
import type { PaneProps } from './pane.ts';
import { PartPanel } from './part-panel.tsx';
import { READINGS, seriesOf } from './readings.ts';
import { ShortList } from './short-list.tsx';
import { StateWord } from './state-word.tsx';
import { createLabPart, useLab } from './use-lab.ts';

/** Instruments with their newest readings, and how many of those are outside of their limits. */
export function InstrumentCards(props: { readonly go: PaneProps['change'] }): JSX.Element {
  const part = createLabPart<InstrumentRecord>(useLab(), 'instruments', ['typed', 'instruments'], 'instruments');
  const limits = createMemo(() =>
    part
      .rows()
      .flatMap((row) =>
        READINGS.map((reading) => ({ limit: limitOf(seriesOf(row.id, reading)), value: reading.of(row) })),
      ),
  );
  const outside = () => limits().filter(({ limit, value }) => outsideOf(value, limit) !== undefined).length;
  const verdict = () => {
    if (outside() > 0) return `▲ ${words.instruments.outside(formatCount(outside()))}`;
    return limits().some(({ limit }) => limit !== undefined)
      ? `✓ ${words.instruments.inside}`
      : words.instruments.noLimits;
  };
  return (
    <PartPanel
      part={part}
      title={words.tabs.instruments}
      name="instruments"
      what={words.instruments.what}
      empty={{ title: words.instruments.emptyTitle, text: words.instruments.emptyText }}
    >
      <p role="status" class="small" classList={{ 'lab-alarm': outside() > 0, soft: outside() === 0 }}>
        {verdict()}
      </p>
      <ShortList class="lab-instruments" ids={part.rows().map(({ id }) => id)}>
        {(id) => (
          <Show when={part.get(id)}>
            {(row) => (
              <li data-instrument={id}>
                <button
                  type="button"
                  class="lab-go"
                  onClick={() => props.go({ tab: 'instruments', sel: id, find: '', state: undefined })}
                >
                  {row().name}
                </button>
                <StateWord state={row().state} said={row().said} />
                <For each={READINGS}>{(reading) => <InstrumentReading row={row()} reading={reading} />}</For>
              </li>
            )}
          </Show>
        )}
      </ShortList>
    </PartPanel>
  );
}

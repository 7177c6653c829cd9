import { createMemo, createSignal, For, type JSX, Show } from 'solid-js';
import { telemetry as telemetryWords } from '../../i18n/telemetry.ts';
import type { Pick } from './state.ts';

export interface SeriesChoice extends Pick {
  readonly boardName: string;
  readonly label: string;
  readonly unit: string;
}

export interface SeriesPickerProps {
  readonly choices: readonly SeriesChoice[];
  readonly picked: readonly Pick[];
  readonly onToggle: (pick: Pick) => void;
}

/** Every series of every board, with a search. */
export function SeriesPicker(props: SeriesPickerProps): JSX.Element {
  const [typed, setTyped] = createSignal('');
  const found = createMemo(() => {
    const words = typed().toLowerCase().split(/\s+/).filter(Boolean);
    return props.choices.filter((choice) => {
      const text = `${choice.boardName} ${choice.label} ${choice.series}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  });
  const isPicked = (pick: Pick) => props.picked.some((one) => one.board === pick.board && one.series === pick.series);
  return (
    <details class="picker">
      <summary class="button">{telemetryWords.pick} ▾</summary>
      <div class="picker-layer">
        <input
          class="field"
          type="search"
          aria-label={telemetryWords.search}
          placeholder={telemetryWords.search}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <Show when={found().length > 0} fallback={<p class="soft">{telemetryWords.noneFound}</p>}>
          <ul>
            <For each={found()}>
              {(choice) => (
                <li>
                  <label class="picker-choice">
                    <input
                      type="checkbox"
                      data-pick={choice.series}
                      checked={isPicked(choice)}
                      onChange={() => props.onToggle({ board: choice.board, series: choice.series })}
                    />
                    <span>{choice.label}</span>
                    <span class="soft small">
                      {choice.unit} · {choice.boardName}
                    </span>
                  </label>
                </li>
              )}
            </For>
          </ul>
        </Show>
      </div>
    </details>
  );
}

import { For, type JSX, Show } from 'solid-js';
import { connections as words } from '../../i18n/connections.ts';
import type { MessageSource, MessageSources } from './message-sources.ts';

/** Which connection or channel is listened to. */
export function SourcePicker(props: {
  readonly sources: MessageSources;
  readonly value: string | undefined;
  readonly onChoose: (value: string) => void;
}): JSX.Element {
  const isKnown = () =>
    Object.values(props.sources).some((all: readonly MessageSource[]) =>
      all.some(({ value }) => value === props.value),
    );
  return (
    <select
      class="field source-picker"
      aria-label={words.messages.source}
      onChange={(event) => props.onChoose(event.currentTarget.value)}
    >
      <Show when={props.value === undefined}>
        <option value="" selected>
          {words.messages.choose}
        </option>
      </Show>
      {/* A link may lead to what is not there now: it is listened to all the same. */}
      <Show when={!isKnown() && props.value}>
        {(value) => (
          <option value={value()} selected>
            {value().replace(/^line:/, '')}
          </option>
        )}
      </Show>
      <Choices label={words.messages.lines} all={props.sources.lines} value={props.value} />
      <Choices label={words.messages.channels} all={props.sources.channels} value={props.value} />
      <Choices label={words.messages.boards} all={props.sources.boards} value={props.value} />
      <Choices label={words.messages.lab} all={props.sources.lab} value={props.value} />
    </select>
  );
}

function Choices(props: {
  readonly label: string;
  readonly all: readonly MessageSource[];
  readonly value: string | undefined;
}): JSX.Element {
  return (
    <Show when={props.all.length > 0}>
      <optgroup label={props.label}>
        <For each={props.all}>
          {(source) => (
            <option value={source.value} selected={source.value === props.value}>
              {source.label}
            </option>
          )}
        </For>
      </optgroup>
    </Show>
  );
}

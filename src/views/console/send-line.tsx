import { createSignal, For, type JSX, Show } from 'solid-js';
import { ErrorNote } from '../../components/error-note.tsx';
import type { AppError } from '../../contract/error-codes.ts';
import { consoleWords as words } from '../../i18n/console.ts';
import { SendHistory } from '../../lib/send-history.ts';
import { parseHex } from '../../lib/typed-hex.ts';
import { useLink } from '../../link/link-context.ts';
import { lineBytes } from './hex.ts';

const ENDINGS = ['lf', 'crlf', 'none'] as const;
type Ending = (typeof ENDINGS)[number];

/** A line, or bytes as hex, to the board. ↑ and ↓ bring back what was sent. */
export function SendLine(props: {
  readonly board: string;
  readonly by: string;
  readonly disabled: boolean;
}): JSX.Element {
  const link = useLink();
  const history = new SendHistory();
  const [text, setText] = createSignal('');
  const [mode, setMode] = createSignal<'line' | 'hex'>('line');
  const [ending, setEnding] = createSignal<Ending>('lf');
  const [failure, setFailure] = createSignal<AppError>();
  const [badHex, setBadHex] = createSignal(false);

  const send = () => {
    const bytes = mode() === 'line' ? lineBytes(text(), ending()) : parseHex(text());
    setBadHex(bytes === undefined);
    if (bytes === undefined || bytes.length === 0) return;
    history.add(text());
    setText('');
    link
      .ask((hub) => hub.write(props.board, bytes, props.by))
      .then(
        (outcome) => setFailure(outcome.ok ? undefined : outcome.error),
        (cause: unknown) => setFailure({ code: 'hub-timeout', message: String(cause) }),
      );
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    setText(history.walk(event.key === 'ArrowUp' ? -1 : 1, text()));
  };
  return (
    <div class="console-send">
      <Show when={failure()}>{(error) => <ErrorNote error={error()} onClose={() => setFailure(undefined)} />}</Show>
      <Show when={badHex()}>
        <p class="command-wrong" role="alert">
          {words.badHex}
        </p>
      </Show>
      <form
        class="row console-send-row"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <select
          class="field"
          aria-label={words.mode}
          value={mode()}
          onChange={(event) => setMode(event.currentTarget.value === 'hex' ? 'hex' : 'line')}
        >
          <option value="line">{words.modes.line}</option>
          <option value="hex">{words.modes.hex}</option>
        </select>
        <input
          class="field mono console-input"
          data-do="console-input"
          aria-label={mode() === 'line' ? words.line : words.hex}
          placeholder={mode() === 'line' ? words.linePlaceholder : words.hexPlaceholder}
          autocomplete="off"
          spellcheck={false}
          value={text()}
          disabled={props.disabled}
          aria-invalid={badHex()}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setBadHex(false);
          }}
          onKeyDown={onKey}
        />
        <Show when={mode() === 'line'}>
          <select
            class="field"
            aria-label={words.ending}
            value={ending()}
            onChange={(event) => setEnding(ENDINGS.find((e) => e === event.currentTarget.value) ?? 'lf')}
          >
            <For each={ENDINGS}>{(value) => <option value={value}>{words.endings[value]}</option>}</For>
          </select>
        </Show>
        <button type="submit" class="button primary" disabled={props.disabled}>
          {words.send}
        </button>
      </form>
    </div>
  );
}

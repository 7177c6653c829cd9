import { createSignal, createUniqueId, For, type JSX, Match, Show, Switch } from 'solid-js';
import type { CommandDeclaration, ParamDeclaration } from '../../boards/board.ts';
import { HoldButton } from '../../components/hold-button.tsx';
import { type CommandUpdate, isFinal, type ParamValue } from '../../contract/board-command.ts';
import { t } from '../../i18n/en.ts';
import { type CommandDraft, initialDraft, rangeWords, readDraft } from './command-fields.ts';
import { commandWords } from './latest-commands.ts';

export interface CommandFormProps {
  readonly declaration: CommandDeclaration;
  readonly disabledWhy: string | undefined;
  /** The last word on the command this form sent. */
  readonly latest: CommandUpdate | undefined;
  readonly onSend: (params: Readonly<Record<string, ParamValue>>) => void;
}

/** A form made of a command's declaration. Its button shows the command's state in place. */
export function CommandForm(props: CommandFormProps): JSX.Element {
  const [draft, setDraft] = createSignal<CommandDraft>(initialDraft(props.declaration));
  const [wrong, setWrong] = createSignal<Readonly<Record<string, string>>>({});
  const send = () => {
    const reading = readDraft(props.declaration, draft());
    setWrong(reading.ok ? {} : reading.wrong);
    if (reading.ok) props.onSend(reading.params);
  };
  const set = (name: string, value: string | boolean) => setDraft((old) => ({ ...old, [name]: value }));
  const running = () => props.latest !== undefined && !isFinal(props.latest.state);

  return (
    <form
      class="command-form"
      data-command={props.declaration.name}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (props.declaration.danger === undefined && props.disabledWhy === undefined) send();
      }}
    >
      <p class="soft">{props.declaration.about}</p>
      <Show when={props.declaration.danger}>{(why) => <p class="command-danger">▲ {why()}</p>}</Show>
      <div class="command-fields">
        <For each={props.declaration.params}>
          {(param) => (
            <Field
              param={param}
              value={draft()[param.name]}
              wrong={wrong()[param.name]}
              onChange={(v) => set(param.name, v)}
            />
          )}
        </For>
      </div>
      <div class="row">
        <Show
          when={props.declaration.danger === undefined}
          fallback={
            <HoldButton label={props.declaration.title} disabled={props.disabledWhy !== undefined} onConfirm={send} />
          }
        >
          <button type="submit" class="button command-send" disabled={props.disabledWhy !== undefined}>
            {t.boards.send}
          </button>
        </Show>
        <output class="command-state" classList={{ running: running() }} data-command-state={props.latest?.state.is}>
          {props.latest === undefined ? (props.disabledWhy ?? '') : commandWords(props.latest.state)}
        </output>
      </div>
    </form>
  );
}

interface FieldProps {
  readonly param: ParamDeclaration;
  readonly value: string | boolean | undefined;
  readonly wrong: string | undefined;
  readonly onChange: (value: string | boolean) => void;
}

function Field(props: FieldProps): JSX.Element {
  const id = createUniqueId();
  const text = () => (typeof props.value === 'string' ? props.value : '');
  return (
    <div class="command-field">
      <label for={id}>
        {props.param.label}
        <Show when={rangeWords(props.param) !== ''}>
          <span class="soft small"> {rangeWords(props.param)}</span>
        </Show>
      </label>
      <Switch>
        <Match when={props.param.kind === 'number' && props.param}>
          {(param) => (
            <span class="row">
              <input
                id={id}
                class="field"
                type="number"
                inputMode="decimal"
                min={param().min}
                max={param().max}
                step={param().step}
                value={text()}
                aria-invalid={props.wrong !== undefined}
                onInput={(event) => props.onChange(event.currentTarget.value)}
              />
              <span class="soft">{param().unit}</span>
            </span>
          )}
        </Match>
        <Match when={props.param.kind === 'choice' && props.param}>
          {(param) => (
            <select
              id={id}
              class="field"
              value={text()}
              onChange={(event) => props.onChange(event.currentTarget.value)}
            >
              <For each={param().choices}>{(choice) => <option value={choice.value}>{choice.label}</option>}</For>
            </select>
          )}
        </Match>
        <Match when={props.param.kind === 'switch'}>
          <input
            id={id}
            type="checkbox"
            checked={props.value === true}
            onChange={(event) => props.onChange(event.currentTarget.checked)}
          />
        </Match>
        <Match when={props.param.kind === 'text'}>
          <input
            id={id}
            class="field"
            value={text()}
            aria-invalid={props.wrong !== undefined}
            onInput={(event) => props.onChange(event.currentTarget.value)}
          />
        </Match>
      </Switch>
      <Show when={props.wrong}>{(sentence) => <span class="command-wrong small">{sentence()}</span>}</Show>
    </div>
  );
}

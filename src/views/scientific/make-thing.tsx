import { createSignal, createUniqueId, For, type JSX, Show } from 'solid-js';
import { Dialog } from '../../components/dialog.tsx';
import { mayNotWords } from '../../components/may-words.ts';
import type { MasScientificCalls } from '../../contract/upstream/mas-scientific-calls.ts';
import { t } from '../../i18n/en.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import { mayNot } from '../../link/may.ts';
import { LabAct } from './lab-act.tsx';

export interface MakeField {
  readonly name: string;
  readonly label: string;
  readonly optional?: boolean;
  /** A choice of these, rather than a text. */
  readonly of?: readonly string[];
}

export interface MakeThingProps {
  readonly label: string;
  readonly call: keyof MasScientificCalls;
  readonly fields: readonly MakeField[];
  /** Reactive: the list has it. */
  readonly isThere: (id: string) => boolean;
  readonly onMade: (id: string) => void;
}

const MAX_TEXT = 500;

const idOf = (answer: unknown): string =>
  typeof answer === 'object' && answer !== null && 'id' in answer ? String(answer.id) : '';

/** A button that asks for what MAS needs to make something new, and stays open until the lab's own data has it. */
export function MakeThing(props: MakeThingProps): JSX.Element {
  const [isOpen, setOpen] = createSignal(false);
  return (
    <>
      <button
        type="button"
        class="button"
        data-make={props.call}
        title={mayNotWords(mayNot('operator'))}
        disabled={mayNot('operator') !== undefined}
        onClick={() => setOpen(true)}
      >
        {props.label}
      </button>
      <Show when={isOpen()}>
        <Dialog label={props.label} onClose={() => setOpen(false)}>
          <MakeForm
            {...props}
            onMade={(id) => {
              setOpen(false);
              props.onMade(id);
            }}
          />
        </Dialog>
      </Show>
    </>
  );
}

function MakeForm(props: MakeThingProps): JSX.Element {
  const id = createUniqueId();
  const [values, setValues] = createSignal<Readonly<Record<string, string>>>(
    Object.fromEntries(props.fields.map(({ name, of }) => [name, of?.[0] ?? ''])),
  );
  const isFilled = () => props.fields.every(({ name, optional }) => optional || values()[name]?.trim());
  const args = () =>
    Object.fromEntries(Object.entries(values()).flatMap(([name, text]) => (text.trim() ? [[name, text.trim()]] : [])));
  return (
    <form
      class="lab-make"
      onSubmit={(event) => {
        event.preventDefault();
        event.currentTarget.querySelector<HTMLButtonElement>('.act button:enabled')?.click();
      }}
    >
      <h2>{props.label}</h2>
      <For each={props.fields}>
        {(field) => (
          <p class="lab-make-field">
            <label for={`${id}-${field.name}`}>{field.label}</label>
            <Show
              when={field.of}
              fallback={
                <input
                  id={`${id}-${field.name}`}
                  class="field"
                  maxLength={MAX_TEXT}
                  autocomplete="off"
                  required={!field.optional}
                  value={values()[field.name] ?? ''}
                  onInput={(event) => setValues({ ...values(), [field.name]: event.currentTarget.value })}
                />
              }
            >
              {(choices) => (
                <select
                  id={`${id}-${field.name}`}
                  class="field"
                  onChange={(event) => setValues({ ...values(), [field.name]: event.currentTarget.value })}
                >
                  <For each={choices()}>{(choice) => <option value={choice}>{choice}</option>}</For>
                </select>
              )}
            </Show>
          </p>
        )}
      </For>
      <div class="row">
        <LabAct
          call={props.call}
          label={words.act.create}
          primary
          args={args}
          whyNot={isFilled() ? undefined : words.make.required}
          seen={(answer) => props.isThere(idOf(answer))}
          onDone={(answer) => props.onMade(idOf(answer))}
        />
        <button type="button" class="button quiet" onClick={(event) => event.currentTarget.closest('dialog')?.close()}>
          {t.common.close}
        </button>
      </div>
    </form>
  );
}

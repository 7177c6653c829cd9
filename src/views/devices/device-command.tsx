import { createSignal, createUniqueId, type JSX, Show } from 'solid-js';
import { ActButton } from '../../components/act-button.tsx';
import { mayNotWords } from '../../components/may-words.ts';
import { devices as words } from '../../i18n/devices.ts';
import { createUpstreamAct } from '../../link/create-act.ts';
import { useLink } from '../../link/link-context.ts';
import { mayNot } from '../../link/may.ts';
import { blockedWord, MAX_COMMAND_CHARS, needsConfirmation } from '../../upstreams/mas-devices/commands.ts';

const answerWords = (answer: unknown): string => {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return (text ?? '').slice(0, 500);
};

/** A command that MAS passes on to a device. Its answer is all there is to know: that the device itself answered. */
export function DeviceCommand(props: { readonly device: string }): JSX.Element {
  const id = createUniqueId();
  const [command, setCommand] = createSignal('status');
  const [answer, setAnswer] = createSignal<string>();
  const act = createUpstreamAct(useLink(), {
    upstream: 'mas-devices',
    call: 'command',
    onDone: (value) => setAnswer(answerWords(value)),
  });
  const word = () => command().trim();
  const whyNot = () => {
    const blocked = blockedWord(word(), undefined);
    return (
      mayNotWords(mayNot('operator')) ??
      (word() === '' ? words.command.blank : blocked === undefined ? undefined : words.command.blocked(blocked))
    );
  };
  return (
    <section class="fleet-command" aria-label={words.command.title}>
      <h3>{words.command.title}</h3>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          event.currentTarget.querySelector<HTMLButtonElement>('.act button:enabled')?.click();
        }}
      >
        <label for={id} class="small">
          {words.command.label}
        </label>
        <input
          id={id}
          class="field mono"
          list={`${id}-known`}
          maxLength={MAX_COMMAND_CHARS}
          autocomplete="off"
          value={command()}
          onInput={(event) => setCommand(event.currentTarget.value)}
        />
        <datalist id={`${id}-known`}>
          <option value="status" />
          <option value="ping" />
          <option value="info" />
          <option value="read-sensors" />
          <option value="scan" />
        </datalist>
        {/* What may move something is held; the button is another one then. */}
        <Show
          when={needsConfirmation(word())}
          fallback={
            <ActButton
              label={words.command.send}
              act={act}
              args={() => ({ device: props.device, command: word(), id: crypto.randomUUID() })}
              whyNot={whyNot()}
            />
          }
        >
          <ActButton
            label={words.command.send}
            act={act}
            args={() => ({ device: props.device, command: word(), confirmed: true, id: crypto.randomUUID() })}
            whyNot={whyNot()}
            danger
          />
        </Show>
      </form>
      <p class="small soft">{words.command.hint}</p>
      <Show when={answer()}>
        {(text) => (
          <p class="small" data-answer>
            {words.command.answer}: <span class="mono">{text()}</span>
          </p>
        )}
      </Show>
    </section>
  );
}

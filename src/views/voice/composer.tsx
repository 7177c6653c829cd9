import { useNavigate } from '@solidjs/router';
import { createEffect, createSignal, createUniqueId, type JSX, on, onCleanup, Show } from 'solid-js';
import { mayNotWords } from '../../components/may-words.ts';
import type { AppError } from '../../contract/error-codes.ts';
import type { Outcome } from '../../contract/hub-api.ts';
import type { VoiceCommandAnswer, VoiceCommandArgs } from '../../contract/upstream/mas-voice.ts';
import { voice as words } from '../../i18n/voice.ts';
import { mayNot } from '../../link/may.ts';
import { SLUG } from './call.ts';
import { choices, choose } from './choices.ts';
import { addIntent } from './intents.ts';
import { mapAddress, ownCommand } from './own-commands.ts';
import { useVoice } from './use-voice.ts';

const MAX_TEXT = 2_000;
/** The brain may think for two minutes. */
const ANSWER_MS = 125_000;
/** A text session is there at once, or not at all. */
const SESSION_MS = 15_000;

/** Of whoever left the view with words that were not sent. */
let unsent = '';

/** Far ends that failed were asked all the same. */
const whyNotSaid = ({ code, message }: AppError): string =>
  code === 'upstream-failed' || code === 'hub-timeout'
    ? words.compose.unanswered(message)
    : words.compose.failed(message);

/** Typed turns: a command is carried out in this tab and nowhere else; anything else is answered by whoever talks. */
export function Composer(): JSX.Element {
  const voice = useVoice();
  const navigate = useNavigate();
  const id = createUniqueId();
  const [text, setText] = createSignal(unsent);
  const [isSending, setSending] = createSignal(false);
  const [problem, setProblem] = createSignal<string>();
  const [note, setNote] = createSignal<string>();
  const [waiting, setWaiting] = createSignal<string>();
  const ask = <T,>(name: string, args: unknown, deadlineMs?: number) =>
    voice.link.ask<T>(
      (hub) => hub.upstream({ do: 'call', upstream: SLUG, name, args }) as Promise<Outcome<T>>,
      deadlineMs,
    );
  const isTalking = () => voice.session()?.phase === 'ready';
  const whyNot = () => {
    const source = voice.source.state();
    const noSource = source.is === 'none' ? source.why : source.is === 'unknown' ? words.unsure : undefined;
    return mayNotWords(mayNot('operator')) ?? noSource;
  };

  /** Undefined: it was no command. */
  const asCommand = async (said: string): Promise<string | undefined> => {
    const at = Date.now();
    const own = ownCommand(said);
    if (own !== undefined) {
      const intent = { at, text: said, by: 'here', domain: undefined, action: own.name, answer: undefined } as const;
      addIntent({ ...intent, path: own.path });
      return own.path;
    }
    const args: VoiceCommandArgs = { text: said, only: true };
    const outcome = await ask<VoiceCommandAnswer | undefined>('command', args);
    setNote(outcome.ok ? undefined : words.compose.noCommands(outcome.error.message));
    if (!outcome.ok || outcome.value === undefined) return undefined;
    const { domain, action, speak, command } = outcome.value;
    const path = command === undefined ? undefined : mapAddress(command);
    addIntent({ at, text: said, by: 'mas', domain, action, answer: speak, path });
    return path ?? '';
  };
  /** It was not sent: the words are there to be sent again. */
  const giveBack = (said: string, why: string) => {
    setWaiting(undefined);
    setProblem(why);
    if (text() === '') setText(said);
  };
  onCleanup(() => {
    unsent = waiting() ?? text();
  });
  const asTurn = async (said: string): Promise<Outcome<unknown>> => {
    if (isTalking()) return ask('typed', { text: said });
    if (choices().through === 'brain') return ask('ask', { text: said }, ANSWER_MS);
    if (voice.text()?.phase === 'ready') return ask('text-say', { text: said });
    // It is said as soon as there is a session.
    setWaiting(said);
    setTimeout(() => {
      if (waiting() === said) giveBack(said, words.compose.failed(words.compose.noSession));
    }, SESSION_MS);
    return ask('text-start', {});
  };
  const send = async (event: Event) => {
    event.preventDefault();
    const said = text().trim();
    if (said === '' || isSending() || whyNot() !== undefined) return;
    setSending(true);
    setProblem(undefined);
    const path = await asCommand(said);
    setSending(false);
    // What was written meanwhile stays.
    if (text().trim() === said) setText('');
    if (path === undefined) {
      const outcome = await asTurn(said);
      if (!outcome.ok) giveBack(said, whyNotSaid(outcome.error));
    } else if (path !== '') navigate(path);
  };
  const say = async () => {
    const said = text().trim();
    const outcome = await ask('speak', { text: said });
    if (outcome.ok) setText('');
    else setProblem(words.compose.failed(outcome.error.message));
  };
  createEffect(
    on(
      () => voice.text()?.phase,
      async (phase) => {
        const said = waiting();
        if (phase !== 'ready' || said === undefined) return;
        setWaiting(undefined);
        const outcome = await ask('text-say', { text: said });
        if (!outcome.ok) giveBack(said, whyNotSaid(outcome.error));
      },
    ),
  );

  return (
    <form class="voice-compose" onSubmit={send}>
      <label class="visually-hidden" for={id}>
        {words.compose.label}
      </label>
      <input
        id={id}
        class="field"
        maxLength={MAX_TEXT}
        placeholder={words.compose.hint}
        autocomplete="off"
        value={text()}
        disabled={whyNot() !== undefined}
        title={whyNot()}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="button" disabled={text().trim() === '' || isSending() || whyNot() !== undefined}>
        {isSending() ? words.compose.sending : words.compose.send}
      </button>
      <Show
        when={isTalking()}
        fallback={
          <label class="row small">
            {words.compose.through}
            <select
              class="field"
              value={choices().through}
              onChange={(event) => choose({ through: event.currentTarget.value === 'v9' ? 'v9' : 'brain' })}
            >
              <option value="brain">{words.compose.brain}</option>
              <option value="v9">{words.compose.v9}</option>
            </select>
          </label>
        }
      >
        <button
          type="button"
          class="button"
          title={words.compose.sayHint}
          disabled={text().trim() === '' || whyNot() !== undefined}
          onClick={() => void say()}
        >
          {words.compose.say}
        </button>
      </Show>
      <Show when={!isTalking() && voice.text()?.phase === 'ready'}>
        <button type="button" class="button" onClick={() => void ask('text-barge-in', {})}>
          {words.compose.v9Interrupt}
        </button>
        <button type="button" class="button" onClick={() => void ask('text-end', {})}>
          {words.compose.v9End}
        </button>
      </Show>
      <Show when={problem()}>
        {(why) => (
          <p class="voice-problem small" role="alert">
            ▲ {why()}
          </p>
        )}
      </Show>
      <Show when={waiting()}>
        <p class="small soft" role="status">
          {words.compose.opening}
        </p>
      </Show>
      <Show when={note()}>{(why) => <p class="small soft">{why()}</p>}</Show>
    </form>
  );
}

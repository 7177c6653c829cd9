import { createSignal, type JSX, onMount, Show } from 'solid-js';
import { now } from '../../components/now.ts';
import { access as accessWords } from '../../i18n/access.ts';
import { t } from '../../i18n/en.ts';
import { accessApi } from '../../link/access-api.ts';
import { accessState, checkAccess } from '../../link/access-state.ts';
import { codeOfHash, formatCode, isWholeCode } from './code-text.ts';
import './pair-view.css';

interface Refused {
  readonly words: string;
  /** Not before this; undefined: at once. */
  readonly until: number | undefined;
}

/** The one thing to do for a browser that the server does not know: type a code. */
export function PairView(props: { readonly onSkip: () => void }): JSX.Element {
  const [code, setCode] = createSignal(codeOfHash(window.location.hash));
  const [busy, setBusy] = createSignal(false);
  const [refused, setRefused] = createSignal<Refused>();
  const words = accessWords.pair;
  let field: HTMLInputElement | undefined;

  onMount(() => {
    // A code that was used must not stay in the address, the history, or a screenshot of it.
    if (window.location.hash !== '') window.history.replaceState(null, '', window.location.pathname);
    field?.focus();
  });

  const why = () => {
    const state = accessState();
    if (state.is === 'out' && state.ended) return words.why.ended;
    if (state.is === 'in' && state.me.access === 'required')
      return words.why.again(state.me.name, accessWords.roles[state.me.role]);
    return words.why.new;
  };
  const waitS = () => Math.max(0, Math.ceil(((refused()?.until ?? 0) - now()) / 1000));
  const onInput = (input: HTMLInputElement) => {
    const isAtEnd = input.selectionStart === input.value.length;
    // In the middle the cursor would jump: the text is put in order at the end, and when it is sent.
    if (isAtEnd) input.value = formatCode(input.value);
    setCode(formatCode(input.value));
    if (waitS() === 0) setRefused(undefined);
  };
  const pair = async () => {
    if (busy() || waitS() > 0 || !isWholeCode(code())) return;
    setBusy(true);
    const asked = await accessApi.pair(code());
    setBusy(false);
    if (asked.ok) {
      await checkAccess();
      // Everything begins anew, signed in; the other tabs' hub comes back by itself.
      window.location.replace('/');
      return;
    }
    const { refusal } = asked;
    const waitMs = 'retryAfterMs' in refusal ? refusal.retryAfterMs : undefined;
    setRefused({
      words: accessWords.refusal(refusal.code, refusal.message),
      until: waitMs === undefined ? undefined : Date.now() + waitMs,
    });
    field?.select();
  };

  return (
    <main class="pair-view">
      <form
        class="pair-card"
        aria-busy={busy()}
        onSubmit={(event) => {
          event.preventDefault();
          void pair();
        }}
      >
        <p class="pair-name">{t.app.name}</p>
        <h1>{words.title}</h1>
        <p>{why()}</p>
        <label class="pair-label" for="pair-code">
          {words.code}
        </label>
        <input
          ref={field}
          id="pair-code"
          class="field pair-code"
          name="code"
          value={code()}
          placeholder="···· ····"
          autocomplete="one-time-code"
          autocapitalize="characters"
          autocorrect="off"
          spellcheck={false}
          enterkeyhint="go"
          maxLength={20}
          required
          aria-invalid={refused() !== undefined}
          aria-describedby="pair-hint pair-refused"
          onInput={(event) => onInput(event.currentTarget)}
        />
        <p id="pair-hint" class="soft small">
          {words.codeHint}
        </p>
        <p id="pair-refused" class="pair-refused" role="alert">
          <Show when={refused()}>
            {(now) => (
              <>
                <span aria-hidden="true">▲ </span>
                {now().words} <Show when={waitS() > 0}>{accessWords.wait(waitS())}</Show>
              </>
            )}
          </Show>
        </p>
        <button type="submit" class="button primary large" disabled={busy() || waitS() > 0 || !isWholeCode(code())}>
          {busy() ? words.doing : words.do}
        </button>
        <section class="pair-help">
          <h2>{words.where}</h2>
          <ul>
            <li>{words.fromOwner}</li>
            <li>
              {words.fromServer} <code class="pair-command">{words.command}</code>
            </li>
            <li>{words.fromStart}</li>
          </ul>
        </section>
        <section class="pair-skip">
          <button type="button" class="button" onClick={() => props.onSkip()}>
            {words.skip}
          </button>
          <p class="soft small">{words.skipAbout}</p>
        </section>
      </form>
    </main>
  );
}

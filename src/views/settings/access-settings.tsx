import { createSignal, type JSX, Match, Show, Switch } from 'solid-js';
import { HoldButton } from '../../components/hold-button.tsx';
import { showToast } from '../../components/toasts.tsx';
import type { Me } from '../../contract/access.ts';
import { access as accessWords } from '../../i18n/access.ts';
import { type Asked, accessApi } from '../../link/access-api.ts';
import { accessState, checkAccess } from '../../link/access-state.ts';
import { AccessLists } from './access-lists.tsx';
import { InviteDevice } from './invite-device.tsx';
import './access-settings.css';

const words = accessWords.settings;
const dayOf = (atMs: number): string => new Date(atMs).toLocaleDateString();

/** Who this browser is to the server; for an owner also everybody else who is let in. */
export function AccessSettings(): JSX.Element {
  const [refused, setRefused] = createSignal<string>();
  // Asks for the lists anew when somebody may have come or gone.
  const [changes, setChanges] = createSignal(0);
  const me = () => {
    const state = accessState();
    return state.is === 'in' ? state.me : undefined;
  };
  const required = () => (me()?.access === 'required' ? me() : undefined);

  async function act<T>(asked: Promise<Asked<T>>, then: (value: T) => void): Promise<void> {
    const answer = await asked;
    setRefused(answer.ok ? undefined : accessWords.refusal(answer.refusal.code, answer.refusal.message));
    if (answer.ok) then(answer.value);
    else if (answer.status === 401) await checkAccess();
  }
  const signOut = () =>
    act(accessApi.signOut(), () => {
      window.location.replace('/pair');
    });

  return (
    <section class="access-settings" data-access={me()?.access ?? accessState().is}>
      <h2>{words.title}</h2>
      <Switch>
        <Match when={me()?.access === 'open'}>
          <p>{words.open}</p>
          <p class="soft">{words.openHow}</p>
        </Match>
        <Match when={accessState().is === 'unknown'}>
          <p>{words.unknown}</p>
        </Match>
        <Match when={accessState().is === 'out'}>
          <p>{accessWords.refusal('session-ended', '')}</p>
          <a class="button primary" href="/pair" rel="external" target="_self">
            {words.pairAgain}
          </a>
        </Match>
        <Match when={required()}>{(who) => <Myself me={who()} onSignOut={signOut} />}</Match>
      </Switch>
      <Show when={refused()}>
        {(text) => (
          <p class="refused" role="alert">
            <span aria-hidden="true">▲ </span>
            {text()}
          </p>
        )}
      </Show>
      <Show when={required()?.role === 'owner'}>
        <InviteDevice act={act} onEnded={() => setChanges((n) => n + 1)} />
        <AccessLists
          act={act}
          changes={changes()}
          onRevoked={(name) => {
            showToast(words.revoked(name));
            setChanges((n) => n + 1);
          }}
        />
      </Show>
    </section>
  );
}

function Myself(props: { readonly me: Me; readonly onSignOut: () => void }): JSX.Element {
  return (
    <>
      <dl class="facts">
        <dt>{words.me}</dt>
        <dd>
          <strong>{props.me.name}</strong>
        </dd>
        <dt>{words.role}</dt>
        <dd>
          {accessWords.roles[props.me.role]} <span class="soft">· {accessWords.rolesAbout[props.me.role]}</span>
        </dd>
        <Show when={props.me.expiresAt}>
          {(at) => (
            <>
              <dt>{words.until}</dt>
              <dd>{words.untilWords(dayOf(at()))}</dd>
            </>
          )}
        </Show>
      </dl>
      <div class="row">
        <HoldButton label={words.out} onConfirm={() => props.onSignOut()} />
        <span class="soft small">{words.outAbout}</span>
      </div>
    </>
  );
}

import { createEffect, createSignal, For, type JSX, lazy, on, Show, Suspense } from 'solid-js';
import { durationWords } from '../../components/age-words.ts';
import { now } from '../../components/now.ts';
import { type PairingCode, ROLES, type Role } from '../../contract/access.ts';
import { access as accessWords } from '../../i18n/access.ts';
import { type Asked, accessApi } from '../../link/access-api.ts';

const QrCode = lazy(async () => ({ default: (await import('../../components/qr-code.tsx')).QrCode }));
const words = accessWords.settings;

export interface InviteDeviceProps {
  readonly act: <T>(asked: Promise<Asked<T>>, then: (value: T) => void) => Promise<void>;
  /** The code was used or has run out, as far as this page can tell. */
  readonly onEnded: () => void;
}

/** How often the list of devices is looked at while a code is on the screen: that is when somebody comes. */
const LOOK_EVERY_S = 3;

/** A code for another device, with its name and role bound to it: shown once, as text and as a picture. */
export function InviteDevice(props: InviteDeviceProps): JSX.Element {
  const [made, setMade] = createSignal<PairingCode>();
  const [role, setRole] = createSignal<Role>('viewer');
  const leftMs = () => Math.max(0, (made()?.expiresAt ?? 0) - now());
  createEffect(
    on(now, (at) => {
      if (made() !== undefined && leftMs() > 0 && Math.floor(at / 1000) % LOOK_EVERY_S === 0) props.onEnded();
    }),
  );

  return (
    <div class="invite">
      <h3>{words.invite}</h3>
      <form
        class="invite-form"
        onSubmit={(event) => {
          event.preventDefault();
          const name = String(new FormData(event.currentTarget).get('device-name') ?? '').trim();
          void props.act(accessApi.invite(role(), name), setMade);
        }}
      >
        <div class="row">
          <label for="device-name">{words.inviteName}</label>
          <input
            id="device-name"
            name="device-name"
            class="field"
            maxLength={60}
            required
            autocomplete="off"
            placeholder={words.invitePlaceholder}
          />
        </div>
        <fieldset class="invite-roles">
          <legend class="visually-hidden">{words.role}</legend>
          <For each={ROLES}>
            {(one) => (
              <label class="row">
                <input type="radio" name="device-role" checked={role() === one} onChange={() => setRole(one)} />
                <span>
                  {accessWords.roles[one]} <span class="soft">{accessWords.rolesAbout[one]}</span>
                </span>
              </label>
            )}
          </For>
        </fieldset>
        <div class="row">
          <button type="submit" class="button">
            {made() === undefined ? words.inviteDo : words.inviteAnother}
          </button>
        </div>
      </form>
      <Show when={made()}>
        {(code) => (
          <Show when={leftMs() > 0} fallback={<p class="soft">{words.inviteOver}</p>}>
            <div class="invite-code" data-code="shown">
              <Suspense fallback={<span class="qr-code" />}>
                <QrCode text={code().url} label={words.inviteQr(code().url)} />
              </Suspense>
              <div class="invite-words">
                <p>
                  <strong>{code().name}</strong> <span class="soft">· {accessWords.roles[code().role]}</span>
                </p>
                <p class="invite-text">{code().code}</p>
                <p class="mono small invite-url">{code().url}</p>
                <p>{words.inviteHow}</p>
                <p class="soft">{words.inviteOnce(durationWords(leftMs()))}</p>
              </div>
            </div>
          </Show>
        )}
      </Show>
    </div>
  );
}

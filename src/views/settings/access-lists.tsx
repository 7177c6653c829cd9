import { createEffect, createSignal, For, type JSX, on, Show } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { HoldButton } from '../../components/hold-button.tsx';
import { now } from '../../components/now.ts';
import type { PairedDevice, ServiceToken } from '../../contract/access.ts';
import { access as accessWords } from '../../i18n/access.ts';
import { type Asked, accessApi } from '../../link/access-api.ts';

const words = accessWords.settings;
const dayOf = (atMs: number): string => new Date(atMs).toLocaleDateString();
/** Somebody seen within this is here; the server itself writes it down once a minute. */
const HERE_MS = 120_000;
const ageOf = (atMs: number): string => (now() - atMs < HERE_MS ? 'now' : ageWords(now() - atMs));

export interface AccessListsProps {
  readonly act: <T>(asked: Promise<Asked<T>>, then: (value: T) => void) => Promise<void>;
  /** The lists are asked for again whenever it changes. */
  readonly changes: number;
  readonly onRevoked: (name: string) => void;
}

/** Everybody who is let in, each with the way out. */
export function AccessLists(props: AccessListsProps): JSX.Element {
  const [devices, setDevices] = createSignal<readonly PairedDevice[]>([]);
  const [tokens, setTokens] = createSignal<readonly ServiceToken[]>([]);
  createEffect(
    on(
      () => props.changes,
      () => {
        void props.act(accessApi.devices(), ({ sessions }) => setDevices(sessions));
        void props.act(accessApi.tokens(), (answer) => setTokens(answer.tokens));
      },
    ),
  );
  const revoke = (asked: Promise<Asked<undefined>>, name: string) => props.act(asked, () => props.onRevoked(name));
  const only = ({ channels, boards }: ServiceToken) => [...(channels ?? []), ...(boards ?? [])].join(', ');

  return (
    <>
      <h3>{words.devices}</h3>
      <ul class="access-list">
        <For each={devices()} fallback={<li class="soft">{words.noDevices}</li>}>
          {(device) => (
            <li class="row spread" data-device={device.name}>
              <span class="access-who">
                <strong>{device.name}</strong>
                <Show when={device.current}>
                  {' '}
                  <span class="tag">{words.thisOne}</span>
                </Show>
                <span class="soft small">
                  {accessWords.roles[device.role]} · {words.seen(ageOf(device.seenAt))} ·{' '}
                  {words.since(dayOf(device.pairedAt))}
                </span>
              </span>
              <Show when={!device.current}>
                <HoldButton
                  label={words.revoke}
                  title={`${words.revoke}: ${device.name}`}
                  onConfirm={() => revoke(accessApi.revokeDevice(device.id), device.name)}
                />
              </Show>
            </li>
          )}
        </For>
      </ul>
      <h3>{words.tokens}</h3>
      <ul class="access-list">
        <For each={tokens()} fallback={<li class="soft">{words.noTokens}</li>}>
          {(token) => (
            <li class="row spread" data-token={token.name}>
              <span class="access-who">
                <strong>{token.name}</strong>
                <span class="soft small">
                  {accessWords.roles[token.role]} ·{' '}
                  {words.used(token.usedAt === undefined ? undefined : ageOf(token.usedAt))} ·{' '}
                  {words.runsOut(dayOf(token.expiresAt))}
                  <Show when={only(token)}>{(patterns) => ` · ${words.only(patterns())}`}</Show>
                </span>
              </span>
              <HoldButton
                label={words.revoke}
                title={`${words.revoke}: ${token.name}`}
                onConfirm={() => revoke(accessApi.revokeToken(token.id), token.name)}
              />
            </li>
          )}
        </For>
      </ul>
    </>
  );
}

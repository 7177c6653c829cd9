import { createMemo, createSignal, For, type JSX, onMount, Show } from 'solid-js';
import { ErrorNote } from '../../components/error-note.tsx';
import { formatBytes, formatCount } from '../../components/format-value.ts';
import { applyLook, type Look, savedLook } from '../../components/look.ts';
import { showToast } from '../../components/toasts.tsx';
import type { BoardStatus } from '../../contract/board-status.ts';
import type { AppError } from '../../contract/error-codes.ts';
import type { Outcome } from '../../contract/hub-api.ts';
import type { RelayStatus } from '../../contract/relay-status.ts';
import { t } from '../../i18n/en.ts';
import { settings as settingsWords } from '../../i18n/settings.ts';
import { createLinkStatus } from '../../link/create-link-status.ts';
import { createState } from '../../link/create-state.ts';
import type { AsyncHubApi } from '../../link/link.ts';
import { useLink } from '../../link/link-context.ts';
import { AccessSettings } from './access-settings.tsx';
import { HubTable } from './hub-table.tsx';
import './settings-view.css';

/** What belongs to this browser: its look, its name, its relay, its storage. */
export function SettingsView(): JSX.Element {
  const link = useLink();
  const status = createLinkStatus(link);
  const boards = createState<BoardStatus>(link, () => 'boards');
  const relays = createState<RelayStatus>(link, () => 'relay');
  const relay = () => relays.records.get('relay');
  // The record is new every second; what is being typed stays.
  const name = createMemo(() => relay()?.client.name ?? '');
  const [failure, setFailure] = createSignal<AppError>();
  const simulated = () => boards.records.values().filter((board) => board.path.is === 'simulated');

  const ask = <T,>(question: (hub: AsyncHubApi) => Promise<Outcome<T>>, then?: () => void) => {
    link.ask(question).then(
      (outcome) => {
        setFailure(outcome.ok ? undefined : outcome.error);
        if (outcome.ok) then?.();
      },
      (cause: unknown) => setFailure({ code: 'hub-timeout', message: String(cause) }),
    );
  };
  const hubWords = () => {
    const now = status();
    if (now.is !== 'connected') return now.is;
    return `${settingsWords.hubModes[now.mode]} · ${settingsWords.restarts(now.restarts)}`;
  };

  return (
    <div class="settings-view">
      <h1>{settingsWords.title}</h1>
      <Show when={failure()}>{(error) => <ErrorNote error={error()} onClose={() => setFailure(undefined)} />}</Show>
      <LookSettings />
      <section>
        <h2>{settingsWords.browser}</h2>
        <p class="soft">{settingsWords.nameAbout}</p>
        <form
          class="row"
          onSubmit={(event) => {
            event.preventDefault();
            const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
            ask(
              (hub) => hub.setClientName(name),
              () => showToast(settingsWords.saved),
            );
          }}
        >
          <label for="client-name">{settingsWords.name}</label>
          <input id="client-name" class="field" name="name" maxLength={60} required value={name()} />
          <button type="submit" class="button">
            {settingsWords.save}
          </button>
        </form>
      </section>
      <AccessSettings />
      <section>
        <h2>{settingsWords.relay}</h2>
        <dl class="facts">
          <dt>{settingsWords.relayStates[relay()?.state.is ?? 'unknown']}</dt>
          <dd class="mono">{relay()?.url ?? ''}</dd>
          <Show when={relay()}>
            {(now) => (
              <>
                <Show when={now().state.is === 'live' && now().state}>
                  {(state) => (
                    <>
                      <dt>{settingsWords.rtt}</dt>
                      <dd>
                        {'rttMs' in state() ? `${(state() as { rttMs?: number }).rttMs?.toFixed(1) ?? '–'} ms` : '–'}
                      </dd>
                    </>
                  )}
                </Show>
                <Show when={now().degraded}>
                  {(degraded) => (
                    <>
                      <dt>{settingsWords.degraded}</dt>
                      <dd data-degraded>{settingsWords.degradedAbout(degraded().reason)}</dd>
                    </>
                  )}
                </Show>
                <dt>{settingsWords.traffic}</dt>
                <dd>
                  {formatBytes(now().bytesIn)} / {formatBytes(now().bytesOut)} · {formatCount(now().recordsIn)} /{' '}
                  {formatCount(now().recordsOut)}
                </dd>
                <dt>{settingsWords.drops}</dt>
                <dd>
                  {Object.entries(now().drops)
                    .map(([why, count]) => `${why} ${formatCount(count)}`)
                    .join(', ') || '0'}
                </dd>
                <dt>{settingsWords.clock}</dt>
                <dd>{now().clockOffsetMs === undefined ? '–' : `${Math.round(now().clockOffsetMs ?? 0)} ms`}</dd>
              </>
            )}
          </Show>
        </dl>
      </section>
      <section>
        <h2>{settingsWords.simulated}</h2>
        <div class="row">
          <span>{simulated().length > 0 ? settingsWords.simulatedOn : settingsWords.simulatedOff}</span>
          <Show
            when={simulated()[0]}
            fallback={
              <button type="button" class="button" onClick={() => ask((hub) => hub.simulate({ do: 'add' }))}>
                {settingsWords.add}
              </button>
            }
          >
            {(board) => (
              <button
                type="button"
                class="button"
                onClick={() => ask((hub) => hub.simulate({ do: 'remove', board: board().id }))}
              >
                {settingsWords.remove}
              </button>
            )}
          </Show>
        </div>
      </section>
      <StorageSettings />
      <section>
        <h2>{settingsWords.build}</h2>
        <dl class="facts">
          <dt>{settingsWords.build}</dt>
          <dd class="mono">{__BUILD__}</dd>
          <dt>{settingsWords.hub}</dt>
          <dd>{hubWords()}</dd>
        </dl>
      </section>
      <HubTable />
      <section>
        <h2>{settingsWords.shortcuts}</h2>
        <dl class="facts">
          <For each={t.app.shortcuts.list}>
            {([keys, what]) => (
              <>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{what}</dd>
              </>
            )}
          </For>
        </dl>
      </section>
    </div>
  );
}

function LookSettings(): JSX.Element {
  const [look, setLook] = createSignal(savedLook());
  const change = (part: Partial<Look>) => {
    setLook((old) => ({ ...old, ...part }));
    applyLook(look());
  };
  return (
    <section>
      <h2>{settingsWords.look}</h2>
      <Choice
        label={settingsWords.theme}
        words={settingsWords.themes}
        value={look().theme}
        onChange={(theme) => change({ theme })}
      />
      <Choice
        label={settingsWords.contrast}
        words={settingsWords.contrasts}
        value={look().contrast}
        onChange={(contrast) => change({ contrast })}
      />
      <Choice
        label={settingsWords.density}
        words={settingsWords.densities}
        value={look().density}
        onChange={(density) => change({ density })}
      />
    </section>
  );
}

function Choice<K extends string>(props: {
  readonly label: string;
  readonly words: Readonly<Record<K, string>>;
  readonly value: K;
  readonly onChange: (value: K) => void;
}): JSX.Element {
  return (
    <fieldset class="choice row">
      <legend>{props.label}</legend>
      <For each={Object.keys(props.words) as K[]}>
        {(key) => (
          <label class="row">
            <input type="radio" name={props.label} checked={props.value === key} onChange={() => props.onChange(key)} />
            {props.words[key]}
          </label>
        )}
      </For>
    </fieldset>
  );
}

function StorageSettings(): JSX.Element {
  const [used, setUsed] = createSignal<string>();
  const [kept, setKept] = createSignal<boolean>();
  const [refused, setRefused] = createSignal(false);
  onMount(() => {
    Promise.all([navigator.storage?.estimate(), navigator.storage?.persisted()]).then(
      ([estimate, persisted]) => {
        if (estimate !== undefined)
          setUsed(settingsWords.used(formatBytes(estimate.usage ?? 0), formatBytes(estimate.quota ?? 0)));
        setKept(persisted);
      },
      // Private windows refuse to tell; the page says so.
      () => setUsed(undefined),
    );
  });
  const keep = () => {
    navigator.storage.persist().then(
      (granted) => {
        setKept(granted);
        setRefused(!granted);
      },
      () => setRefused(true),
    );
  };
  return (
    <section>
      <h2>{settingsWords.storage}</h2>
      <p>{used() ?? settingsWords.storageUnknown}</p>
      <div class="row">
        <span class="soft">{kept() ? settingsWords.persisted : settingsWords.notPersisted}</span>
        <Show when={kept() === false}>
          <button type="button" class="button" onClick={keep}>
            {settingsWords.keep}
          </button>
        </Show>
      </div>
      <Show when={refused()}>
        <p class="soft">{settingsWords.keepRefused}</p>
      </Show>
    </section>
  );
}

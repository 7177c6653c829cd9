import { useSearchParams } from '@solidjs/router';
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { formatCount } from '../../components/format-value.ts';
import { now } from '../../components/now.ts';
import { createOnScreen } from '../../components/on-screen.ts';
import { SourceChip } from '../../components/source-chip.tsx';
import { Unsaved } from '../../components/unsaved.tsx';
import { devices as words } from '../../i18n/devices.ts';
import { t } from '../../i18n/en.ts';
import type { FleetDevice } from '../../upstreams/fleet/merge-fleet.ts';
import { Bulk } from './bulk.tsx';
import { DeviceDetail } from './device-detail.tsx';
import { FleetList } from './fleet-list.tsx';
import { areKeptUnsaved, keep, kept } from './kept-devices.ts';
import { Pinned } from './pinned.tsx';
import { type DevicesAddress, readDevicesAddress, writeDevicesAddress } from './state.ts';
import { StateWord } from './state-word.tsx';
import { useFleet } from './use-fleet.ts';
import './devices-view.css';

/** Every board and device of every source, each once. */
export function DevicesView(): JSX.Element {
  const [search, setSearch] = useSearchParams();
  const address = createMemo(() => readDevicesAddress(search));
  const change = (part: Partial<DevicesAddress>) =>
    setSearch(writeDevicesAddress({ ...address(), ...part }), { replace: true, scroll: false });
  const { ref, shown } = createOnScreen();
  const fleet = useFleet(shown);
  const [picked, setPicked] = createSignal<ReadonlySet<string>>(new Set());
  const pick = ({ key, knownAs }: FleetDevice) => {
    const others = [...picked()].filter((word) => !knownAs.includes(word));
    setPicked(new Set(others.length === picked().size ? [...others, key] : others));
  };
  const pickedDevices = createMemo(() =>
    fleet.devices().filter(({ knownAs }) => knownAs.some((word) => picked().has(word))),
  );
  const chosen = createMemo(() => {
    const { sel } = address();
    return sel === undefined ? undefined : fleet.devices().find(({ knownAs }) => knownAs.includes(sel));
  });
  return (
    <div class="devices-view" ref={ref}>
      <header class="row">
        <h1>{words.title}</h1>
        <Sources fleet={fleet} />
      </header>
      <Pinned devices={fleet.devices()} />
      <Show
        when={fleet.devices().length > 0}
        fallback={
          <EmptyState title={words.empty.title} text={words.empty.text}>
            <a class="button" href="/">
              {words.empty.boards}
            </a>
          </EmptyState>
        }
      >
        <FleetList devices={fleet.devices()} address={address()} change={change} picked={picked()} onPick={pick} />
      </Show>
      <Show when={pickedDevices().length > 0}>
        <Bulk fleet={fleet} picked={pickedDevices()} onClear={() => setPicked(new Set())} />
      </Show>
      <Show when={chosen()}>
        {(device) => <DeviceDetail device={device()} onClose={() => change({ sel: undefined })} />}
      </Show>
      <Show when={address().sel !== undefined && chosen() === undefined && fleet.ready()}>
        <p class="soft" role="status">
          {words.detail.forgotten}
        </p>
      </Show>
      <Show when={fleet.gone().length > 0}>
        <section class="fleet-kept" aria-label={words.states.kept}>
          <p class="small soft">{words.kept(formatCount(fleet.gone().length))}</p>
          <Unsaved when={areKeptUnsaved()} />
          <ul>
            <For each={fleet.gone()}>
              {(one) => (
                <li class="row" data-kept={one.key}>
                  <StateWord state="kept" />
                  <strong>{one.name}</strong>
                  <span class="small soft">{words.lastSeen(ageWords(Math.max(0, now() - one.heardAt)))}</span>
                  <button
                    type="button"
                    class="button quiet"
                    onClick={() => keep(kept().filter(({ key }) => key !== one.key))}
                  >
                    {words.detail.forget}
                  </button>
                </li>
              )}
            </For>
          </ul>
        </section>
      </Show>
    </div>
  );
}

/** How each source does, in one line. */
export function Sources(props: { readonly fleet: ReturnType<typeof useFleet> }): JSX.Element {
  return (
    <ul class="row fleet-sources small" aria-label={words.sourcesTitle}>
      <For each={props.fleet.sources}>
        {({ slug, source }) => (
          <li data-fleet-source={slug} class="row">
            {source.name()}
            <SourceChip state={source.state()} />
            <Show when={source.simulated()}>
              <span class="tag" title={t.common.provenance.simulated}>
                {t.common.provenanceTag.simulated}
              </span>
            </Show>
          </li>
        )}
      </For>
    </ul>
  );
}

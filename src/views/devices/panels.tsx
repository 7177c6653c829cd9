import { useNavigate } from '@solidjs/router';
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js';
import { createOnScreen } from '../../components/on-screen.ts';
import { Panel } from '../../components/panel.tsx';
import type { PanelKind, PanelProps } from '../../components/panel-kinds.ts';
import { devices as words } from '../../i18n/devices.ts';
import { DeviceDetail } from './device-detail.tsx';
import { Sources } from './devices-view.tsx';
import { FleetList } from './fleet-list.tsx';
import { type DevicesAddress, readDevicesAddress } from './state.ts';
import { useFleet } from './use-fleet.ts';
import './devices-view.css';

function List(): JSX.Element {
  const { ref, shown } = createOnScreen();
  const fleet = useFleet(shown);
  const navigate = useNavigate();
  const [address, setAddress] = createSignal<DevicesAddress>(readDevicesAddress({}));
  return (
    <Panel title={words.title} name="fleet" ref={ref} strip={<Sources fleet={fleet} />}>
      <FleetList
        devices={fleet.devices()}
        address={address()}
        change={({ sel, ...part }) => {
          // There is no room here for what is told of one: it is in its own view.
          if (sel !== undefined) navigate(`/devices?${new URLSearchParams({ sel })}`);
          setAddress({ ...address(), ...part });
        }}
        picked={new Set()}
      />
    </Panel>
  );
}

function One(props: PanelProps): JSX.Element {
  const { ref, shown } = createOnScreen();
  const fleet = useFleet(shown);
  const chosen = createMemo(() => fleet.devices().find(({ knownAs }) => knownAs.includes(props.settings.device ?? '')));
  return (
    <div ref={ref}>
      <Show
        when={chosen()}
        fallback={
          <label class="row">
            {words.panels.device}
            <select
              class="field"
              onChange={(event) => props.onSettings({ device: event.currentTarget.value || undefined })}
            >
              <option value="">–</option>
              <For each={fleet.devices()}>{({ key, name }) => <option value={key}>{name}</option>}</For>
            </select>
          </label>
        }
      >
        {(device) => <DeviceDetail device={device()} onClose={() => props.onSettings({ device: undefined })} />}
      </Show>
    </div>
  );
}

export const PANELS: readonly PanelKind[] = [
  { id: 'devices.list', title: words.title, about: words.panels.list, size: [12, 6], component: List },
  { id: 'devices.one', title: words.panels.device, about: words.panels.one, size: [6, 5], component: One },
];

import { useNavigate } from '@solidjs/router';
import { type Component, createSignal, type JSX, Show } from 'solid-js';
import type { PanelKind, PanelProps } from '../../components/panel-kinds.ts';
import type { FciSessionRecord, LabDeviceRecord } from '../../contract/upstream/mas-scientific.ts';
import { upstreamChannel } from '../../contract/upstream/upstream.ts';
import { scientific as words } from '../../i18n/scientific.ts';
import { createState } from '../../link/create-state.ts';
import { Alerts } from './alerts.tsx';
import { Experiments } from './experiments.tsx';
import { InstrumentCards } from './instrument-cards.tsx';
import { LabDevices } from './lab-devices.tsx';
import type { PaneProps } from './pane.ts';
import { Running } from './running.tsx';
import { SignalPanel } from './signal/signal-panel.tsx';
import { SignalPicker } from './signals.tsx';
import { Simulations } from './simulations.tsx';
import { readScientificAddress, type ScientificAddress, writeScientificAddress } from './state.ts';
import { createLab, LabProvider, SLUG, useLab } from './use-lab.ts';
import './scientific-view.css';

/** A pane of the view alone: what is chosen in it is not in the address but forgotten with it. */
function alone(Pane: Component<PaneProps>): Component<PanelProps> {
  return () => {
    const [address, setAddress] = createSignal<ScientificAddress>(readScientificAddress({}));
    return (
      <LabProvider value={createLab()}>
        <Pane address={address()} change={(part) => setAddress({ ...address(), ...part })} />
      </LabProvider>
    );
  };
}

/** Leads into the view itself. */
function withLinks(Part: Component<{ readonly go: PaneProps['change'] }>): Component<PanelProps> {
  return () => {
    const navigate = useNavigate();
    const go: PaneProps['change'] = (part) => {
      const address = writeScientificAddress({ ...readScientificAddress({}), ...part });
      const search = Object.entries(address).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
      navigate(`/scientific?${new URLSearchParams(search)}`);
    };
    return (
      <LabProvider value={createLab()}>
        <Part go={go} />
      </LabProvider>
    );
  };
}

function Signal(props: PanelProps): JSX.Element {
  return (
    <LabProvider value={createLab()}>
      <Chosen {...props} />
    </LabProvider>
  );
}

function Chosen(props: PanelProps): JSX.Element {
  const { link } = useLab();
  const devices = createState<LabDeviceRecord>(link, () => upstreamChannel('state', SLUG, 'devices'));
  const sessions = createState<FciSessionRecord>(link, () => upstreamChannel('state', SLUG, 'sessions'));
  const [channel, setChannel] = createSignal(0);
  const span = () => readScientificAddress({ span: props.settings.span }).spanS;
  return (
    <Show
      when={props.settings.signal}
      keyed
      fallback={
        <SignalPicker
          chosen={undefined}
          sessions={sessions.records.values()}
          devices={devices.records.values()}
          onChoose={(signal) => props.onSettings({ signal })}
        />
      }
    >
      {(who) => (
        <SignalPanel
          brief
          who={who}
          channel={channel()}
          spanS={span()}
          onChannel={setChannel}
          onSpan={(spanS) => props.onSettings({ span: String(spanS) })}
        />
      )}
    </Show>
  );
}

export const PANELS: readonly PanelKind[] = [
  {
    id: 'scientific.running',
    title: words.overview.running,
    about: words.panels.overview,
    size: [6, 4],
    component: withLinks(Running),
  },
  {
    id: 'scientific.instruments',
    title: words.tabs.instruments,
    about: words.panels.instruments,
    size: [6, 4],
    component: withLinks(InstrumentCards),
  },
  {
    id: 'scientific.experiments',
    title: words.tabs.experiments,
    about: words.panels.experiments,
    size: [12, 6],
    component: alone(Experiments),
  },
  {
    id: 'scientific.simulations',
    title: words.tabs.simulations,
    about: words.panels.simulations,
    size: [12, 6],
    component: alone(Simulations),
  },
  {
    id: 'scientific.alerts',
    title: words.safety.alerts,
    about: words.panels.alerts,
    size: [6, 4],
    component: alone(Alerts),
  },
  {
    id: 'scientific.devices',
    title: words.overview.devices,
    about: words.panels.devices,
    size: [6, 4],
    component: alone(LabDevices),
  },
  {
    id: 'scientific.signal',
    title: words.tabs.signals,
    about: words.panels.signal,
    size: [8, 6],
    component: Signal,
  },
];

import { useSearchParams } from '@solidjs/router';
import { type Component, createMemo, type JSX } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { TabStrip, tabId } from '../../components/tab-strip.tsx';
import { scientific as words } from '../../i18n/scientific.ts';
import { Experiments } from './experiments.tsx';
import { Hypotheses } from './hypotheses.tsx';
import { Instruments } from './instruments.tsx';
import { LabAct } from './lab-act.tsx';
import { Overview } from './overview.tsx';
import type { PaneProps } from './pane.ts';
import { Safety } from './safety.tsx';
import { Signals } from './signals.tsx';
import { Simulations } from './simulations.tsx';
import {
  readScientificAddress,
  type ScientificAddress,
  type ScientificTab,
  TABS,
  writeScientificAddress,
} from './state.ts';
import { createLab, LabProvider } from './use-lab.ts';
import './scientific-view.css';

const PANES: Readonly<Record<ScientificTab, Component<PaneProps>>> = {
  overview: Overview,
  experiments: Experiments,
  simulations: Simulations,
  instruments: Instruments,
  signals: Signals,
  hypotheses: Hypotheses,
  safety: Safety,
};

/** The lab of MAS: what it does, what it measures, and what can be asked of it. */
export function ScientificView(): JSX.Element {
  const [search, setSearch] = useSearchParams();
  const address = createMemo(() => readScientificAddress(search));
  const change = (part: Partial<ScientificAddress>) =>
    setSearch(writeScientificAddress({ ...address(), ...part }), { replace: part.tab === undefined, scroll: false });
  const go = (tab: ScientificTab) => change({ tab, sel: undefined, find: '', state: undefined });
  const tab = createMemo(() => address().tab);

  return (
    <LabProvider value={createLab()}>
      <div class="scientific-view">
        <header class="scientific-head">
          <h1 class="visually-hidden">{words.title}</h1>
          <TabStrip
            label={words.tabs.label}
            tabs={TABS.map((id) => ({ id, name: words.tabs[id] }))}
            chosen={tab()}
            onChoose={(id) => go(TABS.find((one) => one === id) ?? 'overview')}
            pane="scientific-pane"
          />
          <span title={words.act.refreshHint}>
            <LabAct call="refresh" label={words.act.refresh} args={() => ({})} />
          </span>
        </header>
        <div
          id="scientific-pane"
          class="scientific-pane"
          role="tabpanel"
          aria-labelledby={tabId('scientific-pane', tab())}
        >
          <Dynamic component={PANES[tab()]} address={address()} change={change} />
        </div>
      </div>
    </LabProvider>
  );
}

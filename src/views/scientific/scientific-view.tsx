import { useSearchParams } from '@solidjs/router';
import { type Component, createMemo, For, type JSX } from 'solid-js';
import { Dynamic } from 'solid-js/web';
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

  const step = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = TABS[(TABS.indexOf(tab()) + by + TABS.length) % TABS.length] ?? 'overview';
    go(next);
    document.getElementById(`scientific-tab-${next}`)?.focus();
  };

  return (
    <LabProvider value={createLab()}>
      <div class="scientific-view">
        <header class="scientific-head">
          <h1 class="visually-hidden">{words.title}</h1>
          <div class="scientific-tabs" role="tablist" aria-label={words.tabs.label} onKeyDown={step}>
            <For each={TABS}>
              {(one) => (
                <button
                  type="button"
                  role="tab"
                  id={`scientific-tab-${one}`}
                  class="scientific-tab"
                  aria-selected={tab() === one}
                  aria-controls="scientific-pane"
                  tabIndex={tab() === one ? 0 : -1}
                  onClick={() => go(one)}
                >
                  {words.tabs[one]}
                </button>
              )}
            </For>
          </div>
          <span title={words.act.refreshHint}>
            <LabAct call="refresh" label={words.act.refresh} args={() => ({})} />
          </span>
        </header>
        <div id="scientific-pane" class="scientific-pane" role="tabpanel" aria-labelledby={`scientific-tab-${tab()}`}>
          <Dynamic component={PANES[tab()]} address={address()} change={change} />
        </div>
      </div>
    </LabProvider>
  );
}

import { useSearchParams } from '@solidjs/router';
import { type Component, createMemo, type JSX } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { createOnScreen } from '../../components/on-screen.ts';
import { TabStrip, tabId } from '../../components/tab-strip.tsx';
import { voice as words } from '../../i18n/voice.ts';
import { ActivityPane } from './activity-pane.tsx';
import { AnswersPane } from './answers-pane.tsx';
import { CommandsPane } from './commands-pane.tsx';
import { LatencyPane } from './latency-pane.tsx';
import { ServicePane } from './service-pane.tsx';
import { SessionPanel } from './session-panel.tsx';
import { SoundPane } from './sound-pane.tsx';
import { PANES, readVoiceAddress, type VoiceAddress, type VoicePane, writeVoiceAddress } from './state.ts';
import { TranscriptPanel } from './transcript-panel.tsx';
import { createVoice, VoiceProvider } from './use-voice.ts';
import './voice-view.css';

const CONTENT: Readonly<Record<VoicePane, Component>> = {
  answers: AnswersPane,
  latency: LatencyPane,
  commands: CommandsPane,
  activity: ActivityPane,
  sound: SoundPane,
  service: ServicePane,
};

/** Talking with MYCA, aloud or in writing. */
export function VoiceView(): JSX.Element {
  const [search, setSearch] = useSearchParams();
  const { ref, shown } = createOnScreen();
  const address = createMemo(() => readVoiceAddress(search));
  const change = (part: Partial<VoiceAddress>) =>
    setSearch(writeVoiceAddress({ ...address(), ...part }), { replace: true, scroll: false });
  const pane = createMemo(() => address().pane);
  return (
    <VoiceProvider value={createVoice(shown)}>
      <div class="voice-view" ref={ref}>
        <h1 class="visually-hidden">{words.title}</h1>
        <SessionPanel />
        <TranscriptPanel find={address().find} onFind={(find) => change({ find })} />
        <div class="voice-side">
          <TabStrip
            label={words.panes.label}
            tabs={PANES.map((id) => ({ id, name: words.panes[id] }))}
            chosen={pane()}
            onChoose={(id) => change({ pane: PANES.find((one) => one === id) ?? 'answers' })}
            pane="voice-pane"
          />
          <div id="voice-pane" role="tabpanel" aria-labelledby={tabId('voice-pane', pane())}>
            <Dynamic component={CONTENT[pane()]} />
          </div>
        </div>
      </div>
    </VoiceProvider>
  );
}

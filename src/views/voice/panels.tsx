import { createSignal, type JSX } from 'solid-js';
import { createOnScreen } from '../../components/on-screen.ts';
import type { PanelKind } from '../../components/panel-kinds.ts';
import { voice as words } from '../../i18n/voice.ts';
import { SessionPanel } from './session-panel.tsx';
import { TranscriptPanel } from './transcript-panel.tsx';
import { createVoice, VoiceProvider } from './use-voice.ts';
import './voice-view.css';

function Session(): JSX.Element {
  const { ref, shown } = createOnScreen();
  return (
    <div class="voice-card" ref={ref}>
      <VoiceProvider value={createVoice(shown)}>
        <SessionPanel />
      </VoiceProvider>
    </div>
  );
}

function Transcript(): JSX.Element {
  const { ref, shown } = createOnScreen();
  const [find, setFind] = createSignal('');
  return (
    <div class="voice-card" ref={ref}>
      <VoiceProvider value={createVoice(shown)}>
        <TranscriptPanel find={find()} onFind={setFind} />
      </VoiceProvider>
    </div>
  );
}

/** What the Voice view offers for a composed dashboard. */
export const PANELS: readonly PanelKind[] = [
  { id: 'voice.session', ...words.panels.session, size: [6, 4], component: Session },
  { id: 'voice.transcript', ...words.panels.transcript, size: [6, 6], component: Transcript },
];

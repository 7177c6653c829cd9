import { type JSX, Show } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { FactList } from '../../components/fact-list.tsx';
import { now } from '../../components/now.ts';
import { PanelBody } from '../../components/panel-body.tsx';
import { voice as words } from '../../i18n/voice.ts';
import { useVoice } from './use-voice.ts';

/** The bridge as it describes itself. Its "healthy" means nothing: whether a conversation is possible does. */
export function ServicePane(): JSX.Element {
  const voice = useVoice();
  const session = voice.session;
  return (
    <div class="voice-lists">
      <PanelBody
        source={voice.healthSource.state()}
        ready={voice.healthReady()}
        count={voice.health() === undefined ? 0 : 1}
        what={words.service.what}
        empty={words.service.empty}
      >
        <Show when={voice.health()}>
          {(health) => (
            <>
              <Show when={health().why}>
                {(why) => (
                  <p class="voice-problem" data-cannot-start>
                    ▲ {words.whyNot(why())}
                  </p>
                )}
              </Show>
              <FactList
                facts={[
                  [words.service.version, health().version],
                  [words.service.model, health().modelAvailable ? words.service.there : words.service.notThere],
                  [words.service.recognition, health().localStt ? words.service.local : words.service.duplex],
                  [words.service.features, health().features.join(', ') || undefined],
                  [words.service.asked, words.service.ago(ageWords(Math.max(0, now() - health().rx)))],
                  [words.conversation, session()?.conversationId],
                  [words.service.session, session()?.sessionId],
                  [words.sound.voice, session()?.voice],
                ]}
              />
            </>
          )}
        </Show>
      </PanelBody>
    </div>
  );
}

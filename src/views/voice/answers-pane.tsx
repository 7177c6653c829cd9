import { For, type JSX, Show } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { formatCount } from '../../components/format-value.ts';
import { now } from '../../components/now.ts';
import { voice as words } from '../../i18n/voice.ts';
import { useVoice } from './use-voice.ts';

const SHAPES: Readonly<Record<string, string>> = { running: '◔', success: '✓', failed: '✕', error: '✕' };

/** What MYCA did to answer: tools with their results, and what the brain said. */
export function AnswersPane(): JSX.Element {
  const voice = useVoice();
  return (
    <div class="voice-lists">
      <h3>{words.answers.tools}</h3>
      <ul>
        <For each={voice.tools()} fallback={<li class="soft">{words.answers.noTools}</li>}>
          {(tool) => (
            <li data-tool={tool.status}>
              <p>
                <span aria-hidden="true">{SHAPES[tool.status] ?? '·'} </span>
                <strong>{tool.tool}</strong> {tool.status}{' '}
                <span class="soft small">
                  {tool.durationMs === undefined ? '' : words.answers.took(formatCount(tool.durationMs))}{' '}
                  {ageWords(Math.max(0, now() - tool.rx))}
                </span>
              </p>
              <Show when={tool.query}>{(query) => <p class="small">{query()}</p>}</Show>
              <Show when={tool.result}>{(result) => <pre class="small voice-result">{result()}</pre>}</Show>
            </li>
          )}
        </For>
      </ul>
      <h3>{words.answers.replies}</h3>
      <ul>
        <For each={voice.replies()} fallback={<li class="soft">{words.answers.noReplies}</li>}>
          {(reply) => (
            <li data-reply>
              <p class="voice-text">{reply.text}</p>
              <p class="soft small">
                {words.answers.version(formatCount(reply.versions))} · {ageWords(Math.max(0, now() - reply.rx))}
              </p>
            </li>
          )}
        </For>
      </ul>
      <Show when={voice.text()}>
        {(session) => (
          <>
            <h3>{words.answers.text}</h3>
            <p data-text-session={session().phase}>
              {session().phase} {session().provider}
            </p>
            <p class="small soft">
              {words.answers.bargeIns(formatCount(session().bargeIns))}
              <Show when={session().personaLocked !== undefined}>
                {' · '}
                {session().personaLocked ? words.answers.persona.locked : words.answers.persona.free}
              </Show>
              <Show when={session().driftDetected}> · {words.answers.persona.drift}</Show>
              <Show when={session().interruptedDraft}>{(draft) => <> · {words.answers.interrupted(draft())}</>}</Show>
            </p>
            <Show when={session().error}>{(why) => <p class="voice-problem small">▲ {why()}</p>}</Show>
          </>
        )}
      </Show>
    </div>
  );
}

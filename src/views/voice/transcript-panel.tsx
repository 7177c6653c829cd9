import { createEffect, createMemo, createSignal, For, type JSX, Match, on, Show, Switch } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { clockTime, utcTime } from '../../components/clock-words.ts';
import { formatValue } from '../../components/format-value.ts';
import { now } from '../../components/now.ts';
import { Panel } from '../../components/panel.tsx';
import { PanelBody } from '../../components/panel-body.tsx';
import { saveFile } from '../../components/save-file.ts';
import { SourceStrip } from '../../components/source-strip.tsx';
import { t } from '../../i18n/en.ts';
import { voice as words } from '../../i18n/voice.ts';
import { captionsAsText, captionsAsVtt } from './captions.ts';
import { Composer } from './composer.tsx';
import { intents } from './intents.ts';
import type { SpeechSpan } from './speech-spans.ts';
import { captionsOf, type TranscriptRow, transcriptRows } from './transcript-rows.ts';
import { useVoice } from './use-voice.ts';

/** Close enough to the end to be there. */
const NEAR_PX = 40;
/** An answer takes two seconds; when it does not come within so long none is waited for. */
const WAIT_MS = 60_000;

const spokeWords = ({ from, to }: SpeechSpan): string =>
  to === undefined ? words.transcript.spokeNow : words.transcript.spoke(formatValue((to - from) / 1_000, 1));

/** What was said and answered, newest last, and where more is typed. */
export function TranscriptPanel(props: {
  readonly find: string;
  readonly onFind: (find: string) => void;
}): JSX.Element {
  const voice = useVoice();
  const { call } = voice;
  let list: HTMLOListElement | undefined;
  const [isAtEnd, setAtEnd] = createSignal(true);
  const rows = createMemo(() => transcriptRows(voice.turns(), call.spans(), intents(), props.find));
  // A row stays the same element while its words grow: whoever reads, marks or follows a link in it is not thrown out.
  const byKey = createMemo(() => new Map(rows().map((row) => [row.key, row])));
  const all = () => voice.turns().length + call.spans().length + intents().length;
  const toEnd = () => {
    if (list !== undefined) list.scrollTop = list.scrollHeight;
  };
  createEffect(on(rows, () => isAtEnd() && queueMicrotask(toEnd)));
  const waitingMs = () => {
    const last = voice.turns().at(-1);
    if (last?.speaker !== 'user') return undefined;
    const ms = now() - last.startedAt;
    return ms >= 0 && ms < WAIT_MS ? ms : undefined;
  };
  /** For who cannot see it: her last whole answer, unless it is heard here anyway. */
  const aloud = createMemo(() => {
    const last = voice.turns().findLast(({ speaker, open }) => speaker === 'myca' && !open);
    const isHeard = last?.from === 'voice' && call.part() !== 'none';
    return last === undefined || isHeard ? '' : `${words.myca}: ${last.text}`;
  });
  const save = (kind: 'txt' | 'vtt') => {
    // Everything, whatever is being looked for.
    const whole = transcriptRows(voice.turns(), call.spans(), intents(), '');
    const captions = captionsOf(whole, { you: words.you, myca: words.myca, spoke: spokeWords });
    const at = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
    if (kind === 'txt') saveFile(`voice-${at}.txt`, captionsAsText(captions, clockTime), 'text/plain');
    else saveFile(`voice-${at}.vtt`, captionsAsVtt(captions), 'text/vtt');
  };
  return (
    <Panel
      title={words.transcript.title}
      name="transcript"
      tools={
        <>
          <input
            class="field"
            type="search"
            aria-label={words.transcript.find}
            placeholder={words.transcript.find}
            value={props.find}
            onInput={(event) => props.onFind(event.currentTarget.value)}
          />
          <button type="button" class="button" disabled={all() === 0} onClick={() => save('txt')}>
            {words.transcript.saveText}
          </button>
          <button type="button" class="button" disabled={all() === 0} onClick={() => save('vtt')}>
            {words.transcript.saveVtt}
          </button>
        </>
      }
      strip={<SourceStrip source={voice.source} newestAt={voice.turns().at(-1)?.rx} />}
    >
      <PanelBody
        source={voice.source.state()}
        ready={voice.turnsReady()}
        count={all()}
        what={words.transcript.what}
        empty={words.transcript.empty}
      >
        <Show when={rows().length > 0} fallback={<p class="soft">{words.transcript.noneFound}</p>}>
          <ol
            class="voice-turns"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard.
            tabIndex={0}
            aria-label={words.transcript.title}
            ref={(element) => (list = element)}
            onScroll={({ currentTarget: it }) => setAtEnd(it.scrollHeight - it.scrollTop - it.clientHeight < NEAR_PX)}
          >
            <For each={[...byKey().keys()]}>
              {(key) => <Show when={byKey().get(key)}>{(row) => <Row row={row()} />}</Show>}
            </For>
          </ol>
        </Show>
        <Show when={!isAtEnd()}>
          <button type="button" class="button voice-down" onClick={toEnd}>
            ↓ {words.transcript.down}
          </button>
        </Show>
        <Show when={waitingMs()}>
          {(ms) => (
            <p class="soft small" data-waiting-answer>
              <span role="status">{words.transcript.waiting}</span> {ageWords(ms())}
            </p>
          )}
        </Show>
      </PanelBody>
      <p class="visually-hidden" role="log">
        {aloud()}
      </p>
      <Composer />
    </Panel>
  );
}

function Row(props: { readonly row: TranscriptRow }): JSX.Element {
  return (
    <Switch>
      <Match when={props.row.is === 'turn' && props.row.turn}>
        {(turn) => (
          <li class={`voice-turn voice-turn-${turn().speaker}`} data-turn={turn().speaker} data-open={turn().open}>
            <Head at={turn().startedAt} who={turn().speaker === 'user' ? words.you : words.myca}>
              <span class="soft">{words.transcript.from[turn().from]}</span>
              <Show when={turn().provenance === 'simulated'}>
                <span class="tag">{t.common.provenanceTag.simulated}</span>
              </Show>
              <Show when={turn().open}>
                <span class="soft">{words.transcript.open}</span>
              </Show>
            </Head>
            <p class="voice-text">
              {turn().text.trim()}
              {turn().open ? '…' : ''}
            </p>
          </li>
        )}
      </Match>
      <Match when={props.row.is === 'spoke' && props.row.span}>
        {(span) => (
          <li class="voice-turn voice-turn-user" data-turn="spoke">
            <Head at={span().from} who={words.you}>
              <span class="soft" title={words.transcript.spokeHint}>
                {spokeWords(span())}
              </span>
            </Head>
          </li>
        )}
      </Match>
      <Match when={props.row.is === 'intent' && props.row.intent}>
        {(intent) => (
          <li class="voice-turn voice-turn-user" data-turn="intent">
            <Head at={intent().at} who={words.you}>
              <span class="soft">{words.transcript.by[intent().by]}</span>
            </Head>
            <p class="voice-text">{intent().text}</p>
            <p class="small">
              ✓ {intent().answer ?? intent().action ?? words.transcript.intent}{' '}
              <Show when={intent().path} fallback={<span class="soft">{words.transcript.noPath}</span>}>
                {(path) => <a href={path()}>{words.transcript.go}</a>}
              </Show>
            </p>
          </li>
        )}
      </Match>
    </Switch>
  );
}

function Head(props: { readonly at: number; readonly who: string; readonly children: JSX.Element }): JSX.Element {
  return (
    <p class="small voice-turn-head">
      <strong>{props.who}</strong>
      <time class="soft" title={utcTime(props.at)}>
        {clockTime(props.at)}
      </time>
      {props.children}
    </p>
  );
}

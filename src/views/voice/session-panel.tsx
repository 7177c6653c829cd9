import { type JSX, Match, onCleanup, onMount, Show, Switch } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { formatCount } from '../../components/format-value.ts';
import { mayNotWords } from '../../components/may-words.ts';
import { now } from '../../components/now.ts';
import { Panel } from '../../components/panel.tsx';
import { SourceStrip } from '../../components/source-strip.tsx';
import { WARMUP_BUDGET_MS } from '../../contract/upstream/mas-voice.ts';
import { voice as words } from '../../i18n/voice.ts';
import { mayNot } from '../../link/may.ts';
import { choices } from './choices.ts';
import { Meter } from './meter.tsx';
import { useVoice } from './use-voice.ts';
import { Wave } from './wave.tsx';

/** The conversation: what it is doing, and what can be done about it. */
export function SessionPanel(): JSX.Element {
  const voice = useVoice();
  const { call, session } = voice;
  const phase = () => session()?.phase ?? 'idle';
  const isHere = () => call.part() !== 'none';
  const isReady = () => phase() === 'ready';
  const state = () => {
    if (!isReady()) return words.phase[phase()];
    if (call.report()?.isPlaying || session()?.speaking) return words.speaking;
    if (isHere() && call.microphone() === undefined) return words.typedOnly;
    if (!isHere() || !call.isSilent()) return words.phase.ready;
    return choices().talk === 'push' ? words.pushState : words.mutedState;
  };
  const why = () => {
    const denied = mayNotWords(mayNot('operator'));
    if (denied !== undefined) return denied;
    if (!isSecureContext) return words.insecure;
    const source = voice.source.state();
    if (source.is === 'none') return source.why;
    const health = voice.health();
    if (health === undefined) return words.unsure;
    return health.canStart ? undefined : health.why;
  };
  return (
    <Panel
      title={words.conversation}
      name="session"
      strip={
        <SourceStrip source={voice.bridgeSource} newestAt={voice.health()?.at} simulated={voice.source.simulated()} />
      }
    >
      <div class="voice-session">
        <p class={`voice-phase voice-phase-${phase()}`} data-phase={phase()} data-part={call.part()}>
          <span aria-hidden="true">{SHAPES[phase()]} </span>
          <span role="status">{state()}</span>
          {/* Outside of what is read aloud: it changes each second. */}
          <Show when={phase() !== 'idle' && session()}>
            {(it) => <span class="soft small"> {words.since(ageWords(Math.max(0, now() - it().since)))}</span>}
          </Show>
        </p>
        <Actions why={why()} />
        <Show when={phase() === 'opening' || phase() === 'warming'}>
          <WarmUp warmingMs={session()?.warmingMs ?? 0} />
        </Show>
        <Show when={isHere()}>
          <Sound />
        </Show>
        <Notes />
      </div>
    </Panel>
  );
}

const SHAPES = { idle: '◌', opening: '◔', warming: '◑', ready: '●', retrying: '◐', ended: '✕', failed: '▲' } as const;

function Actions(props: { readonly why: string | undefined }): JSX.Element {
  const voice = useVoice();
  const { call } = voice;
  const args = () => ({ voice: choices().voice });
  const start =
    (microphone: boolean, steal = false) =>
    () =>
      void call.start({ ...args(), microphone, steal });
  return (
    <div class="row">
      <Switch>
        <Match when={call.part() !== 'none'}>
          <Running />
        </Match>
        <Match when={voice.isUnderWay()}>
          <button type="button" class="button primary" onClick={start(true, voice.isElsewhere())}>
            {voice.isElsewhere() ? words.takeOver : words.talkHere}
          </button>
          <button type="button" class="button" onClick={() => void call.end()}>
            {words.end}
          </button>
          <span class="small">{voice.isElsewhere() ? words.elsewhere : words.nobody}</span>
        </Match>
        <Match when={true}>
          <button
            type="button"
            class="button primary"
            disabled={props.why !== undefined}
            title={props.why}
            onClick={start(true)}
          >
            {words.start}
          </button>
          <button
            type="button"
            class="button"
            disabled={props.why !== undefined}
            title={props.why}
            onClick={start(false)}
          >
            {words.listenOnly}
          </button>
          <Show when={props.why}>{(why) => <span class="small voice-why">{words.whyNot(why())}</span>}</Show>
        </Match>
      </Switch>
    </div>
  );
}

/** What can be done while this tab talks. Keys work wherever nothing is typed. */
function Running(): JSX.Element {
  const { call, session } = useVoice();
  const isReady = () => session()?.phase === 'ready';
  const isPush = () => choices().talk === 'push';
  const toggleMute = () => call.setMuted(!call.isMuted());
  const isKey = (event: KeyboardEvent) =>
    !event.repeat &&
    !event.defaultPrevented &&
    !(event.target as Element | null)?.closest?.('input, textarea, select, button, a, [role=dialog]');
  onMount(() => {
    const down = (event: KeyboardEvent) => {
      if (!isKey(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'u' && !isPush()) {
        // Once, however many of this panel are on the page.
        event.preventDefault();
        toggleMute();
      } else if (event.key === 'Escape' && isReady()) void call.interrupt();
      else if (event.key === ' ' && isPush()) {
        event.preventDefault();
        call.setHeld(true);
      }
    };
    const up = (event: KeyboardEvent) => {
      if (event.key === ' ') call.setHeld(false);
    };
    // A key that is let go of elsewhere is never heard of.
    const away = () => call.setHeld(false);
    window.addEventListener('keydown', down);
    window.addEventListener('keyup', up);
    window.addEventListener('blur', away);
    onCleanup(() => {
      window.removeEventListener('keydown', down);
      window.removeEventListener('keyup', up);
      window.removeEventListener('blur', away);
      away();
    });
  });
  return (
    <>
      <Show when={call.microphone() !== undefined}>
        <Show
          when={isPush()}
          fallback={
            <button
              type="button"
              class="button"
              aria-pressed={call.isMuted()}
              title={words.muteHint}
              onClick={toggleMute}
            >
              {call.isMuted() ? words.unmute : words.mute} <kbd>u</kbd>
            </button>
          }
        >
          <PushButton />
        </Show>
      </Show>
      <button type="button" class="button" disabled={!isReady()} onClick={() => void call.interrupt()}>
        {words.interrupt} <kbd>{words.interruptHint}</kbd>
      </button>
      <button type="button" class="button" onClick={() => void call.end()}>
        {words.end}
      </button>
    </>
  );
}

function PushButton(): JSX.Element {
  const { call } = useVoice();
  const isHold = (event: KeyboardEvent) => event.key === ' ' || event.key === 'Enter';
  return (
    <button
      type="button"
      class="button voice-push"
      aria-pressed={call.isHeld()}
      title={words.pushHint}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        call.setHeld(true);
      }}
      onPointerUp={() => call.setHeld(false)}
      onPointerCancel={() => call.setHeld(false)}
      onKeyDown={(event) => isHold(event) && call.setHeld(true)}
      onKeyUp={(event) => isHold(event) && call.setHeld(false)}
      onBlur={() => call.setHeld(false)}
    >
      {call.isHeld() ? words.pushing : words.push}
    </button>
  );
}

function WarmUp(props: { readonly warmingMs: number }): JSX.Element {
  return (
    <div class="voice-warm">
      <progress aria-label={words.phase.warming} max={WARMUP_BUDGET_MS} value={props.warmingMs} />
      <span class="small soft">{words.warming(ageWords(props.warmingMs))}</span>
    </div>
  );
}

/** Both directions at a glance. */
function Sound(): JSX.Element {
  const { call } = useVoice();
  return (
    <div class="voice-sound">
      <Show when={call.microphone()}>
        {(microphone) => (
          <div data-side="microphone">
            <span class="small soft">{microphone().name || words.microphone.name}</span>
            <Meter label={words.microphone.level} level={call.level()} off={call.isSilent()} />
            <Wave analyser={microphone().analyser} label={words.microphone.curve} />
          </div>
        )}
      </Show>
      <div data-side="loudspeaker" data-played-ms={Math.round(call.report()?.playedMs ?? 0)}>
        <span class="small soft">
          {words.sound.hers} · {words.latency.buffer.toLowerCase()}:{' '}
          {words.latency.ms(formatCount(call.report()?.bufferedMs ?? 0))}
        </span>
        <Wave analyser={call.loudspeaker()?.analyser} label={words.sound.herCurve} />
      </div>
    </div>
  );
}

function Notes(): JSX.Element {
  const voice = useVoice();
  const { call, session } = voice;
  return (
    <>
      <Show when={call.problem()}>
        {(text) => (
          <p class="voice-problem" role="alert">
            <span>▲ {text()}</span>{' '}
            <button type="button" class="button" onClick={call.forgetProblem}>
              {words.dismiss}
            </button>
          </p>
        )}
      </Show>
      {/* Also of a conversation that is over: whoever comes later asks why. */}
      <Show when={call.problem() !== session()?.error && session()?.error}>
        {(why) => <p class="voice-problem">▲ {why()}</p>}
      </Show>
      <Show when={(session()?.sessions ?? 0) > 1 && voice.isUnderWay()}>
        <p class="small soft">{words.sessions(formatCount(session()?.sessions ?? 0))}</p>
      </Show>
      <Show when={session()?.loadedTurns}>
        {(turns) => <p class="small soft">{words.loaded(formatCount(turns()))}</p>}
      </Show>
      <Show when={call.interruptMs()}>
        {(ms) => (
          <p class="small soft" data-interrupt-ms={Math.round(ms())}>
            {words.interruptTook(formatCount(ms()))}
          </p>
        )}
      </Show>
    </>
  );
}

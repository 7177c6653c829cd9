import { type Accessor, createEffect, createMemo, createRoot, createSignal, on } from 'solid-js';
import type { EpochMs } from '../../contract/time.ts';
import {
  type AudioRecord,
  SPEAKING_MS,
  type StartVoiceArgs,
  type VoicePhase,
  type VoiceSessionRecord,
} from '../../contract/upstream/mas-voice.ts';
import { upstreamChannel } from '../../contract/upstream/upstream.ts';
import type { LoudspeakerReport, VoiceWorkerCounts } from '../../contract/upstream/voice-worker.ts';
import { voice as words } from '../../i18n/voice.ts';
import { createState } from '../../link/create-state.ts';
import type { HubLink } from '../../link/link.ts';
import { choices } from './choices.ts';
import { createSound } from './sound.ts';
import { type SoundLock, takeSoundLock } from './sound-lock.ts';
import { type SpeechSpan, SpeechSpans } from './speech-spans.ts';
import { setTalking } from './talking.ts';
import { Uplink, type UplinkCounts } from './uplink.ts';

export const SLUG = 'mas-voice';
const MOST_MARKS = 200;
/** The hub asks the bridge first whether it can, and a bridge may take half a minute. */
const START_DEADLINE_MS = 35_000;

/** What a conversation needs of this tab. */
export interface StartCall extends StartVoiceArgs {
  /** Without one it is listened to, and typed. */
  readonly microphone: boolean;
  /** From another tab that has it. */
  readonly steal?: boolean;
}

/** What went by since this tab takes part, for the screen. */
export interface CallCounts {
  readonly worker: VoiceWorkerCounts | undefined;
  readonly uplink: UplinkCounts;
  /** Audio records that never reached this page. */
  readonly missed: number;
}

export type Call = ReturnType<typeof createCall>;

/** Under way at the bridge, whether anybody takes part in it here or not. */
export const isUnderWay = (phase: VoicePhase | undefined): boolean =>
  phase === 'opening' || phase === 'warming' || phase === 'ready' || phase === 'retrying';

/** This tab's part in the conversation. It outlives the view: who talks about the map looks at the map. */
function createCall(link: HubLink) {
  const [part, setPart] = createSignal<'none' | 'opening' | 'talking'>('none');
  const [problem, setProblem] = createSignal<string>();
  const [isMuted, setMuted] = createSignal(false);
  const [isHeld, setHeld] = createSignal(false);
  const [level, setLevel] = createSignal(0);
  const [report, setReport] = createSignal<LoudspeakerReport>();
  const [uplinkCounts, setUplinkCounts] = createSignal<UplinkCounts>({
    sent: 0,
    refused: {},
    waiting: 0,
    tookMs: undefined,
  });
  const [missed, setMissed] = createSignal(0);
  const [spans, setSpans] = createSignal<readonly SpeechSpan[]>([]);
  const [sounds, setSounds] = createSignal<readonly EpochMs[]>([]);
  const [interruptMs, setInterruptMs] = createSignal<number>();
  const session = createState<VoiceSessionRecord>(link, () =>
    part() === 'none' ? undefined : upstreamChannel('state', SLUG, 'session'),
  );
  const record = createMemo(() => session.records.get('session'));
  /** Who pushes to talk is silent by letting go; muting is of an open microphone. */
  const isSilent = createMemo(() => (choices().talk === 'push' ? !isHeld() : isMuted()));
  const speech = new SpeechSpans();
  const uplink = new Uplink(link, setUplinkCounts);
  /** Of `start`: whoever waits for something finds here whether it is still wanted. */
  let generation = 0;
  let lock: SoundLock | undefined;
  let stopAudio: (() => void) | undefined;
  let interruptedAt: number | undefined;
  let lastSoundAt = 0;

  const ask = (name: string, args: unknown = {}, deadlineMs?: number) =>
    link.ask((hub) => hub.upstream({ do: 'call', upstream: SLUG, name, args }), deadlineMs);

  const hear = (audio: AudioRecord) => {
    if (audio.is !== 'audio') {
      tell({ t: audio.is });
      return;
    }
    if (audio.container === undefined || audio.bytes === undefined) return;
    tell({ t: 'audio', container: audio.container, bytes: audio.bytes });
    if (audio.durationMs === 0) return;
    if (audio.rx - lastSoundAt > SPEAKING_MS) setSounds((all) => [...all.slice(1 - MOST_MARKS), audio.rx]);
    lastSoundAt = audio.rx;
  };
  const listen = () => {
    const joinedAt = Date.now();
    return link.subscribeEvents<AudioRecord>(upstreamChannel('events', SLUG, 'audio'), {
      // What was said before is not said again.
      onEvents: (records) => {
        for (const audio of records) if (audio.rx >= joinedAt) hear(audio);
      },
      onGap: ({ count }) => setMissed((all) => all + (count ?? 1)),
    });
  };
  const onReport = (next: LoudspeakerReport) => {
    const isFlushed = next.flushes > (report()?.flushes ?? 0);
    setReport(next);
    if (interruptedAt === undefined || !isFlushed) return;
    setInterruptMs(performance.now() - interruptedAt);
    interruptedAt = undefined;
  };
  const onLevel = (next: number) => {
    setLevel(next);
    if (speech.add(isSilent() || record()?.phase !== 'ready' ? 0 : next, Date.now())) setSpans([...speech.all]);
  };

  const sound = createSound({
    onPages: (bytes) => uplink.send(bytes),
    onLevel,
    onReport,
    onProblem: setProblem,
  });
  const { microphone, loudspeaker, tell } = sound;

  /** Lets go of everything here; the conversation at the bridge is another matter. */
  const close = () => {
    generation += 1;
    stopAudio?.();
    sound.close();
    lock?.release();
    stopAudio = undefined;
    lock = undefined;
    setReport(undefined);
    setHeld(false);
    setPart('none');
  };

  const start = async ({ microphone: wantsMicrophone, steal = false, ...args }: StartCall) => {
    if (part() !== 'none') return;
    generation += 1;
    const mine = generation;
    const isWanted = () => generation === mine;
    setPart('opening');
    setProblem(undefined);
    setMuted(false);
    const taken = await takeSoundLock(steal, () => {
      close();
      setProblem(words.problem.taken);
    });
    if (!isWanted()) return taken?.release();
    lock = taken;
    if (lock === undefined) {
      setPart('none');
      setProblem(words.problem.elsewhere);
      return;
    }
    try {
      if (!(await sound.open(wantsMicrophone))) return;
    } catch (cause) {
      if (!isWanted()) return;
      close();
      setProblem(cause instanceof Error ? cause.message : String(cause));
      return;
    }
    if (!isWanted()) return;
    stopAudio = listen();
    const outcome = await ask('start', args, START_DEADLINE_MS);
    if (!isWanted()) return;
    // Somebody began it before: this tab joins in.
    if (!outcome.ok && outcome.error.code !== 'conflict') {
      close();
      setProblem(words.problem.start(outcome.error.message));
      // A hub that answers too late must not begin what nobody waits for.
      if (outcome.error.code === 'hub-timeout') void ask('end');
      return;
    }
    setPart('talking');
  };
  const end = async () => {
    close();
    const outcome = await ask('end');
    if (!outcome.ok) setProblem(words.problem.end(outcome.error.message));
  };
  const interrupt = async () => {
    interruptedAt = performance.now();
    // Here at once; the bridge hears of it when it does.
    tell({ t: 'flush' });
    const outcome = await ask('barge-in');
    if (!outcome.ok) setProblem(words.problem.interrupt(outcome.error.message));
  };
  // Each session wants a stream of its own from its beginning, and nothing before it is ready.
  const listener = createMemo(() => (record()?.phase === 'ready' ? record()?.sessionId : undefined));
  createEffect(
    on([listener, microphone], ([sessionId, has]) => {
      tell({ t: sessionId !== undefined && has !== undefined ? 'begin' : 'hold' });
    }),
  );
  createEffect(() => microphone()?.setMuted(isSilent()));
  // Who has no microphone any more does not go on speaking.
  createEffect(() => {
    if (microphone() === undefined && speech.end()) setSpans([...speech.all]);
  });
  // Ended from another tab, or by itself.
  createEffect(
    on(
      () => record()?.phase,
      (phase, before) => {
        if (part() === 'none' || !isUnderWay(before) || isUnderWay(phase)) return;
        // A hub that began anew knows of no conversation.
        const why = record()?.error ?? (phase === undefined || phase === 'idle' ? words.problem.lost : undefined);
        close();
        if (why !== undefined) setProblem(why);
      },
    ),
  );
  createEffect(() => {
    setTalking(
      part() === 'talking'
        ? {
            hasMicrophone: microphone() !== undefined,
            isMuted: isSilent(),
            isPlaying: report()?.isPlaying ?? false,
            toggleMute: choices().talk === 'push' ? undefined : () => setMuted(!isMuted()),
          }
        : undefined,
    );
  });

  return {
    part,
    problem,
    forgetProblem: () => setProblem(undefined),
    /** As the bridge tells, while this tab takes part. */
    record,
    microphone,
    loudspeaker,
    isMuted,
    setMuted,
    isHeld,
    setHeld,
    /** Nothing of the microphone goes out. */
    isSilent,
    level,
    report,
    counts: (): CallCounts => ({ worker: sound.counts(), uplink: uplinkCounts(), missed: missed() }),
    spans,
    sounds,
    /** From the press until nothing of her was left to be heard, ms. */
    interruptMs,
    start,
    end,
    interrupt,
    changeMicrophone: sound.changeMicrophone,
  };
}

let call: Accessor<Call> | undefined;

/** The one of this tab. */
export function useCall(link: HubLink): Call {
  call ??= createRoot(() => {
    const made = createCall(link);
    return () => made;
  });
  return call();
}

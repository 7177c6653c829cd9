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
import type {
  FromVoiceWorker,
  LoudspeakerReport,
  ToVoiceWorker,
  VoiceWorkerCounts,
} from '../../contract/upstream/voice-worker.ts';
import { voice as words } from '../../i18n/voice.ts';
import { createState } from '../../link/create-state.ts';
import type { HubLink } from '../../link/link.ts';
import { choices } from './choices.ts';
import { type Loudspeaker, openLoudspeaker } from './loudspeaker.ts';
import { type Microphone, openMicrophone } from './microphone.ts';
import { type SoundLock, takeSoundLock } from './sound-lock.ts';
import { type SpeechSpan, SpeechSpans } from './speech-spans.ts';
import { setTalking } from './talking.ts';
import { Uplink, type UplinkCounts } from './uplink.ts';

export const SLUG = 'mas-voice';
const MOST_MARKS = 200;

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
  const [microphone, setMicrophone] = createSignal<Microphone>();
  const [loudspeaker, setLoudspeaker] = createSignal<Loudspeaker>();
  const [isMuted, setMuted] = createSignal(false);
  const [isHeld, setHeld] = createSignal(false);
  const [level, setLevel] = createSignal(0);
  const [report, setReport] = createSignal<LoudspeakerReport>();
  const [workerCounts, setWorkerCounts] = createSignal<VoiceWorkerCounts>();
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
  const [intents, setIntents] = createSignal<readonly Intent[]>([]);
  const session = createState<VoiceSessionRecord>(link, () =>
    part() === 'none' ? undefined : upstreamChannel('state', SLUG, 'session'),
  );
  const record = createMemo(() => session.records.get('session'));
  const isSilent = createMemo(() => isMuted() || (choices().talk === 'push' && !isHeld()));
  const speech = new SpeechSpans();
  const uplink = new Uplink(link, setUplinkCounts);
  let worker: Worker | undefined;
  let lock: SoundLock | undefined;
  let stopAudio: (() => void) | undefined;
  let interruptedAt: number | undefined;
  let lastSoundAt = 0;

  const tell = (message: ToVoiceWorker) => worker?.postMessage(message);
  const ask = (name: string, args: unknown = {}) =>
    link.ask((hub) => hub.upstream({ do: 'call', upstream: SLUG, name, args }));

  const openWorker = () => {
    const made = new Worker(new URL('../../../workers/voice.worker.ts', import.meta.url), { type: 'module' });
    made.onmessage = ({ data }: MessageEvent<FromVoiceWorker>) => {
      if (data.t === 'pages') uplink.send(data.bytes);
      else if (data.t === 'counts') setWorkerCounts(data.counts);
      else setProblem(data.half === 'encoder' ? words.problem.encoder(data.why) : words.problem.decoder(data.why));
    };
    made.onerror = (event) => setProblem(words.problem.decoder(event.message));
    return made;
  };
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

  /** Lets go of everything here; the conversation at the bridge is another matter. */
  const close = () => {
    stopAudio?.();
    microphone()?.close();
    loudspeaker()?.close();
    worker?.terminate();
    lock?.release();
    stopAudio = undefined;
    worker = undefined;
    lock = undefined;
    setMicrophone(undefined);
    setLoudspeaker(undefined);
    setLevel(0);
    setReport(undefined);
    setHeld(false);
    setPart('none');
  };
  /** False: it was let go of while the browser asked the person. */
  const openSound = async (wantsMicrophone: boolean): Promise<boolean> => {
    const mine = openWorker();
    worker = mine;
    const speaker = await openLoudspeaker(mine, onReport);
    if (worker !== mine) {
      speaker.close();
      return false;
    }
    setLoudspeaker(speaker);
    const made = wantsMicrophone ? await openOwnMicrophone(mine) : undefined;
    if (worker !== mine) {
      made?.close();
      return false;
    }
    setMicrophone(made);
    return true;
  };
  const openOwnMicrophone = (to: Worker) =>
    openMicrophone({
      deviceId: choices().microphone,
      worker: to,
      onLevel,
      onGone: () => {
        dropMicrophone();
        setProblem(words.microphone.gone);
      },
    });
  const dropMicrophone = () => {
    microphone()?.close();
    setMicrophone(undefined);
    setLevel(0);
    tell({ t: 'no-microphone' });
    tell({ t: 'hold' });
  };

  const start = async ({ microphone: wantsMicrophone, steal = false, ...args }: StartCall) => {
    if (part() !== 'none') return;
    setPart('opening');
    setProblem(undefined);
    setMuted(false);
    lock = await takeSoundLock(steal, () => {
      close();
      setProblem(words.problem.taken);
    });
    if (lock === undefined) {
      setPart('none');
      setProblem(words.problem.elsewhere);
      return;
    }
    try {
      if (!(await openSound(wantsMicrophone))) return;
    } catch (cause) {
      close();
      setProblem(cause instanceof Error ? cause.message : String(cause));
      return;
    }
    stopAudio = listen();
    const outcome = await ask('start', args);
    // It was let go of meanwhile.
    if (part() !== 'opening') return;
    // Somebody began it before: this tab joins in.
    if (!outcome.ok && outcome.error.code !== 'conflict') {
      close();
      setProblem(words.problem.start(outcome.error.message));
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
  /** Another microphone, while the conversation goes on. */
  const changeMicrophone = async () => {
    if (worker === undefined) return;
    dropMicrophone();
    const mine = worker;
    try {
      const made = await openOwnMicrophone(mine);
      if (worker !== mine) return made.close();
      setMicrophone(made);
      setProblem(undefined);
    } catch (cause) {
      setProblem(cause instanceof Error ? cause.message : String(cause));
    }
  };

  // Each session wants a stream of its own from its beginning, and nothing before it is ready.
  const listener = createMemo(() => (record()?.phase === 'ready' ? record()?.sessionId : undefined));
  createEffect(
    on([listener, microphone], ([sessionId, has]) => {
      tell({ t: sessionId !== undefined && has !== undefined ? 'begin' : 'hold' });
    }),
  );
  createEffect(() => microphone()?.setMuted(isSilent()));
  createEffect(() => {
    loudspeaker()?.setVolume(choices().volume);
  });
  const loudspeakerId = createMemo(() => choices().loudspeaker);
  createEffect(
    on([loudspeaker, loudspeakerId], async ([has, id]) => {
      const why = await has?.setDevice(id);
      if (why !== undefined) setProblem(words.problem.loudspeaker(why));
    }),
  );
  // Ended from another tab, or by itself.
  createEffect(
    on(
      () => record()?.phase,
      (phase, before) => {
        if (part() === 'none' || !isUnderWay(before) || isUnderWay(phase)) return;
        const why = record()?.error;
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
            toggleMute: () => setMuted(!isMuted()),
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
    counts: (): CallCounts => ({ worker: workerCounts(), uplink: uplinkCounts(), missed: missed() }),
    spans,
    sounds,
    /** From the press until nothing of her was left to be heard, ms. */
    interruptMs,
    intents,
    addIntent: (intent: Intent) => setIntents((all) => [...all.slice(1 - MOST_MARKS), intent]),
    start,
    end,
    interrupt,
    changeMicrophone,
  };
}

/** A sentence of this tab that was understood as a command, and what became of it. */
export interface Intent {
  readonly at: EpochMs;
  readonly text: string;
  /** `here`: understood without asking anybody. */
  readonly by: 'here' | 'mas';
  readonly domain: string | undefined;
  readonly action: string | undefined;
  readonly answer: string | undefined;
  /** Where it leads; undefined: nothing can be done with it here. */
  readonly path: string | undefined;
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

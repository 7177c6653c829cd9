import { createEffect, createMemo, createSignal, on } from 'solid-js';
import type {
  FromVoiceWorker,
  LoudspeakerReport,
  ToVoiceWorker,
  VoiceWorkerCounts,
} from '../../contract/upstream/voice-worker.ts';
import { voice as words } from '../../i18n/voice.ts';
import { choices } from './choices.ts';
import { type Loudspeaker, openLoudspeaker } from './loudspeaker.ts';
import { type Microphone, openMicrophone } from './microphone.ts';

export interface SoundOptions {
  /** Whole pages of this microphone, for the bridge. */
  readonly onPages: (bytes: Uint8Array) => void;
  /** Of the microphone, 0–1, ten times a second, before muting. */
  readonly onLevel: (level: number) => void;
  readonly onReport: (report: LoudspeakerReport) => void;
  /** For people. */
  readonly onProblem: (text: string) => void;
}

/** Microphone, loudspeaker and the worker between them and the bridge. Lives as long as its owner. */
export function createSound({ onPages, onLevel, onReport, onProblem }: SoundOptions) {
  const [microphone, setMicrophone] = createSignal<Microphone>();
  const [loudspeaker, setLoudspeaker] = createSignal<Loudspeaker>();
  const [counts, setCounts] = createSignal<VoiceWorkerCounts>();
  let worker: Worker | undefined;

  const tell = (message: ToVoiceWorker) => worker?.postMessage(message);
  const openWorker = () => {
    const made = new Worker(new URL('../../../workers/voice.worker.ts', import.meta.url), { type: 'module' });
    made.onmessage = ({ data }: MessageEvent<FromVoiceWorker>) => {
      if (data.t === 'pages') onPages(data.bytes);
      else if (data.t === 'counts') setCounts(data.counts);
      else onProblem(data.half === 'encoder' ? words.problem.encoder(data.why) : words.problem.decoder(data.why));
    };
    made.onerror = (event) => onProblem(words.problem.decoder(event.message));
    return made;
  };
  /** Opens the chosen one. Whoever asks later wins, also when the browser answers them earlier. */
  let asked = 0;
  const takeMicrophone = async (to: Worker) => {
    asked += 1;
    const mine = asked;
    const isWanted = () => worker === to && asked === mine;
    const onGone = () => {
      if (!isWanted()) return;
      drop();
      onProblem(words.microphone.gone);
    };
    const onOwnLevel = (level: number) => {
      if (isWanted()) onLevel(level);
    };
    const made = await openMicrophone({ deviceId: choices().microphone, onLevel: onOwnLevel, onGone });
    if (!isWanted()) return made.close();
    made.sendTo(to);
    setMicrophone(made);
  };
  const drop = () => {
    microphone()?.close();
    setMicrophone(undefined);
    onLevel(0);
    tell({ t: 'no-microphone' });
    tell({ t: 'hold' });
  };

  /** False: it was closed while the browser asked the person. Throws an `Error` for people. */
  const open = async (wantsMicrophone: boolean): Promise<boolean> => {
    const mine = openWorker();
    worker = mine;
    const speaker = await openLoudspeaker(mine, onReport);
    if (worker !== mine) {
      speaker.close();
      return false;
    }
    setLoudspeaker(speaker);
    if (wantsMicrophone) await takeMicrophone(mine);
    return worker === mine;
  };
  /** Another microphone, while everything else goes on. */
  const changeMicrophone = async () => {
    const mine = worker;
    if (mine === undefined) return;
    drop();
    try {
      await takeMicrophone(mine);
    } catch (cause) {
      if (worker === mine) onProblem(cause instanceof Error ? cause.message : String(cause));
    }
  };
  const close = () => {
    microphone()?.close();
    loudspeaker()?.close();
    worker?.terminate();
    worker = undefined;
    setMicrophone(undefined);
    setLoudspeaker(undefined);
    onLevel(0);
  };

  createEffect(() => {
    loudspeaker()?.setVolume(choices().volume);
  });
  const wanted = createMemo(() => choices().loudspeaker);
  createEffect(
    on([loudspeaker, wanted], async ([has, id]) => {
      const why = await has?.setDevice(id);
      if (why !== undefined) onProblem(words.problem.loudspeaker(why));
    }),
  );
  return { microphone, loudspeaker, counts, tell, open, changeMicrophone, close };
}

import loudspeakerUrl from '../../../workers/loudspeaker.worklet.ts?worker&url';
import { type LoudspeakerReport, type ToVoiceWorker, VOICE_OUT_HZ } from '../../contract/upstream/voice-worker.ts';

/** What plays her voice, as the voice worker delivers it. */
export interface Loudspeaker {
  readonly analyser: AnalyserNode;
  /** 0–1. */
  setVolume(volume: number): void;
  /** undefined: the system's own. Gives why it did not work. */
  setDevice(id: string | undefined): Promise<string | undefined>;
  close(): void;
}

/** Chromium has it, others do not yet. */
type WithSink = AudioContext & { readonly sinkId?: unknown; setSinkId?: (id: string) => Promise<void> };

export const canChooseLoudspeaker = (): boolean =>
  typeof AudioContext !== 'undefined' && 'setSinkId' in AudioContext.prototype;

/** Opens it; a browser lets that happen after a press of a button. */
export async function openLoudspeaker(
  worker: Worker,
  onReport: (report: LoudspeakerReport) => void,
): Promise<Loudspeaker> {
  const context: WithSink = new AudioContext({ sampleRate: VOICE_OUT_HZ });
  let isClosed = false;
  try {
    await context.audioWorklet.addModule(loudspeakerUrl);
    const node = new AudioWorkletNode(context, 'loudspeaker', { numberOfInputs: 0, outputChannelCount: [1] });
    const volume = context.createGain();
    const analyser = context.createAnalyser();
    node.connect(analyser).connect(volume).connect(context.destination);
    const { port1, port2 } = new MessageChannel();
    node.port.postMessage('port', [port1]);
    const told: ToVoiceWorker = { t: 'loudspeaker' };
    worker.postMessage(told, [port2]);
    node.port.onmessage = ({ data }: MessageEvent<LoudspeakerReport>) => onReport(data);
    await context.resume();
    return {
      analyser,
      setVolume: (value) => {
        volume.gain.value = value;
      },
      async setDevice(id = '') {
        if (id === (context.sinkId ?? '')) return undefined;
        try {
          await context.setSinkId?.(id);
          return undefined;
        } catch (cause) {
          // One that was closed meanwhile plays nowhere, and nobody asks why.
          if (isClosed) return undefined;
          return cause instanceof Error ? cause.message : String(cause);
        }
      },
      close: () => {
        isClosed = true;
        node.port.onmessage = null;
        node.port.postMessage('end');
        void context.close();
      },
    };
  } catch (cause) {
    void context.close();
    throw cause;
  }
}

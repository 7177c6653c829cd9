import microphoneUrl from '../../../workers/microphone.worklet.ts?worker&url';
import type { MicrophoneReport, ToVoiceWorker } from '../../contract/upstream/voice-worker.ts';
import { voice as words } from '../../i18n/voice.ts';

/** A microphone whose sound goes to the voice worker. */
export interface Microphone {
  readonly name: string;
  /** For its curve on the screen. */
  readonly analyser: AnalyserNode;
  /** From now on its sound goes there. Once. */
  sendTo(worker: Worker): void;
  /** Muted, silence is sent: the model keeps its time. */
  setMuted(isMuted: boolean): void;
  close(): void;
}

export interface MicrophoneOptions {
  readonly deviceId: string | undefined;
  readonly onLevel: (level: number) => void;
  /** It was pulled out, or taken away by the system. */
  readonly onGone: () => void;
}

/** What the bridge wants (contract mas-voice §2.2). */
const RATE = 24_000;

/** Asks for a microphone and opens it, muted. Throws an `Error` whose message is for people. */
export async function openMicrophone(options: MicrophoneOptions): Promise<Microphone> {
  const stream = await ask(options.deviceId);
  const close: (() => void)[] = [
    () => {
      for (const track of stream.getTracks()) track.stop();
    },
  ];
  try {
    const { context, source } = connect(stream);
    close.push(() => void context.close());
    await context.audioWorklet.addModule(microphoneUrl);
    const node = new AudioWorkletNode(context, 'microphone', { numberOfOutputs: 0 });
    const analyser = context.createAnalyser();
    source.connect(analyser);
    source.connect(node);
    const { port1, port2 } = new MessageChannel();
    node.port.postMessage('port', [port1]);
    node.port.onmessage = ({ data }: MessageEvent<MicrophoneReport>) => options.onLevel(data.level);
    const track = stream.getAudioTracks()[0];
    track?.addEventListener('ended', options.onGone);
    await context.resume();
    return {
      name: track?.label ?? '',
      analyser,
      sendTo: (worker) => {
        const told: ToVoiceWorker = { t: 'microphone', sampleRate: context.sampleRate };
        worker.postMessage(told, [port2]);
      },
      setMuted: (isMuted) => node.port.postMessage(isMuted ? 'mute' : 'unmute'),
      close: () => {
        track?.removeEventListener('ended', options.onGone);
        // A level on its way would be one of a microphone that is no more.
        node.port.onmessage = null;
        node.port.postMessage('end');
        for (const end of close) end();
      },
    };
  } catch (cause) {
    for (const end of close) end();
    throw cause;
  }
}

async function ask(deviceId: string | undefined): Promise<MediaStream> {
  const wish = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: deviceId === undefined ? wish : { ...wish, deviceId: { exact: deviceId } },
    });
  } catch (cause) {
    const name = cause instanceof DOMException ? cause.name : '';
    // The one that was chosen once is not plugged in today: any other is better than none.
    if (name === 'OverconstrainedError' && deviceId !== undefined) return ask(undefined);
    throw new Error(
      {
        NotAllowedError: words.microphone.refused,
        NotFoundError: words.microphone.none,
        NotReadableError: words.microphone.busy,
      }[name] ?? words.microphone.failed(cause instanceof Error ? cause.message : String(cause)),
    );
  }
}

/** At the bridge's rate; not every browser connects a microphone to a context of another rate than its own. */
function connect(stream: MediaStream): { readonly context: AudioContext; readonly source: AudioNode } {
  const context = new AudioContext({ sampleRate: RATE });
  try {
    return { context, source: context.createMediaStreamSource(stream) };
  } catch {
    void context.close();
    // Opus takes 48 kHz as well, and every browser has that.
    const other = new AudioContext({ sampleRate: 2 * RATE });
    try {
      return { context: other, source: other.createMediaStreamSource(stream) };
    } catch (cause) {
      void other.close();
      throw cause;
    }
  }
}

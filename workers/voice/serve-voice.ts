import type { FromVoiceWorker, ToLoudspeaker, ToVoiceWorker } from '../../src/contract/upstream/voice-worker.ts';
import { VoiceDecoder } from './voice-decoder.ts';
import { VoiceEncoder } from './voice-encoder.ts';

/** What the worker needs of its thread. */
export interface VoiceThread {
  post(message: FromVoiceWorker, transfer: readonly ArrayBuffer[]): void;
  onMessage(listener: (message: ToVoiceWorker, port: MessagePort | undefined) => void): void;
  every(ms: number, callback: () => void): void;
  /** Another number for each stream. */
  random32(): number;
}

const COUNTS_MS = 250;

/** One conversation's sound, both ways. */
export function serveVoice(thread: VoiceThread): void {
  let loudspeaker: MessagePort | undefined;
  let microphone: MessagePort | undefined;
  const tellLoudspeaker = (message: ToLoudspeaker, transfer: Transferable[]) =>
    loudspeaker?.postMessage(message, transfer);
  const encoder = new VoiceEncoder({
    random32: thread.random32,
    onPages: (bytes, durationMs) => thread.post({ t: 'pages', bytes, durationMs }, [bytes.buffer]),
    onFailed: (why) => thread.post({ t: 'failed', half: 'encoder', why }, []),
  });
  const decoder = new VoiceDecoder({
    onSound: (samples, isLive) => tellLoudspeaker({ samples, isLive }, [samples.buffer]),
    onFailed: (why) => thread.post({ t: 'failed', half: 'decoder', why }, []),
  });

  const listenTo = (port: MessagePort | undefined): void => {
    microphone?.close();
    microphone = port;
    if (port === undefined) return;
    port.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof Float32Array) encoder.take(data as Float32Array<ArrayBuffer>);
    };
  };

  thread.onMessage((message, port) => {
    switch (message.t) {
      case 'microphone':
        encoder.useRate(message.sampleRate);
        listenTo(port);
        return;
      case 'no-microphone':
        listenTo(undefined);
        return;
      case 'loudspeaker':
        loudspeaker?.close();
        loudspeaker = port;
        return;
      case 'begin':
        encoder.begin();
        return;
      case 'hold':
        encoder.hold();
        return;
      case 'audio':
        decoder.take(message.container, message.bytes);
        return;
      case 'flush':
        decoder.flush();
        tellLoudspeaker('flush', []);
        return;
      case 'reset':
        decoder.reset();
        return;
    }
  });
  let told = '';
  thread.every(COUNTS_MS, () => {
    const counts = { ...decoder.counts, ...encoder.counts };
    const now = JSON.stringify(counts);
    if (now !== told) thread.post({ t: 'counts', counts }, []);
    told = now;
  });
}

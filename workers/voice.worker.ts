// The microphone to Opus and her voice to sound, in a thread of its own: a page starts it with a conversation.
import { serveVoice } from './voice/serve-voice.ts';

declare const self: DedicatedWorkerGlobalScope;

serveVoice({
  post: (message, transfer) => self.postMessage(message, [...transfer]),
  onMessage: (listener) => {
    self.onmessage = ({ data, ports }) => listener(data, ports[0]);
  },
  every: (ms, callback) => {
    setInterval(callback, ms);
  },
  random32: () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
});

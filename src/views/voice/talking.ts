import { createSignal } from 'solid-js';

/** What the shell says while this tab talks, whatever view is open: a microphone that is on is never out of sight. */
export interface Talking {
  readonly hasMicrophone: boolean;
  readonly isMuted: boolean;
  /** She is being heard. */
  readonly isPlaying: boolean;
  /** undefined: who pushes to talk is silent by letting go. */
  readonly toggleMute: (() => void) | undefined;
}

const [talking, setTalking] = createSignal<Talking>();

/** undefined: this tab takes no part in a conversation. */
export { setTalking, talking };

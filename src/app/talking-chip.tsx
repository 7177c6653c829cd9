import { type JSX, Show } from 'solid-js';
import { t } from '../i18n/en.ts';
import type { Talking } from '../views/voice/talking.ts';

/** While this tab talks: whether its microphone is heard, on every view. */
export function TalkingChip(props: { readonly talking: Talking }): JSX.Element {
  const state = () => {
    const { isPlaying, hasMicrophone, isMuted } = props.talking;
    if (isPlaying) return t.app.talking.she;
    if (!hasMicrophone) return t.app.talking.typed;
    return isMuted ? t.app.talking.muted : t.app.talking.heard;
  };
  const isHeard = () => props.talking.hasMicrophone && !props.talking.isMuted;
  return (
    <span class="talking-chip" data-talking={isHeard() ? 'heard' : 'muted'}>
      <a href="/voice">
        <span aria-hidden="true">{isHeard() ? '●' : '○'} </span>
        {state()}
      </a>
      <Show when={props.talking.hasMicrophone && props.talking.toggleMute}>
        {(toggleMute) => (
          <button type="button" class="button" onClick={() => toggleMute()()}>
            {props.talking.isMuted ? t.app.talking.unmute : t.app.talking.mute}
          </button>
        )}
      </Show>
    </span>
  );
}

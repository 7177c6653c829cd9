import { type JSX, Show } from 'solid-js';
import { t } from '../i18n/en.ts';
import { talking } from '../views/voice/talking.ts';

/** While this tab talks: whether its microphone is heard, on every view. */
export function TalkingChip(): JSX.Element {
  return (
    <Show when={talking()}>
      {(it) => (
        <span class="talking-chip" data-talking={it().isMuted ? 'muted' : 'heard'}>
          <a href="/voice">
            <span aria-hidden="true">{it().hasMicrophone && !it().isMuted ? '●' : '○'} </span>
            {it().isPlaying
              ? t.app.talking.she
              : it().hasMicrophone
                ? it().isMuted
                  ? t.app.talking.muted
                  : t.app.talking.heard
                : t.app.talking.typed}
          </a>
          <Show when={it().hasMicrophone}>
            <button type="button" class="button" onClick={() => it().toggleMute()}>
              {it().isMuted ? t.app.talking.unmute : t.app.talking.mute}
            </button>
          </Show>
        </span>
      )}
    </Show>
  );
}

import { createSignal, type JSX, onCleanup, Show } from 'solid-js';
import { t } from '../i18n/en.ts';
import './hold-button.css';

const HOLD_MS = 900;
const SECOND_PRESS_MS = 4000;

export interface HoldButtonProps {
  readonly label: string;
  readonly disabled?: boolean;
  readonly title?: string;
  readonly onConfirm: () => void;
}

/** For what cannot be undone: held for a second, or pressed twice within four (keyboard, switch devices). Never one press. */
export function HoldButton(props: HoldButtonProps): JSX.Element {
  const [holding, setHolding] = createSignal(false);
  const [armed, setArmed] = createSignal(false);
  let holdTimer: ReturnType<typeof setTimeout> | undefined;
  let armTimer: ReturnType<typeof setTimeout> | undefined;
  let heldThrough = false;

  const letGo = () => {
    clearTimeout(holdTimer);
    setHolding(false);
  };
  const confirm = () => {
    letGo();
    clearTimeout(armTimer);
    setArmed(false);
    props.onConfirm();
  };
  const press = () => {
    heldThrough = false;
    setHolding(true);
    holdTimer = setTimeout(() => {
      heldThrough = true;
      confirm();
    }, HOLD_MS);
  };
  const click = () => {
    letGo();
    if (heldThrough) {
      heldThrough = false;
      return;
    }
    if (armed()) {
      confirm();
      return;
    }
    setArmed(true);
    armTimer = setTimeout(() => setArmed(false), SECOND_PRESS_MS);
  };
  onCleanup(() => {
    clearTimeout(holdTimer);
    clearTimeout(armTimer);
  });

  return (
    <button
      type="button"
      class="button danger hold"
      classList={{ holding: holding() }}
      disabled={props.disabled}
      title={props.title ?? t.common.holdHint}
      onPointerDown={press}
      onPointerUp={letGo}
      onPointerLeave={letGo}
      onPointerCancel={letGo}
      onContextMenu={(event) => event.preventDefault()}
      onClick={click}
    >
      <Show when={armed()} fallback={t.common.hold(props.label)}>
        {t.common.pressAgain(props.label)}
      </Show>
    </button>
  );
}

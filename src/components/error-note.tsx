import { createSignal, type JSX, Show } from 'solid-js';
import type { AppError } from '../contract/error-codes.ts';
import { t } from '../i18n/en.ts';
import { errorLines, operatingSystem } from '../i18n/errors.ts';
import './error-note.css';

export interface ErrorNoteProps {
  readonly error: AppError;
  readonly onClose?: () => void;
  /** The button that does what the third line says. */
  readonly action?: JSX.Element;
}

const here = () => operatingSystem(navigator.userAgent);

/** Three lines: what happened, what it means for your data, what to do now. */
export function ErrorNote(props: ErrorNoteProps): JSX.Element {
  const lines = () => errorLines(props.error.code, here(), props.error.message);
  return (
    <div class="error-note" role="alert" data-code={props.error.code}>
      <p class="error-what">
        <span aria-hidden="true">▲ </span>
        {lines().what}
      </p>
      <p>{lines().data}</p>
      <p>{lines().now}</p>
      <Show when={lines().command}>{(command) => <CommandToCopy command={command()} />}</Show>
      <div class="row">
        {props.action}
        <Show when={props.onClose}>
          {(close) => (
            <button type="button" class="button quiet" onClick={() => close()()}>
              {t.common.close}
            </button>
          )}
        </Show>
      </div>
    </div>
  );
}

function CommandToCopy(props: { readonly command: string }): JSX.Element {
  const [copied, setCopied] = createSignal(false);
  const copy = () => {
    navigator.clipboard.writeText(props.command).then(
      () => setCopied(true),
      // No permission for the clipboard: the command stays on the screen, selectable.
      () => setCopied(false),
    );
  };
  return (
    <p class="row">
      <code class="error-command">{props.command}</code>
      <button type="button" class="button" onClick={copy}>
        {copied() ? t.common.copied : t.common.copy}
      </button>
    </p>
  );
}

import { For, type JSX, Show } from 'solid-js';
import { clockTimeMs, utcTime } from '../../components/clock-words.ts';
import { formatBytes, formatCount } from '../../components/format-value.ts';
import { type LineStatus, TAP_TEXT_CHARS } from '../../contract/upstream/status.ts';
import { connections as words } from '../../i18n/connections.ts';
import { copyText } from './act-on.ts';
import { type Message, resultText } from './message.ts';
import { frameText, pretty, rawText } from './message-text.ts';
import { asVector } from './message-vector.ts';

export interface MessageDetailProps {
  readonly message: Message;
  readonly source: { readonly name: string; readonly line: LineStatus | undefined };
  readonly pinned: boolean;
  readonly onPin: () => void;
  readonly onClose: () => void;
}

/** One message in three steps: the bytes, what they say, what became of it. */
export function MessageDetail(props: MessageDetailProps): JSX.Element {
  const message = () => props.message;
  const isWire = () => message().value === undefined;
  const frame = () => frameText(message());
  return (
    <aside class="message-detail" aria-label={words.messages.details}>
      <header class="row">
        <strong class="mono" title={utcTime(message().at)}>
          {clockTimeMs(message().at)}
        </strong>
        <span class="soft">
          {words.messages.directions[message().dir]} · {words.messages.forms[message().form]} ·{' '}
          {formatBytes(message().bytes)}
        </span>
      </header>
      <div class="row">
        <button type="button" class="button" data-do="pin" aria-pressed={props.pinned} onClick={props.onPin}>
          {props.pinned ? words.messages.unpin : words.messages.pin}
        </button>
        <button
          type="button"
          class="button"
          data-do="copy-text"
          onClick={() => void copyText(message().text, words.messages.copied)}
        >
          {words.messages.copy}
        </button>
        <button
          type="button"
          class="button"
          data-do="copy-vector"
          onClick={() => void copyText(asVector(message(), props.source), words.messages.vectorCopied)}
        >
          {words.messages.copyVector}
        </button>
        <button type="button" class="button quiet" onClick={props.onClose}>
          {words.messages.close}
        </button>
      </div>
      <Show when={Object.keys(message().meta).length > 0}>
        <dl class="message-meta mono">
          <For each={Object.entries(message().meta)}>
            {([name, value]) => (
              <>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </>
            )}
          </For>
        </dl>
      </Show>
      <Show when={isWire()}>
        <h2>{words.messages.raw}</h2>
        <Block part="raw" label={words.messages.raw} text={rawText(message())} />
        <Show when={message().text.length >= TAP_TEXT_CHARS}>
          <p class="soft">{words.messages.cut(formatCount(TAP_TEXT_CHARS))}</p>
        </Show>
      </Show>
      <h2>{words.messages.frame}</h2>
      <Show when={frame()} fallback={<p class="soft">{words.messages.notJson}</p>}>
        {(text) => <Block part="frame" label={words.messages.frame} text={text()} />}
      </Show>
      <Show when={isWire()}>
        <h2>{words.messages.became}</h2>
        <For each={message().results} fallback={<p class="soft">{words.messages.becameNothing}</p>}>
          {(result) => (
            <div class="message-became" data-result={result.is}>
              <p>
                <span aria-hidden="true">{'channel' in result ? '→' : '✕'}</span> {resultText(result)}
              </p>
              <Show when={'channel' in result && result}>
                {(became) => (
                  <>
                    <p class="mono soft small">{became().channel}</p>
                    <Show when={became().record !== undefined}>
                      <Block part="record" label={resultText(became())} text={pretty(became().record)} />
                    </Show>
                  </>
                )}
              </Show>
            </div>
          )}
        </For>
      </Show>
    </aside>
  );
}

/** Scrolls by itself, also by keyboard. */
function Block(props: {
  readonly part: 'raw' | 'frame' | 'record';
  readonly label: string;
  readonly text: string;
}): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
    <section class="message-block" data-part={props.part} aria-label={props.label} tabIndex={0}>
      {props.text}
    </section>
  );
}

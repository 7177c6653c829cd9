import { createMemo, createSignal, For, type JSX, Show } from 'solid-js';
import { EmptyState } from '../../../components/empty-state.tsx';
import { showToast } from '../../../components/toasts.tsx';
import { connectionTools } from '../../../i18n/connection-tools.ts';
import { t } from '../../../i18n/en.ts';
import { SendHistory } from '../../../lib/send-history.ts';
import { DIRECT_TRANSPORTS, type DirectTransport } from '../direct/direct.ts';
import { FrameList } from '../direct/frame-list.tsx';
import { useDirect } from '../direct/use-direct.ts';
import { recentUrls, rememberUrl } from './recent.ts';
import { absoluteUrl, readHeaders, TEMPLATES, transportOf } from './templates.ts';
import './tester-pane.css';

const words = connectionTools.tester;
const POLL_EVERY_MS = 5_000;

/** One endpoint, both ways, frame by frame: to find out what it says before anybody depends on it. */
export function TesterPane(): JSX.Element {
  const direct = useDirect();
  const history = new SendHistory();
  const [url, setUrl] = createSignal('');
  const [chosen, setChosen] = createSignal<DirectTransport>();
  const [protocols, setProtocols] = createSignal('');
  const [headers, setHeaders] = createSignal('');
  const [text, setText] = createSignal('');
  const [as, setAs] = createSignal<'text' | 'hex'>('text');
  const [wrong, setWrong] = createSignal<string>();
  const [recent, setRecent] = createSignal(recentUrls());
  const transport = () => chosen() ?? transportOf(url());
  const isOpen = () => direct.state()?.is === 'open';
  const isBusy = () => isOpen() || direct.state()?.is === 'connecting';
  const stateWords = createMemo(() => {
    const state = direct.state();
    if (state === undefined) return words.states.none;
    return state.is === 'closed' ? words.states.closed(state.why) : words.states[state.is];
  });

  const connect = (): void => {
    const absolute = absoluteUrl(url(), location.origin);
    setWrong(absolute === undefined ? connectionTools.add.badUrl : undefined);
    if (absolute === undefined) return;
    setRecent(rememberUrl(url().trim()));
    direct.open(transport(), {
      url: absolute,
      headers: readHeaders(headers()),
      protocols: protocols()
        .split(/[\s,]+/)
        .filter(Boolean),
      everyMs: POLL_EVERY_MS,
    });
  };
  const send = (): void => {
    if (text() === '') return;
    const problem = direct.send(text(), as());
    setWrong(problem && words.notSent(problem));
    if (problem !== undefined) return;
    history.add(text());
    setText('');
  };
  const copy = async (): Promise<void> => {
    const lines = direct.frames().map(({ json: _, ...frame }) => JSON.stringify(frame));
    await navigator.clipboard.writeText(lines.join('\n'));
    showToast(t.common.copied);
  };

  return (
    <div class="tester">
      <p class="soft">{words.about}</p>
      <form
        class="tester-connect"
        onSubmit={(event) => {
          event.preventDefault();
          if (isBusy()) direct.close();
          else connect();
        }}
      >
        <label class="tester-url">
          <span>{words.url}</span>
          <input
            class="field mono"
            data-do="tester-url"
            list="tester-recent"
            autocomplete="off"
            spellcheck={false}
            placeholder={words.urlPlaceholder}
            value={url()}
            onInput={(event) => setUrl(event.currentTarget.value)}
          />
          <datalist id="tester-recent">
            <For each={recent()}>{(one) => <option value={one} />}</For>
          </datalist>
        </label>
        <label>
          <span>{words.transport}</span>
          <select
            class="field"
            data-do="tester-transport"
            onChange={(event) => setChosen(DIRECT_TRANSPORTS.find((one) => one === event.currentTarget.value))}
          >
            <For each={DIRECT_TRANSPORTS}>
              {(one) => (
                <option value={one} selected={transport() === one}>
                  {connectionTools.transports[one]}
                </option>
              )}
            </For>
          </select>
        </label>
        <Show when={transport() === 'websocket'}>
          <label>
            <span>{words.protocols}</span>
            <input
              class="field mono"
              placeholder={words.protocolsPlaceholder}
              value={protocols()}
              onInput={(event) => setProtocols(event.currentTarget.value)}
            />
          </label>
        </Show>
        <button type="submit" class="button" classList={{ primary: !isBusy() }} data-do="tester-connect">
          {isBusy() ? words.disconnect : words.connect}
        </button>
        <Show when={transport() !== 'websocket'}>
          <label class="tester-headers">
            <span>{words.headers}</span>
            <textarea
              class="field mono"
              rows={2}
              placeholder={words.headersPlaceholder}
              value={headers()}
              onInput={(event) => setHeaders(event.currentTarget.value)}
            />
          </label>
        </Show>
      </form>
      <div class="row spread">
        <p role="status" data-tester-state={direct.state()?.is ?? 'none'}>
          <span aria-hidden="true">{isOpen() ? '●' : direct.state()?.is === 'closed' ? '✕' : '◌'}</span> {stateWords()}
        </p>
        <div class="row">
          <span class="soft small">{words.frames(direct.frames().length, direct.dropped())}</span>
          <button
            type="button"
            class="button quiet"
            onClick={() => void copy()}
            disabled={direct.frames().length === 0}
          >
            {words.copy}
          </button>
          <button type="button" class="button quiet" onClick={direct.clear} disabled={direct.frames().length === 0}>
            {words.clear}
          </button>
        </div>
      </div>
      <Show when={wrong()}>
        {(problem) => (
          <p class="tester-wrong" role="alert">
            <span aria-hidden="true">▲ </span>
            {problem()}
          </p>
        )}
      </Show>
      <Show
        when={direct.frames().length > 0}
        fallback={<EmptyState title={words.empty.title} text={words.empty.text} />}
      >
        <FrameList frames={direct.frames()} />
      </Show>
      <Show when={transport() === 'websocket' || transport() === 'signalr'}>
        <form
          class="tester-send row"
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          <select
            class="field"
            aria-label={words.templates}
            value=""
            onChange={(event) => {
              setText(event.currentTarget.value);
              event.currentTarget.value = '';
            }}
          >
            <option value="">{words.template}</option>
            <For each={TEMPLATES[transport()]}>{(one) => <option value={one.text}>{one.name}</option>}</For>
          </select>
          <Show when={transport() === 'websocket'}>
            <select
              class="field"
              aria-label={words.send}
              value={as()}
              onChange={(event) => setAs(event.currentTarget.value === 'hex' ? 'hex' : 'text')}
            >
              <option value="text">{words.as.text}</option>
              <option value="hex">{words.as.hex}</option>
            </select>
          </Show>
          <input
            class="field mono tester-text"
            data-do="tester-text"
            aria-label={words.send}
            autocomplete="off"
            spellcheck={false}
            placeholder={words.sendPlaceholder[transport() === 'signalr' ? 'signalr' : 'websocket']}
            value={text()}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
              event.preventDefault();
              setText(history.walk(event.key === 'ArrowUp' ? -1 : 1, text()));
            }}
          />
          <button type="submit" class="button primary" disabled={!isOpen()} data-do="tester-send">
            {words.send}
          </button>
        </form>
      </Show>
    </div>
  );
}

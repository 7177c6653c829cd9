import { createMemo, createSignal, For, type JSX, Show } from 'solid-js';
import { clockTime } from '../../components/clock-words.ts';
import { formatCount } from '../../components/format-value.ts';
import type { VoiceActivityRecord } from '../../contract/upstream/mas-voice.ts';
import { upstreamChannel } from '../../contract/upstream/upstream.ts';
import { voice as words } from '../../i18n/voice.ts';
import { createEvents } from '../../link/create-events.ts';
import { SLUG } from './call.ts';
import { useVoice } from './use-voice.ts';

const KEEP = 500;
const SHOWN = 100;

/** Tools, agents, memory and errors in the order in which they were told. */
export function ActivityPane(): JSX.Element {
  const voice = useVoice();
  const log = createEvents<VoiceActivityRecord>(
    voice.link,
    () => (voice.shown() ? upstreamChannel('events', SLUG, 'activity') : undefined),
    { keep: KEEP },
  );
  const all = createMemo(() => {
    log.version();
    return log.list.slice(0, log.list.length);
  });
  const records = createMemo(() => all().flatMap((entry) => (entry.is === 'record' ? [entry.record] : [])));
  const lost = createMemo(() =>
    all().reduce((sum, entry) => sum + (entry.is === 'gap' ? (entry.gap.count ?? 1) : 0), 0),
  );
  return (
    <div class="voice-lists">
      <Show when={lost() > 0}>
        <p class="small">▲ {words.activity.lost(formatCount(lost()))}</p>
      </Show>
      <ol>
        <For each={records().slice(-SHOWN).reverse()} fallback={<li class="soft">{words.activity.empty}</li>}>
          {(record) => <Entry record={record} />}
        </For>
      </ol>
      <Show when={records().length > SHOWN}>
        <p class="small soft">{words.activity.more(formatCount(records().length - SHOWN))}</p>
      </Show>
    </div>
  );
}

function Entry(props: { readonly record: VoiceActivityRecord }): JSX.Element {
  const [isOpen, setOpen] = createSignal(false);
  return (
    <li data-activity={props.record.type}>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>
          <span class="soft small">{clockTime(props.record.rx)}</span> <strong>{props.record.type}</strong>{' '}
          {props.record.message}
        </summary>
        {/* Written out when somebody wants to read it: there are a hundred of them. */}
        <Show when={isOpen()}>
          <pre class="small voice-result">{JSON.stringify(props.record.data, undefined, 1)}</pre>
        </Show>
      </details>
    </li>
  );
}

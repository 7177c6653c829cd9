import { createMemo, For, type JSX, Show } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { clockTime } from '../../components/clock-words.ts';
import { now } from '../../components/now.ts';
import type { MapCommandRecord } from '../../contract/upstream/mas-voice.ts';
import { upstreamChannel } from '../../contract/upstream/upstream.ts';
import { voice as words } from '../../i18n/voice.ts';
import { createEvents } from '../../link/create-events.ts';
import { SLUG } from './call.ts';
import { intents } from './intents.ts';
import { mapAddress } from './own-commands.ts';
import { useVoice } from './use-voice.ts';

const KEEP = 50;

/** What was understood as a command: this person's, carried out; everybody's, on offer. */
export function CommandsPane(): JSX.Element {
  const voice = useVoice();
  const log = createEvents<MapCommandRecord>(
    voice.link,
    () => (voice.shown() ? upstreamChannel('events', SLUG, 'map') : undefined),
    { keep: KEEP },
  );
  const others = createMemo(() => {
    log.version();
    return log.list
      .slice(0, log.list.length)
      .flatMap((entry) => (entry.is === 'record' ? [entry.record] : []))
      .reverse();
  });
  return (
    <div class="voice-lists">
      <h3>{words.commands.own}</h3>
      <ul>
        <For each={intents().toReversed()} fallback={<li class="soft">{words.commands.noOwn}</li>}>
          {(intent) => (
            <li data-intent={intent.by}>
              <p>
                <strong>{intent.text}</strong> <span class="soft small">{clockTime(intent.at)}</span>
              </p>
              <p class="small">
                {[intent.domain, intent.action, intent.answer].filter((word) => word !== undefined).join(' · ')}{' '}
                <Show when={intent.path}>{(path) => <a href={path()}>{words.transcript.go}</a>}</Show>
              </p>
            </li>
          )}
        </For>
      </ul>
      <h3>{words.commands.others}</h3>
      <p class="small soft">{words.commands.othersText}</p>
      <ul>
        <For each={others()} fallback={<li class="soft">{words.commands.noOthers}</li>}>
          {({ command, rx, speak }) => (
            <li data-command={command.type}>
              <p class="row">
                <code>{command.type}</code>
                <span class="small">{detail(command)}</span>
                <span class="soft small">{ageWords(Math.max(0, now() - rx))}</span>
                <a class="button" href={mapAddress(command)}>
                  {words.commands.doIt}
                </a>
              </p>
              <Show when={speak}>
                {(said) => (
                  <p class="small soft">
                    {words.commands.speak}: {said()}
                  </p>
                )}
              </Show>
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}

/** Its arguments, without their names where there is one. */
function detail({ type: _, ...rest }: MapCommandRecord['command']): string {
  const values = Object.entries(rest).filter(([, value]) => value !== undefined);
  return values
    .map(([name, value]) => (typeof value === 'object' ? Object.values(value).join(', ') : `${name} ${String(value)}`))
    .join(' · ');
}

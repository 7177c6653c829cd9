import { For, type JSX, Show } from 'solid-js';
import { formatBytes, formatCount } from '../../components/format-value.ts';
import type { HubStats } from '../../contract/hub-api.ts';
import { settings as settingsWords } from '../../i18n/settings.ts';
import { createState } from '../../link/create-state.ts';
import { useLink } from '../../link/link-context.ts';

/** What the hub delivers to each tab and what it had to leave out, once a second. */
export function HubTable(): JSX.Element {
  const link = useLink();
  const stats = createState<HubStats>(link, () => 'hub');
  const words = settingsWords.hubTable;
  const kept = (hub: HubStats) => hub.channels.reduce((sum, channel) => sum + channel.keptBytes, 0);
  return (
    <Show when={stats.records.get('hub')}>
      {(hub) => (
        <section>
          <h2>{words.title}</h2>
          <p class="soft">{words.about}</p>
          <div class="wide-table">
            <table>
              <thead>
                <tr>
                  <For each={words.columns}>{(column) => <th scope="col">{column}</th>}</For>
                </tr>
              </thead>
              <tbody>
                <For each={hub().tabs}>
                  {(tab) => (
                    <tr>
                      <th scope="row" class="mono">
                        {tab.tab === link.tab ? words.thisTab : tab.tab.slice(0, 8)}
                      </th>
                      <td>{formatCount(tab.subs)}</td>
                      <td>{formatCount(tab.delivered)}</td>
                      <td>{formatBytes(tab.bytes)}</td>
                      <td>{formatCount(tab.unacked)}</td>
                      <td>{formatCount(tab.conflated)}</td>
                      <td>{formatCount(tab.thinned)}</td>
                      <td>{formatCount(tab.dropped)}</td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </div>
          <p>
            {words.kept(formatBytes(kept(hub())), hub().channels.length)}{' '}
            {words.losses(hub().unreadableBatches, hub().storeFailures)}
          </p>
        </section>
      )}
    </Show>
  );
}

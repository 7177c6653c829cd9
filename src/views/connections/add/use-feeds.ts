import { createSignal } from 'solid-js';
import type { AppError } from '../../../contract/error-codes.ts';
import type { Outcome, UpstreamAction } from '../../../contract/hub-api.ts';
import type { CustomFeed } from '../../../contract/upstream/custom-feed.ts';
import { useLink } from '../../../link/link-context.ts';

/** The feeds that a person added, as the hub keeps them. */
export function useFeeds() {
  const link = useLink();
  const [feeds, setFeeds] = createSignal<readonly CustomFeed[]>([]);
  const [failure, setFailure] = createSignal<AppError>();

  async function act(action: UpstreamAction): Promise<Outcome<unknown>> {
    let outcome: Outcome<unknown>;
    try {
      outcome = await link.ask((hub) => hub.upstream(action));
    } catch (cause) {
      outcome = { ok: false, error: { code: 'hub-timeout', message: String(cause) } };
    }
    setFailure(outcome.ok ? undefined : outcome.error);
    return outcome;
  }
  async function refresh(): Promise<void> {
    const outcome = await act({ do: 'list-feeds' });
    if (outcome.ok) setFeeds(outcome.value as readonly CustomFeed[]);
  }
  async function change(action: UpstreamAction): Promise<boolean> {
    const outcome = await act(action);
    if (outcome.ok) await refresh();
    return outcome.ok;
  }
  void refresh();
  return {
    feeds,
    failure,
    dismiss: () => setFailure(undefined),
    add: (feed: CustomFeed) => change({ do: 'add-feed', feed }),
    remove: (id: string) => change({ do: 'remove-feed', id }),
  };
}

export type Feeds = ReturnType<typeof useFeeds>;

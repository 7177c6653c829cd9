import { type JSX, Match, Show, Switch } from 'solid-js';
import { durationWords } from '../../components/age-words.ts';
import { clockTime } from '../../components/clock-words.ts';
import { now } from '../../components/now.ts';
import type { BoardStatus } from '../../contract/board-status.ts';
import type { LeaseAction } from '../../contract/hub-api.ts';
import { t } from '../../i18n/en.ts';
import { TakeOver } from './take-over.tsx';
import type { BoardAct } from './use-board-act.ts';

/** Who watches, who commands, and the one click that shares a board. */
export function BoardSharing(props: { readonly board: BoardStatus; readonly act: BoardAct }): JSX.Element {
  const words = t.boards;
  const ours = () => props.board.path.is !== 'relay';
  const share = (shared: boolean) => props.act((hub) => hub.setBoard(props.board.id, { shared }));
  const lease = (action: LeaseAction, reason?: string) => props.act((hub) => hub.lease(props.board.id, action, reason));
  return (
    <div class="sharing row">
      <Switch>
        <Match when={props.board.share.is === 'private'}>
          <button type="button" class="button" data-do="share" onClick={() => share(true)}>
            {words.share}
          </button>
        </Match>
        <Match when={props.board.share.is === 'offered' && props.board.share}>
          {(offered) => (
            <>
              <span>◌ {words.offered(offered().reason)}</span>
              <button type="button" class="button" data-do="unshare" onClick={() => share(false)}>
                {words.unshare}
              </button>
            </>
          )}
        </Match>
        <Match when={props.board.share.is === 'shared' && props.board.share}>
          {(shared) => (
            <>
              <span data-watchers={shared().watchers.length}>
                ● {words.sharing} · {words.watchers(shared().watchers.map((watcher) => watcher.name))}
              </span>
              <Show when={shared().lost}>
                {(lost) => (
                  <span role="status" data-lease-lost>
                    <span aria-hidden="true">▲ </span>
                    {words.lease.lost(lost().by, lost().reason)} <span class="soft small">{clockTime(lost().at)}</span>
                  </span>
                )}
              </Show>
              <span data-lease={shared().mine ? 'mine' : shared().lease === undefined ? 'free' : 'theirs'}>
                <Show when={shared().lease} fallback={words.lease.free}>
                  {(held) => (
                    // In a fragment, so that it follows when the lease passes from one to another without having been free.
                    <>
                      {shared().mine
                        ? words.lease.mine(durationWords(held().until - now()))
                        : words.lease.theirs(held().name)}
                    </>
                  )}
                </Show>
              </span>
              <Show when={shared().mine}>
                <button type="button" class="button" data-do="lease-release" onClick={() => lease('release')}>
                  {words.lease.release}
                </button>
              </Show>
              <Show when={!shared().mine && shared().lease === undefined && !ours()}>
                <button type="button" class="button" data-do="lease-take" onClick={() => lease('take')}>
                  {words.lease.take}
                </button>
              </Show>
              <Show when={!shared().mine && !ours() && shared().lease}>
                {(held) => <TakeOver holder={held().name} onTakeOver={(reason) => lease('take-over', reason)} />}
              </Show>
              <Show when={!shared().mine && shared().lease !== undefined && ours()}>
                <button type="button" class="button" data-do="lease-take-back" onClick={() => lease('take-back')}>
                  {words.lease.takeBack}
                </button>
              </Show>
              <Show when={ours()}>
                <button type="button" class="button quiet" data-do="unshare" onClick={() => share(false)}>
                  {words.unshare}
                </button>
              </Show>
            </>
          )}
        </Match>
      </Switch>
    </div>
  );
}

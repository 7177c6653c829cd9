import { type Accessor, createSignal } from 'solid-js';
import type { AppError } from '../../contract/error-codes.ts';
import type { Outcome } from '../../contract/hub-api.ts';
import type { AsyncHubApi } from '../../link/link.ts';
import { useLink } from '../../link/link-context.ts';

/** Of a board on another computer: a relay that is just coming back is waited for. */
const ASK_MS = 12_000;

export type BoardAct = <T>(question: (hub: AsyncHubApi) => Promise<Outcome<T>>, then?: (value: T) => void) => void;

/** Asks the hub on behalf of one card and keeps the last failure for it to show. */
export function useBoardAct(): {
  readonly act: BoardAct;
  readonly failure: Accessor<AppError | undefined>;
  readonly clearFailure: () => void;
} {
  const link = useLink();
  const [failure, setFailure] = createSignal<AppError>();
  const act: BoardAct = (question, then) => {
    link.ask(question, ASK_MS).then(
      (outcome) => {
        setFailure(outcome.ok ? undefined : outcome.error);
        if (outcome.ok) then?.(outcome.value);
      },
      (cause: unknown) => setFailure({ code: 'hub-timeout', message: String(cause) }),
    );
  };
  return { act, failure, clearFailure: () => setFailure(undefined) };
}

import { type Accessor, createEffect, createSignal, onCleanup } from 'solid-js';
import { type ActState, isUnderWay } from '../contract/act.ts';
import type { UpstreamId } from '../contract/upstream/upstream.ts';
import type { HubLink } from './link.ts';

export interface UpstreamActOptions {
  readonly upstream: UpstreamId;
  /** In the words of the upstream's contract. */
  readonly call: string;
  /**
   * Reactive: its effect shows in the data. Without it the upstream's answer is all there is to know, and `accepted` becomes `done` at
   * once: only for questions and for acts whose answer is their effect.
   */
  readonly seen?: (args: unknown, answer: unknown) => boolean;
  /** No sign for this long after it was accepted: `unconfirmed`. Default 30 s. */
  readonly seenMs?: number;
  /** The hub's answer is waited for this long. Default 35 s: an upstream has 30 s. */
  readonly deadlineMs?: number;
  readonly onDone?: (answer: unknown) => void;
}

export interface Act {
  readonly state: Accessor<ActState>;
  /** Does nothing while one is under way. */
  start(args: unknown): void;
  /** Forgets how the last one ended. */
  reset(): void;
}

const SEEN_MS = 30_000;
const DEADLINE_MS = 35_000;

/** One button's worth of asking an upstream to do something, as a state machine. Lives as long as its owner. */
export function createUpstreamAct(link: HubLink, options: UpstreamActOptions): Act {
  const [state, setState] = createSignal<ActState>({ is: 'idle' });
  const [asked, setAsked] = createSignal<{ readonly args: unknown; readonly answer: unknown; readonly from: number }>();
  let unconfirmed: ReturnType<typeof setTimeout> | undefined;
  let stopWaiting: (() => void) | undefined;
  onCleanup(() => {
    clearTimeout(unconfirmed);
    stopWaiting?.();
  });

  const done = (from: number, answer: unknown) => {
    clearTimeout(unconfirmed);
    setAsked(undefined);
    setState({ is: 'done', at: Date.now(), tookMs: Date.now() - from });
    options.onDone?.(answer);
  };
  const send = async (args: unknown, from: number) => {
    setState({ is: 'sent', since: Date.now() });
    const outcome = await link.ask(
      (hub) => hub.upstream({ do: 'call', upstream: options.upstream, name: options.call, args }),
      options.deadlineMs ?? DEADLINE_MS,
    );
    if (!outcome.ok) {
      setState({ is: 'failed', at: Date.now(), error: outcome.error });
      return;
    }
    if (options.seen === undefined) {
      done(from, outcome.value);
      return;
    }
    setState({ is: 'accepted', since: Date.now(), tookMs: Date.now() - from });
    setAsked({ args, answer: outcome.value, from });
    unconfirmed = setTimeout(() => {
      if (asked() === undefined) return;
      setAsked(undefined);
      setState({ is: 'unconfirmed', at: Date.now() });
    }, options.seenMs ?? SEEN_MS);
  };

  createEffect(() => {
    const open = asked();
    if (open !== undefined && options.seen?.(open.args, open.answer)) done(open.from, open.answer);
  });

  return {
    state,
    start(args) {
      if (isUnderWay(state())) return;
      clearTimeout(unconfirmed);
      const from = Date.now();
      if (link.status().is === 'connected') {
        void send(args, from);
        return;
      }
      setState({ is: 'queued', since: from });
      stopWaiting = link.onStatus((status) => {
        if (status.is === 'connecting' || status.is === 'restarting' || state().is !== 'queued') return;
        queueMicrotask(() => {
          stopWaiting?.();
          stopWaiting = undefined;
        });
        if (status.is === 'failed') setState({ is: 'failed', at: Date.now(), error: status.error });
        else void send(args, from);
      });
    },
    reset() {
      if (!isUnderWay(state())) setState({ is: 'idle' });
    },
  };
}

import type { FromRelay } from '../../src/contract/from-relay.ts';
import type { Outcome } from '../../src/contract/hub-api.ts';
import type { BoardId, ClientId } from '../../src/contract/ids.ts';
import type { RelayStatus } from '../../src/contract/relay-status.ts';
import type { ToRelay } from '../../src/contract/to-relay.ts';
import { CONTRACT_VERSION } from '../../src/contract/version.ts';
import { toHex } from '../../src/decode/hex.ts';
import { RelayClock } from './relay-clock.ts';
import { RelayOrders } from './relay-orders.ts';
import { failed, RelayQuestions } from './relay-questions.ts';
import { RelayRemotes } from './relay-remotes.ts';
import { RelayRetries } from './relay-retries.ts';
import { RelayShares } from './relay-shares.ts';
import { RelaySocket } from './relay-socket.ts';
import type { BoardUpstream, OpenBoardUpstream, UpstreamHost } from './upstream.ts';

export interface RelayOptions {
  /** Default: `/live` of the server this script came from. */
  readonly url?: (() => string) | undefined;
  /** Default: the platform's. */
  readonly WebSocket?: typeof WebSocket | undefined;
  /** Gives [0, 1), for the back-off. */
  readonly random?: (() => number) | undefined;
}

/** Counters are told at most this often; a change of state at once. */
const STATUS_EVERY_MS = 1_000;
/** A cancellation or a release whose answer was lost is asked again for this long. */
const AGAIN_MS = 15_000;

const NO_ANSWER = { code: 'relay-offline', message: 'the relay did not answer; it may have heard it' } as const;

const sameOrigin = (): string => `${globalThis.location.origin.replace(/^http/, 'ws')}/live`;

/**
 * The Hyphae server as an upstream: boards of other browsers come in, shared boards of ours go out. A server that is not there is a
 * normal state, tried again for ever.
 */
export const relayUpstream =
  (options: RelayOptions = {}): OpenBoardUpstream =>
  (host) =>
    openRelay(host, options);

function openRelay(host: UpstreamHost, options: RelayOptions): BoardUpstream {
  const url = options.url ?? sameOrigin;
  const clock = new RelayClock();
  const drops: Record<string, number> = {};
  let me: ClientId = '';
  let name = host.client.name;
  let recordsIn = 0;
  let recordsOut = 0;
  let helloAt = 0;
  let state: RelayStatus['state'] = { is: 'connecting', since: host.now() };
  let degraded: RelayStatus['degraded'];
  let cancelTell: (() => void) | undefined;
  let closed = false;

  const drop = (reason: string, count = 1): void => {
    drops[reason] = (drops[reason] ?? 0) + count;
  };
  const socket = new RelaySocket({
    url,
    WebSocket: options.WebSocket,
    now: host.now,
    schedule: host.schedule,
    random: options.random ?? Math.random,
    onConnecting: () => setState({ is: 'connecting', since: host.now() }),
    onOpen() {
      clock.reset();
      helloAt = host.now();
      socket.send({ t: 'hello', contract: CONTRACT_VERSION, build: host.build, client: { id: host.client.id, name } });
    },
    onMessage,
    onSamples: (buffer) => remotes.samples(buffer),
    onDown(reason, nextAt, attempt) {
      wentDown(reason);
      setState({ is: 'retrying', since: host.now(), nextAt, attempt, reason });
    },
    onRefused(reason) {
      wentDown(reason);
      setState({ is: 'refused', since: host.now(), reason });
    },
    onDrop: drop,
  });
  const questions = new RelayQuestions((message) => socket.send(message), host.schedule);
  const { now, schedule } = host;
  const retries = new RelayRetries({ questions, isConnected: () => state.is === 'live', now, schedule });
  const orders = new RelayOrders({ host, socket, clock, onDrop: drop });
  const shares = new RelayShares({
    host,
    socket,
    questions,
    clock,
    orders,
    onSent: (records) => {
      recordsOut += records;
    },
    onDrop: drop,
  });
  const remotes = new RelayRemotes({
    host,
    socket,
    questions,
    clock,
    me: () => me,
    onOwn: (record) => shares.record(record),
    isOwn: (board) => shares.has(board),
    onReceived: (records) => {
      recordsIn += records;
    },
    onDrop: drop,
  });
  tellEvery();

  function onMessage(message: FromRelay): void {
    switch (message.t) {
      case 'welcome':
        me = message.client;
        clock.measure(helloAt, host.now(), message.now);
        degraded = byOurClock(message.degraded);
        setState({ is: 'live', since: host.now(), rttMs: clock.rttMs });
        remotes.up();
        shares.up();
        retries.up();
        socket.send({ t: 'ping', at: host.now() });
        break;
      case 'answer':
        // Of a status update or a subscription, which nobody waits for; a refusal is worth a count.
        if (!questions.answered(message) && !message.ok) {
          drop(message.error.code);
          remotes.refused(message.rid, message.retryAfterMs);
        }
        break;
      case 'refused':
        drop(message.error.code, message.count);
        break;
      case 'health':
        degraded = byOurClock(message.degraded);
        tell();
        break;
      case 'pong':
        clock.measure(message.at, host.now(), message.serverMs);
        if (state.is === 'live') state = { ...state, rttMs: clock.rttMs };
        break;
      case 'reconnect':
        socket.comeBackAfter(message.afterMs);
        break;
      case 'run-command':
      case 'run-cancel':
      case 'run-write':
        void orders.run(message);
        break;
      default:
        remotes.message(message);
    }
  }

  function wentDown(reason: string): void {
    degraded = undefined;
    questions.failAll();
    shares.down(reason);
    remotes.down();
  }

  function byOurClock(told: RelayStatus['degraded']): RelayStatus['degraded'] {
    return told && { ...told, since: told.since - clock.shiftMs };
  }

  function setState(next: RelayStatus['state']): void {
    state = next;
    if (!closed) tell();
  }

  function tell(): void {
    const { bytesIn, bytesOut } = socket;
    host.setStatus({
      state,
      url: url(),
      client: { id: me, name },
      bytesIn,
      bytesOut,
      recordsIn,
      recordsOut,
      drops: { ...drops },
      clockOffsetMs: clock.offsetMs,
      degraded,
    });
  }

  function tellEvery(): void {
    tell();
    cancelTell = host.schedule(STATUS_EVERY_MS, tellEvery);
  }

  async function release(board: BoardId): Promise<Outcome> {
    remotes.gaveBack(board);
    const ask = (rid: number): ToRelay => ({ t: 'lease', rid, board, action: 'release' });
    const outcome = await retries.ask(ask, host.now() + AGAIN_MS, NO_ANSWER);
    // It was heard the first time: what is not held any more is released.
    if (!outcome.ok && outcome.again && outcome.error.code === 'lease-missing') return { ok: true, value: undefined };
    return done(outcome);
  }

  const done = <T>(outcome: Outcome<T>): Outcome => (outcome.ok ? { ok: true, value: undefined } : outcome);

  return {
    demand: (channel, wanted, have) => remotes.demand(channel, wanted, have),
    offer: (board, status) => shares.offer(board, status),
    async lease(board, action, reason) {
      if (action === 'release') return release(board);
      const outcome = await questions.ask((rid) => ({ t: 'lease', rid, board, action, reason }));
      if (outcome.ok && outcome.value.lease) remotes.granted(board, outcome.value.lease);
      return done(outcome);
    },
    async command(request) {
      const fence = remotes.fenceOf(request.board);
      const deadline = request.deadline + clock.shiftMs;
      const givenUp = {
        code: 'command-timeout',
        message: 'the relay was away until the deadline; the board may have acted',
      } as const;
      const ask = (rid: number): ToRelay => ({ t: 'command', rid, request: { ...request, deadline }, fence });
      return done(await retries.ask(ask, request.deadline, givenUp));
    },
    async cancelCommand(board, id) {
      const fence = remotes.fenceOf(board);
      const ask = (rid: number): ToRelay => ({ t: 'cancel-command', rid, board, id, fence });
      return done(await retries.ask(ask, host.now() + AGAIN_MS, NO_ANSWER));
    },
    async write(board, bytes, by) {
      const hex = toHex(bytes);
      const fence = remotes.fenceOf(board);
      return done(await questions.ask((rid) => ({ t: 'write', rid, board, hex, by, fence })));
    },
    setBoard: async () => failed('not-allowed', 'only the browser that holds this board can do that'),
    async setClientName(next) {
      name = next;
      socket.send({ t: 'name', name });
      tell();
      return { ok: true, value: undefined };
    },
    close() {
      if (closed) return;
      setState({ is: 'off' });
      closed = true;
      cancelTell?.();
      retries.close();
      questions.failAll();
      shares.close();
      remotes.close();
      socket.close();
    },
  };
}

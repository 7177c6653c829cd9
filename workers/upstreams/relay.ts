import type { FromRelay } from '../../src/contract/from-relay.ts';
import type { Outcome } from '../../src/contract/hub-api.ts';
import type { ClientId } from '../../src/contract/ids.ts';
import type { RelayStatus } from '../../src/contract/relay-status.ts';
import { CONTRACT_VERSION } from '../../src/contract/version.ts';
import { toHex } from '../../src/decode/hex.ts';
import { RelayClock } from './relay-clock.ts';
import { failed, RelayQuestions } from './relay-questions.ts';
import { RelayRemotes } from './relay-remotes.ts';
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
  let cancelTell: (() => void) | undefined;
  let closed = false;

  const drop = (reason: string): void => {
    drops[reason] = (drops[reason] ?? 0) + 1;
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
  const shares = new RelayShares({
    host,
    socket,
    questions,
    clock,
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
        setState({ is: 'live', since: host.now(), rttMs: clock.rttMs });
        remotes.up();
        shares.up();
        socket.send({ t: 'ping', at: host.now() });
        break;
      case 'answer':
        // Of a status update or a subscription, which nobody waits for; a refusal is worth a count.
        if (!questions.answered(message) && !message.ok) {
          drop(message.error.code);
          remotes.refused(message.rid);
        }
        break;
      case 'refused':
        drops[message.error.code] = (drops[message.error.code] ?? 0) + message.count;
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
        void shares.run(message);
        break;
      default:
        remotes.message(message);
    }
  }

  function wentDown(reason: string): void {
    questions.failAll();
    shares.down(reason);
    remotes.down();
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
    });
  }

  function tellEvery(): void {
    tell();
    cancelTell = host.schedule(STATUS_EVERY_MS, tellEvery);
  }

  const done = <T>(outcome: Outcome<T>): Outcome => (outcome.ok ? { ok: true, value: undefined } : outcome);

  return {
    demand: (channel, wanted, have) => remotes.demand(channel, wanted, have),
    offer: (board, status) => shares.offer(board, status),
    async lease(board, action, reason) {
      if (action === 'release') remotes.released(board);
      const outcome = await questions.ask((rid) => ({ t: 'lease', rid, board, action, reason }));
      if (outcome.ok && outcome.value.lease) remotes.granted(board, outcome.value.lease);
      return done(outcome);
    },
    async command(request) {
      const fence = remotes.fenceOf(request.board);
      const deadline = request.deadline + clock.shiftMs;
      return done(await questions.ask((rid) => ({ t: 'command', rid, request: { ...request, deadline }, fence })));
    },
    async cancelCommand(board, id) {
      const fence = remotes.fenceOf(board);
      return done(await questions.ask((rid) => ({ t: 'cancel-command', rid, board, id, fence })));
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
      questions.failAll();
      shares.close();
      remotes.close();
      socket.close();
    },
  };
}

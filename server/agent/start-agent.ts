import { boardFamilies } from '../../src/boards/registry.ts';
import type { BoardStatus } from '../../src/contract/board-status.ts';
import type { BoardId } from '../../src/contract/ids.ts';
import type { RelayStatus } from '../../src/contract/relay-status.ts';
import { randomId } from '../../src/lib/random-id.ts';
import { systemClock } from '../../src/serial/clock.ts';
import type { Os } from '../../src/serial/port-errors.ts';
import { createHub } from '../../workers/hub/create-hub.ts';
import type { HubEnv } from '../../workers/hub/hub-env.ts';
import { lonelyLocks } from '../../workers/hub/lonely-locks.ts';
import { makePortHolder } from '../../workers/serial/port-holder.ts';
import { relayUpstream } from '../../workers/upstreams/relay.ts';
import { AgentError } from './agent-error.ts';
import { type AgentFile, openAgentFile } from './agent-file.ts';
import type { AgentOptions } from './agent-options.ts';
import { BoardWords } from './board-words.ts';
import { lockFile } from './file-lock.ts';
import { openHubTab } from './hub-tab.ts';
import { makeRelayAccess } from './relay-access.ts';
import { RelayWords } from './relay-words.ts';
import { findPorts, loadSerialLibrary, type SerialLibrary } from './serial-library.ts';
import { SerialPath } from './serial-path.ts';
import type { Tell } from './tell.ts';

export interface Agent {
  /** Rejects when there is no sense in going on; else it is for ever. */
  readonly failed: Promise<never>;
  /** Leaves the server and closes the ports; what is wanted of them stays as it is for the next start. */
  stop(): Promise<void>;
}

/** Longer than any port or server that still answers takes. */
const STOP_MS = 3_000;
const BOARDS = 1;
const RELAY = 2;

/**
 * A browser's hub, relay upstream and port holder in this process, with a page that has no screen for each port: what is at these ports
 * is shared exactly as a browser shares it.
 * @throws {AgentError} when something must be mended first.
 */
export async function startAgent(options: AgentOptions, tell: Tell): Promise<Agent> {
  const library = await loadSerialLibrary();
  const unlock = await lockFile(options.idFile);
  if (unlock === undefined)
    throw new AgentError(
      `Another agent uses ${options.idFile}. Stop it, or give this one a file of its own: --id-file FILE`,
    );
  const file = await openAgentFile({
    path: options.idFile,
    serials: options.serials,
    name: options.name,
    onFailure: (cause) => tell('error', `${options.idFile} cannot be written: ${String(cause)}`),
  });
  await tellMissing(library, options.serials, tell);

  if (options.token !== undefined && goesUnencrypted(options.url))
    tell('error', `The token goes to ${options.url} unencrypted: whoever is in between can read it. Use https://`);

  const failure = Promise.withResolvers<never>();
  // It is listened to a moment later.
  failure.promise.catch(() => undefined);
  const stopping = new AbortController();
  const tellUntilStop: Tell = (level, text) => {
    if (!stopping.signal.aborted) tell(level, text);
  };
  const access = makeRelayAccess(options.token);
  const hub = createHub({
    env: nodeEnv(file),
    openRelay: relayUpstream({ url: () => options.url, WebSocket: access.WebSocket }),
  });
  const paths = options.serials.map(
    (path) => new SerialPath(library, { path, baudRate: options.baudRate, signal: stopping.signal }),
  );

  const relayWords = new RelayWords(tellUntilStop, access, (why) => failure.reject(new AgentError(why)));
  const words = options.serials.map((path) => new BoardWords(path, tellUntilStop));
  const asked = new Set<BoardId>();
  const watcher = await openHubTab(hub, 'agent', (items) => {
    for (const item of items) {
      if (item.t !== 'state') continue;
      for (const [, record] of item.puts) {
        if (item.sub === RELAY) relayWords.changed(record as RelayStatus);
        else boardChanged(record as BoardStatus);
      }
    }
  });

  function boardChanged(status: BoardStatus): void {
    const at = status.path.is === 'tab' ? options.serials.findIndex((_, index) => tabOf(index) === tabIn(status)) : -1;
    const path = options.serials[at];
    if (path === undefined) return;
    words[at]?.changed(status);
    // Before it is known, a port may turn out to be another board's.
    if (status.phase.is !== 'open' || status.identity.dialect === undefined) return;
    file.remember(path, status.id);
    if (asked.has(status.id) || (status.share.is !== 'private') === options.shared) return;
    asked.add(status.id);
    watcher.api.setBoard(status.id, { shared: options.shared }).then((outcome) => {
      if (!outcome.ok) tell('error', `${path} cannot be shared: ${outcome.error.message}`);
    }, failure.reject);
  }

  watcher.api.subscribe({ sub: BOARDS, channel: 'boards' }).catch(failure.reject);
  watcher.api.subscribe({ sub: RELAY, channel: 'relay' }).catch(failure.reject);

  // A page has one holder, and a holder tells ports apart by their USB ids; with one holder for each path they are told apart by that.
  const holders = await Promise.all(
    paths.map(async (serial, index) => {
      const holder = makePortHolder({
        serial,
        families: boardFamilies,
        clock: systemClock,
        random: Math.random,
        os: OS[process.platform] ?? 'other',
        signal: stopping.signal,
        newKey: () => serial.path,
        // By name, on the command line.
        wasPicked: async () => true,
        onTrouble: (cause) => tell('error', `${serial.path}: ${String(cause)}`),
      });
      const tab = await openHubTab(hub, tabOf(index), () => undefined);
      tab.hold(holder, (message) =>
        message.t === 'port' && message.known === undefined ? { ...message, known: file.known(serial.path) } : message,
      );
      await holder.start();
      return holder;
    }),
  );

  return {
    failed: failure.promise,
    async stop() {
      stopping.abort();
      // First, so that the server is told that the agent left, and not that somebody let the port go.
      hub.close();
      holders.forEach((holder, index) => {
        const key = paths[index]?.path;
        if (key !== undefined) holder.handle({ t: 'release', key });
      });
      const deadline = Date.now() + STOP_MS;
      while (paths.some(({ isOpen }) => isOpen) && Date.now() < deadline) await pause(20);
      await Promise.race([access.closed(), pause(Math.max(0, deadline - Date.now()))]);
      await file.written();
      unlock();
      tell('info', 'stopped');
    },
  };
}

const OS: Partial<Record<NodeJS.Platform, Os>> = { linux: 'linux', win32: 'windows', darwin: 'macos' };

const tabOf = (index: number): string => `agent-${index}`;
const tabIn = ({ path }: BoardStatus): string | undefined => (path.is === 'tab' ? path.tab : undefined);
const goesUnencrypted = (url: string): boolean => {
  const { protocol, hostname } = new URL(url);
  return protocol === 'ws:' && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
};
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const nodeEnv = ({ store }: AgentFile): HubEnv => ({
  build: process.env.HYPHAE_BUILD ?? 'agent',
  // Every page of this hub is in this process, and goes when it goes.
  locks: lonelyLocks,
  store,
  now: () => Date.now(),
  mono: () => performance.now(),
  schedule: (ms, callback) => systemClock.schedule(ms, callback),
  makeId: () => randomId().slice(0, 16),
});

async function tellMissing(library: SerialLibrary, serials: readonly string[], tell: Tell): Promise<void> {
  for (const path of serials) {
    const serial = new SerialPath(library, { path, baudRate: undefined, signal: AbortSignal.abort() });
    if ((await serial.getPorts()).length > 0) continue;
    const found = (await findPorts(library)).map((port) => port.path);
    const others = found.length > 0 ? `This computer has ${found.join(', ')}.` : 'This computer has none.';
    tell('error', `${path} is not there. ${others} It is opened as soon as it comes.`);
  }
}

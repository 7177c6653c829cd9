import type { TabId } from '../contract/ids.ts';
import type { FromSerialWorker, ToSerialWorker } from '../contract/serial-worker.ts';
import type { PageLink } from './hub-link-machine.ts';
import type { HubMode, LinkStatus } from './link.ts';

declare const __BUILD__: string;

/**
 * Tabs with one lock share a hub, now and after its death. Each hub needs its own holder, for the simulated boards at least; which
 * of the holders may open the real ports is settled between them by a lock of their own.
 */
const lockOf = (mode: HubMode, tab: TabId): string => {
  if (mode === 'solo') return `board-holder:${tab}`;
  return mode === 'shared' ? `board-holder:shared:${__BUILD__}` : 'board-holder:leader';
};

/**
 * One tab of each hub holds its boards: whichever has the lock. It starts the serial worker, connects it with the hub, and again
 * with the next hub. When it closes or crashes, the lock is free and another tab does the same. Returns how to stop.
 */
export function startSerialOwner(link: PageLink, onMessage: (message: FromSerialWorker) => void): () => void {
  let stand: AbortController | undefined;
  const begin = () => {
    if (stand !== undefined) return;
    stand = new AbortController();
    void standForOwner(link, onMessage, stand.signal);
  };
  const end = () => {
    stand?.abort();
    stand = undefined;
  };
  const onPageShow = (event: PageTransitionEvent) => {
    if (event.persisted) begin();
  };
  addEventListener('pagehide', end);
  addEventListener('pageshow', onPageShow);
  begin();
  return () => {
    removeEventListener('pagehide', end);
    removeEventListener('pageshow', onPageShow);
    end();
  };
}

async function standForOwner(
  link: PageLink,
  onMessage: (message: FromSerialWorker) => void,
  signal: AbortSignal,
): Promise<void> {
  // With a leader tab's hub only the leader can hand a port over; a follower stands only once it has become the leader.
  const mode = await connectedAs((each) => each !== 'follower', link, signal);
  if (mode === undefined || signal.aborted) return;
  const own = () => (signal.aborted ? undefined : ownPorts(link, onMessage, signal));
  if (!('locks' in navigator)) {
    await own();
    return;
  }
  // Withdrawn by the signal: the page has left.
  await navigator.locks.request(lockOf(mode, link.tab), { signal }, own).catch(() => undefined);
}

/** Runs the serial worker until the signal. */
function ownPorts(link: PageLink, onMessage: (message: FromSerialWorker) => void, signal: AbortSignal): Promise<void> {
  const worker = new Worker(new URL('../../workers/serial.worker.ts', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<FromSerialWorker>) => onMessage(data);
  worker.onerror = ({ message }) =>
    onMessage({ t: 'trouble', error: { code: 'port-open-failed', message: message || 'the serial worker failed' } });
  const tell = (message: ToSerialWorker, transfer: Transferable[] = []) => worker.postMessage(message, transfer);

  let hub: string | undefined;
  const follow = (status: LinkStatus) => {
    if (status.is !== 'connected') {
      if (hub !== undefined) tell({ t: 'hub-gone' });
      hub = undefined;
      return;
    }
    const connection = `${status.hub}@${status.since}`;
    if (connection === hub) return;
    const { port1, port2 } = new MessageChannel();
    if (!link.attachHolder(port2)) return;
    hub = connection;
    tell({ t: 'hub-port' }, [port1]);
  };
  const stopFollowing = link.onStatus(follow);
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      stopFollowing();
      // Terminating closes the ports at once, so that the next owner can open them.
      worker.terminate();
      resolve();
    });
  });
}

/** How the link is connected, once it fits; undefined when the signal came first. */
function connectedAs(
  fits: (mode: HubMode) => boolean,
  link: PageLink,
  signal: AbortSignal,
): Promise<HubMode | undefined> {
  return new Promise((resolve) => {
    let stop: (() => void) | undefined;
    const finish = (mode?: HubMode) => {
      // The first status comes before there is a way to stop.
      queueMicrotask(() => stop?.());
      resolve(mode);
    };
    signal.addEventListener('abort', () => finish());
    stop = link.onStatus((status) => {
      if (status.is === 'connected' && fits(status.mode)) finish(status.mode);
    });
  });
}

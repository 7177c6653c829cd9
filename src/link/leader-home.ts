import type { FromHub } from '../contract/from-hub.ts';
import type { TabId } from '../contract/ids.ts';
import { addressedPort } from '../lib/addressed-port.ts';
import {
  type ConnectionListener,
  type HubConnection,
  type HubHome,
  portConnection,
  type RpcEndpoint,
} from './hub-home.ts';

const LOCK = 'hub-leader';
const BUS = 'hyphae-hub';

function startWorker(listener: ConnectionListener): Worker {
  const worker = new Worker(new URL('../../workers/hub.dedicated.ts', import.meta.url), { type: 'module' });
  worker.onerror = () => listener.onBroken({ code: 'hub-timeout', message: 'the hub worker did not start' });
  return worker;
}

/** Connects to our own worker; the worker is started if it is not there. */
function ownWorkerHome(mode: 'leader' | 'solo'): Pick<HubHome, 'connect' | 'close'> {
  let worker: Worker | undefined;
  return {
    connect: (listener) => {
      // Connecting anew means that the one before is of no use any more.
      worker?.terminate();
      worker = startWorker(listener);
      if (mode === 'leader') worker.postMessage({ t: 'lead', bus: BUS });
      const { port1, port2 } = new MessageChannel();
      worker.postMessage({ t: 'accept' }, [port2]);
      return portConnection(mode, port1, listener);
    },
    close: () => worker?.terminate(),
  };
}

/** The hub in a worker of this tab, for this tab alone: where there are neither SharedWorkers nor Web Locks. */
export function soloHome(): HubHome {
  return { ...ownWorkerHome('solo'), onMoved: () => undefined };
}

/**
 * The hub in a worker of one tab, the leader: whoever holds the Web Lock. The others talk to it over a BroadcastChannel, and one
 * of them takes over when the leader is gone.
 */
export function leaderHome(tab: TabId, locks: LockManager): HubHome {
  const own = ownWorkerHome('leader');
  const gone = new AbortController();
  let leads = false;
  let moved: () => void = () => undefined;
  locks
    .request(LOCK, { signal: gone.signal }, () => {
      leads = true;
      moved();
      return new Promise<void>((release) => gone.signal.addEventListener('abort', () => release()));
    })
    // Withdrawn by `close`.
    .catch(() => undefined);
  return {
    connect: (listener) => (leads ? own.connect(listener) : followerConnection(tab, listener)),
    onMoved: (listener) => {
      moved = listener;
    },
    close: () => {
      gone.abort();
      own.close();
    },
  };
}

function followerConnection(tab: TabId, listener: ConnectionListener): HubConnection {
  const bus = new BroadcastChannel(BUS);
  const data = addressedPort(bus, tab, 'hub', 'data');
  data.addEventListener('message', (event) => listener.onMessage(event.data as FromHub));
  let rpc: ReturnType<typeof addressedPort> | undefined;
  return {
    mode: 'follower',
    hello: (message) => {
      rpc?.close();
      rpc = addressedPort(bus, tab, 'hub', 'rpc');
      data.postMessage(message);
      return rpc as unknown as RpcEndpoint;
    },
    post: (message) => data.postMessage(message),
    sendHolder: () => false,
    close: () => {
      rpc?.close();
      data.close();
      bus.close();
    },
  };
}

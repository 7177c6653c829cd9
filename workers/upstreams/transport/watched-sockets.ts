import { messageOf } from './attempt.ts';

export interface SocketWatcher {
  /** By the socket's own word. `error`: what an error event said before, if anything. */
  onClose(code: number, reason: string, error: string | undefined): void;
  /** It could not even be made (a port or scheme that is forbidden here). */
  onImpossible(why: string): void;
}

type WebSocketConstructor = typeof WebSocket;

/** A WebSocket class for a library that hides how its sockets end. */
export function watchedSockets(Socket: WebSocketConstructor, watcher: SocketWatcher): WebSocketConstructor {
  function Watched(url: string, protocols?: string | string[]): WebSocket {
    let socket: WebSocket;
    try {
      socket = protocols === undefined || protocols.length === 0 ? new Socket(url) : new Socket(url, protocols);
    } catch (cause) {
      // Thrown here it would be lost in the library, and end a Node process. It finds a closed socket instead.
      queueMicrotask(() => watcher.onImpossible(messageOf(cause)));
      return closedSocket();
    }
    let error: string | undefined;
    socket.addEventListener('error', (event) => {
      // Browsers tell nothing; Node tells what the server answered.
      const said: unknown = 'message' in event ? event.message : undefined;
      if (typeof said === 'string' && said !== '') error ??= said;
    });
    socket.addEventListener('close', ({ code, reason }) => watcher.onClose(code, reason, error), { once: true });
    return socket;
  }
  return Object.assign(Watched, {
    CONNECTING: 0,
    OPEN: 1,
    CLOSING: 2,
    CLOSED: 3,
  }) as unknown as WebSocketConstructor;
}

const closedSocket = (): WebSocket =>
  Object.assign(new EventTarget(), {
    readyState: 3,
    close: () => undefined,
    bufferedAmount: 0,
  }) as unknown as WebSocket;

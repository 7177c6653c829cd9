import type { AppError } from '../contract/error-codes.ts';
import type { FromHub } from '../contract/from-hub.ts';
import type { ToHub } from '../contract/to-hub.ts';
import type { HubMode } from './link.ts';

/** One attempt to talk to a hub; a hub that died is reached by a new one. */
export interface HubConnection {
  readonly mode: HubMode;
  /** The endpoint for comlink; fresh with every hello. */
  hello(message: Extract<ToHub, { t: 'hello' }>): RpcEndpoint;
  post(message: ToHub): void;
  /** Sends our serial worker's port; false where ports cannot be sent. */
  sendHolder(port: MessagePort): boolean;
  close(): void;
}

/** What comlink's `wrap` takes. */
export interface RpcEndpoint {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject): void;
  start(): void;
}

export interface ConnectionListener {
  onMessage(message: FromHub): void;
  /** This way will not work (the worker's file is missing, workers are forbidden). */
  onBroken(error: AppError): void;
}

/** Where the hub lives, and how to reach it there. */
export interface HubHome {
  connect(listener: ConnectionListener): HubConnection;
  /** Calls back when the page should connect anew: it has become the leader. */
  onMoved(listener: () => void): void;
  close(): void;
}

/** A connection over a MessagePort, to whatever worker has the other end. */
export function portConnection(mode: HubMode, port: MessagePort, listener: ConnectionListener): HubConnection {
  port.onmessage = ({ data }: MessageEvent<FromHub>) => listener.onMessage(data);
  let rpc: MessagePort | undefined;
  return {
    mode,
    hello: (message) => {
      rpc?.close();
      const channel = new MessageChannel();
      rpc = channel.port1;
      port.postMessage(message, [channel.port2]);
      return channel.port1;
    },
    post: (message) => port.postMessage(message),
    sendHolder: (holder) => {
      port.postMessage({ t: 'holder' } satisfies ToHub, [holder]);
      return true;
    },
    close: () => {
      port.onmessage = null;
      rpc?.close();
      port.close();
    },
  };
}

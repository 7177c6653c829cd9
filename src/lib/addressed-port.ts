/** The part of a BroadcastChannel that this file needs. */
export interface AddressBus {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  removeEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** What travels on the bus: everybody hears everything and keeps what is theirs. */
export interface Addressed {
  readonly from: string;
  readonly to: string;
  readonly lane: string;
  readonly data: unknown;
}

export type AddressedListener = (event: { readonly data: unknown; readonly origin: string }) => void;

/** Looks like a MessagePort to both `comlink` and a listener; buffers are copied, ports cannot be sent. */
export interface AddressedPort {
  postMessage(message: unknown): void;
  addEventListener(type: string, listener: AddressedListener): void;
  removeEventListener(type: string, listener: AddressedListener): void;
  start(): void;
  close(): void;
  /** Gives the listeners a message by hand: the one that was heard before this end was made. */
  receive(data: unknown): void;
}

export function isAddressed(value: unknown): value is Addressed {
  const it = value as Partial<Addressed> | null;
  return (
    typeof it === 'object' && typeof it?.from === 'string' && typeof it.to === 'string' && typeof it.lane === 'string'
  );
}

/** One end of a conversation between `me` and `peer` on one lane of a shared bus. */
export function addressedPort(bus: AddressBus, me: string, peer: string, lane: string): AddressedPort {
  const listeners = new Set<AddressedListener>();
  const receive = (data: unknown) => {
    for (const listener of [...listeners]) listener({ data, origin: '' });
  };
  const hear = ({ data }: { readonly data: unknown }) => {
    if (!isAddressed(data) || data.to !== me || data.from !== peer || data.lane !== lane) return;
    receive(data.data);
  };
  let closed = false;
  bus.addEventListener('message', hear);
  return {
    // As with a MessagePort, what is said after the end goes nowhere; the bus may be closed by then, and would throw.
    postMessage: (message) => {
      if (!closed) bus.postMessage({ from: me, to: peer, lane, data: message } satisfies Addressed);
    },
    addEventListener: (type, listener) => {
      if (type === 'message') listeners.add(listener);
    },
    removeEventListener: (_type, listener) => void listeners.delete(listener),
    receive,
    start: () => undefined,
    close: () => {
      closed = true;
      bus.removeEventListener('message', hear);
      listeners.clear();
    },
  };
}

/**
 * A `navigator.serial` in the shape of the specification, for browsers that cannot be shown a pseudo terminal. Its bytes travel over
 * WebSockets to `fake-serial-server.ts`: `/ctl` tells which ports there are, `/port/<id>` is one open port. Text frames are control,
 * binary frames are bytes. `e2e/serial/contract.test.ts` holds it against the real one.
 *
 * This function runs in the browser as text: it may use nothing from outside itself.
 */
export function installFakeSerial(base: string): void {
  type Info = { readonly usbVendorId: number; readonly usbProductId: number };
  type Told = {
    readonly init?: readonly { readonly id: string; readonly info: Info }[];
    readonly add?: { readonly id: string; readonly info: Info };
    readonly remove?: string;
  };
  const ports = new Map<string, FakePort>();
  const fail = (name: string, message: string) => new DOMException(message, name);
  const lost = () => fail('NetworkError', 'The device has been lost.');
  const on = (method: string, text: string) => `Failed to execute '${method}' on 'SerialPort': ${text}`;

  class FakePort extends EventTarget {
    connected = true;
    readonly #id: string;
    readonly #info: Info;
    #state: 'closed' | 'opening' | 'open' | 'lost' | 'closing' = 'closed';
    #socket: WebSocket | undefined;
    #bufferSize = 255;
    #readable: ReadableStream<Uint8Array> | null = null;
    #reading: ReadableByteStreamController | undefined;
    #writable: WritableStream<Uint8Array> | null = null;
    #writing: { readonly sent: () => void; readonly failed: (cause: unknown) => void } | undefined;
    #held = false;

    constructor(id: string, info: Info) {
      super();
      this.#id = id;
      this.#info = info;
    }

    getInfo(): Info {
      return { ...this.#info };
    }

    async open({ baudRate, bufferSize = 255 }: SerialOptions): Promise<void> {
      if (this.#state !== 'closed') throw fail('InvalidStateError', on('open', 'The port is already open.'));
      if (baudRate === 0) throw new TypeError(on('open', 'Requested baud rate must be greater than zero.'));
      if (bufferSize === 0) throw new TypeError(on('open', 'Requested buffer size must be greater than zero.'));
      this.#state = 'opening';
      this.#bufferSize = bufferSize;
      const socket = new WebSocket(`${base}/port/${this.#id}`);
      socket.binaryType = 'arraybuffer';
      const opened = await new Promise<boolean>((resolve) => {
        socket.onmessage = ({ data }) => resolve(data === 'open');
        socket.onclose = () => resolve(false);
      });
      if (!opened) {
        this.#state = 'closed';
        throw fail('NetworkError', on('open', 'Failed to open serial port.'));
      }
      this.#socket = socket;
      this.#state = 'open';
      socket.onmessage = ({ data }) => this.#hear(data);
      socket.onclose = () => this.hangUp();
    }

    get readable(): ReadableStream<Uint8Array> | null {
      if (this.#state !== 'open') return null;
      this.#readable ??= new ReadableStream(
        {
          type: 'bytes',
          start: (controller) => {
            this.#reading = controller;
          },
          pull: () => this.#hold(false),
          cancel: () => {
            this.#reading = undefined;
            this.#readable = null;
          },
        },
        { highWaterMark: this.#bufferSize },
      );
      return this.#readable;
    }

    get writable(): WritableStream<Uint8Array> | null {
      if (this.#state !== 'open') return null;
      this.#writable ??= new WritableStream<Uint8Array>(
        {
          write: (bytes) =>
            new Promise<void>((sent, failed) => {
              if (this.#state !== 'open') return failed(lost());
              this.#writing = { sent, failed };
              this.#socket?.send(bytes as Uint8Array<ArrayBuffer>);
            }),
          abort: () => {
            this.#writable = null;
          },
          close: () => {
            this.#writable = null;
          },
        },
        new ByteLengthQueuingStrategy({ highWaterMark: this.#bufferSize }),
      );
      return this.#writable;
    }

    async setSignals(signals: SerialOutputSignals): Promise<void> {
      if (this.#state !== 'open') throw fail('InvalidStateError', on('setSignals', 'The port is closed.'));
      if (Object.keys(signals).length === 0) {
        throw new TypeError(on('setSignals', 'Signals dictionary must contain at least one member.'));
      }
      this.#socket?.send(JSON.stringify({ signals }));
    }

    async getSignals(): Promise<SerialInputSignals> {
      if (this.#state !== 'open') throw fail('InvalidStateError', on('getSignals', 'The port is closed.'));
      return { clearToSend: true, dataCarrierDetect: true, dataSetReady: true, ringIndicator: false };
    }

    async close(): Promise<void> {
      if (this.#state === 'closed') throw fail('InvalidStateError', on('close', 'The port is already closed.'));
      if (this.#readable?.locked) throw new TypeError(on('close', 'Cannot cancel a locked stream'));
      if (this.#writable?.locked) throw new TypeError(on('close', 'Cannot abort a locked stream'));
      await this.#readable?.cancel();
      await this.#writable?.abort();
      const socket = this.#socket;
      this.#state = 'closing';
      this.#readable = null;
      this.#writable = null;
      this.#socket = undefined;
      if (socket && socket.readyState <= WebSocket.OPEN) {
        await new Promise<void>((resolve) => {
          socket.onclose = () => resolve();
          socket.close();
        });
      }
      this.#state = 'closed';
    }

    async forget(): Promise<void> {
      ports.delete(this.#id);
    }

    hangUp(): void {
      if (this.#state !== 'open') return;
      this.#state = 'lost';
      this.#reading?.error(lost());
      this.#writing?.failed(lost());
      this.#reading = undefined;
      this.#writing = undefined;
      this.#readable = null;
      this.#writable = null;
    }

    #hear(data: string | ArrayBuffer): void {
      if (typeof data === 'string') {
        this.#writing?.sent();
        this.#writing = undefined;
        return;
      }
      // Nobody has asked for a stream yet: the bytes are in the buffer of the one that will be.
      if (!this.readable || !this.#reading) return;
      this.#reading.enqueue(new Uint8Array(data));
      this.#hold((this.#reading.desiredSize ?? 0) <= 0);
    }

    /** A reader that cannot keep up holds the board back, as a pseudo terminal does. */
    #hold(held: boolean): void {
      if (this.#held === held) return;
      this.#held = held;
      this.#socket?.send(JSON.stringify({ held }));
    }
  }

  class FakeSerial extends EventTarget {
    async getPorts(): Promise<FakePort[]> {
      await ready;
      return [...ports.values()];
    }

    async requestPort({ filters = [] }: SerialPortRequestOptions = {}): Promise<FakePort> {
      await ready;
      const fits = (info: Info, filter: SerialPortFilter) =>
        filter.usbVendorId === info.usbVendorId &&
        (filter.usbProductId === undefined || filter.usbProductId === info.usbProductId);
      const port = [...ports.values()].find(
        (one) => filters.length === 0 || filters.some((filter) => fits(one.getInfo(), filter)),
      );
      if (port) return port;
      throw fail('NotFoundError', "Failed to execute 'requestPort' on 'Serial': No port selected by the user.");
    }
  }

  const serial = new FakeSerial();
  const tell = (type: 'connect' | 'disconnect', port: FakePort) => {
    const event = new Event(type);
    Object.defineProperty(event, 'target', { value: port });
    serial.dispatchEvent(event);
    port.dispatchEvent(new Event(type));
  };

  const control = new WebSocket(`${base}/ctl`);
  const ready = new Promise<void>((resolve) => {
    control.onmessage = ({ data }) => {
      const told = JSON.parse(data) as Told;
      for (const { id, info } of told.init ?? []) ports.set(id, new FakePort(id, info));
      if (told.init) resolve();
      if (told.add) {
        const port = new FakePort(told.add.id, told.add.info);
        ports.set(told.add.id, port);
        tell('connect', port);
      }
      const gone = told.remove === undefined ? undefined : ports.get(told.remove);
      if (gone) {
        ports.delete(told.remove ?? '');
        gone.hangUp();
        gone.connected = false;
        tell('disconnect', gone);
      }
    };
  });
  Object.defineProperty(navigator, 'serial', { value: serial, configurable: true });
}

import type { SerialLike, SerialOpenOptions, SerialPortLike, UsbIds } from './serial-like.ts';

/** For tests: a bus of ports that behave as Chromium's do (`e2e/serial/contract.test.ts` holds the two against each other). */
export class FakeSerial implements SerialLike {
  readonly #ports: FakePort[] = [];
  readonly #events = new EventTarget();
  /** Set to make `getPorts()` fail. */
  refuses: Error | undefined;

  async getPorts(): Promise<readonly FakePort[]> {
    if (this.refuses) throw this.refuses;
    return [...this.#ports];
  }

  addEventListener(type: 'connect' | 'disconnect', listener: (event: Event) => void, options: { signal: AbortSignal }) {
    this.#events.addEventListener(type, listener, options);
  }

  /** Plugs a board in: a new object every time. */
  plug(usb: UsbIds, shape: Partial<FakePort> = {}): FakePort {
    const port = Object.assign(new FakePort(usb, () => this.#remove(port)), shape);
    this.#ports.push(port);
    this.#tell('connect', port);
    return port;
  }

  /** @param hangUp false: the system says the device is gone, but the pending read does not notice. */
  unplug(port: FakePort, { hangUp = true } = {}): void {
    if (hangUp) port.hangUp();
    this.#remove(port);
    port.connected = false;
    this.#tell('disconnect', port);
  }

  #remove(port: FakePort): void {
    const at = this.#ports.indexOf(port);
    if (at >= 0) this.#ports.splice(at, 1);
  }

  #tell(type: 'connect' | 'disconnect', port: FakePort): void {
    const event = new Event(type);
    Object.defineProperty(event, 'target', { value: port });
    this.#events.dispatchEvent(event);
  }
}

const lost = () => new DOMException('The device has been lost.', 'NetworkError');

export class FakePort implements SerialPortLike {
  connected = true;
  /** Another program holds it. */
  inUse = false;
  /** The board takes no bytes: writes stay pending. */
  stalled = false;
  opened: SerialOpenOptions | undefined;
  opens = 0;
  /** Everything written, write by write. */
  readonly written: Uint8Array[] = [];
  readonly signals: unknown[] = [];
  forgotten = false;
  readonly #usb: UsbIds;
  readonly #onForget: () => void;
  #readable: ReadableStream<Uint8Array> | null = null;
  #reading: ReadableStreamDefaultController<Uint8Array> | undefined;
  #writable: WritableStream<Uint8Array> | null = null;
  #writing: WritableStreamDefaultController | undefined;
  #fatal = false;

  constructor(usb: UsbIds, onForget: () => void) {
    this.#usb = usb;
    this.#onForget = onForget;
  }

  getInfo(): UsbIds {
    return this.#usb;
  }

  async open(options: SerialOpenOptions): Promise<void> {
    this.opens += 1;
    if (this.opened) throw new DOMException('The port is already open.', 'InvalidStateError');
    if (this.inUse || !this.connected) throw new DOMException('Failed to open serial port.', 'NetworkError');
    this.opened = options;
    this.#fatal = false;
  }

  get readable(): ReadableStream<Uint8Array> | null {
    if (!this.opened || this.#fatal) return null;
    this.#readable ??= new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#reading = controller;
      },
      cancel: () => {
        this.#readable = null;
        this.#reading = undefined;
      },
    });
    return this.#readable;
  }

  get writable(): WritableStream<Uint8Array> | null {
    if (!this.opened || this.#fatal) return null;
    this.#writable ??= new WritableStream<Uint8Array>({
      start: (controller) => {
        this.#writing = controller;
      },
      write: (bytes, controller) => {
        if (this.stalled) return new Promise((_, reject) => controller.signal.addEventListener('abort', reject));
        this.written.push(bytes);
        return undefined;
      },
      abort: () => {
        this.#writable = null;
      },
    });
    return this.#writable;
  }

  async close(): Promise<void> {
    if (!this.opened) throw new DOMException('The port is already closed.', 'InvalidStateError');
    if (this.#readable?.locked || this.#writable?.locked) throw new TypeError('Cannot cancel a locked stream');
    this.opened = undefined;
    this.#readable = null;
    this.#writable = null;
  }

  async setSignals(signals: unknown): Promise<void> {
    if (!this.opened) throw new DOMException('The port is closed.', 'InvalidStateError');
    this.signals.push(signals);
  }

  async forget(): Promise<void> {
    this.forgotten = true;
    this.#onForget();
  }

  // what the board and the cable do

  /** The board sends bytes; thrown away when nobody has the port open. */
  send(bytes: Uint8Array | string): void {
    if (!this.readable) return;
    this.#reading?.enqueue(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes);
  }

  /** A read error after which the port hands out a new stream: `BufferOverrunError`, `BreakError`, … */
  failRead(name: string): void {
    this.#reading?.error(new DOMException('', name));
    this.#reading = undefined;
    this.#readable = null;
  }

  /** The terminal hangs up: both streams break at once. */
  hangUp(): void {
    if (!this.opened) return;
    this.#fatal = true;
    this.#reading?.error(lost());
    this.#writing?.error(lost());
    this.#readable = null;
    this.#writable = null;
  }
}

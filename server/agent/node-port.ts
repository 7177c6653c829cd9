import { once } from 'node:events';
import type { SerialPort } from 'serialport';
import type { SerialOpenOptions, SerialPortLike, UsbIds } from '../../src/serial/serial-like.ts';
import type { SerialLibrary } from './serial-library.ts';

/**
 * How often an open port is asked whether it is still there. A terminal that hung up while it was being read gives no bytes and no
 * error, and the library would go on reading nothing for ever.
 */
const ASK_EVERY_MS = 500;

type Signals = Parameters<SerialPortLike['setSignals']>[0];

/**
 * A port of the package `serialport` that behaves as one of Web Serial, as far as Hyphae uses it (`src/serial/serial-like.ts`). Opening
 * leaves the modem lines as the system sets them, as Chromium does; only `setSignals` moves them.
 */
export class NodePort implements SerialPortLike {
  connected = true;
  readonly #library: SerialLibrary;
  readonly #path: string;
  readonly #usb: UsbIds;
  readonly #baudRate: number | undefined;
  #open: OpenPort | undefined;

  /** @param options.baudRate instead of what `open` asks for. */
  constructor(library: SerialLibrary, options: { path: string; usb: UsbIds; baudRate: number | undefined }) {
    this.#library = library;
    this.#path = options.path;
    this.#usb = options.usb;
    this.#baudRate = options.baudRate;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }
  get readable(): ReadableStream<Uint8Array> | null {
    return this.#open?.readable ?? null;
  }
  get writable(): WritableStream<Uint8Array> | null {
    return this.#open?.writable ?? null;
  }

  getInfo(): UsbIds {
    return this.#usb;
  }

  async open({ baudRate, bufferSize }: SerialOpenOptions): Promise<void> {
    if (this.#open) throw new DOMException('The port is already open.', 'InvalidStateError');
    const port = new this.#library({
      path: this.#path,
      baudRate: this.#baudRate ?? baudRate,
      highWaterMark: bufferSize,
      autoOpen: false,
    });
    await new Promise<void>((resolve, reject) => {
      port.open((cause) => (cause ? reject(openError(cause)) : resolve()));
    });
    this.#open = new OpenPort(port, bufferSize);
  }

  async close(): Promise<void> {
    const open = this.#open;
    if (!open) throw new DOMException('The port is already closed.', 'InvalidStateError');
    this.#open = undefined;
    await open.close();
  }

  async setSignals(signals: Signals): Promise<void> {
    if (!this.#open) throw new DOMException('The port is closed.', 'InvalidStateError');
    await this.#open.setSignals(signals);
  }
}

/** One life of a port, from opening to closing or loss. */
class OpenPort {
  readonly #port: SerialPort;
  readonly #bufferSize: number;
  readonly #asking: NodeJS.Timeout;
  #lost = false;
  #readable: ReadableStream<Uint8Array> | null = null;
  #reading: ReadableStreamDefaultController<Uint8Array> | undefined;
  #writable: WritableStream<Uint8Array> | null = null;
  #writing: WritableStreamDefaultController | undefined;
  /** The library sets all lines at once; these are what an open port has. */
  #lines = { dtr: true, rts: true, brk: false };

  constructor(port: SerialPort, bufferSize: number) {
    this.#port = port;
    this.#bufferSize = bufferSize;
    port.on('data', (chunk: Buffer) => {
      this.#reading?.enqueue(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      // The rest waits in the system, and then at the board.
      if ((this.#reading?.desiredSize ?? 0) <= 0) port.pause();
    });
    port.pause();
    for (const event of ['close', 'error', 'end']) port.on(event, () => this.#lose());
    this.#asking = setInterval(() => this.#ask(), ASK_EVERY_MS);
  }

  get readable(): ReadableStream<Uint8Array> | null {
    if (this.#lost) return null;
    this.#readable ??= new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#reading = controller;
        },
        pull: () => void this.#port.resume(),
        cancel: () => {
          this.#readable = null;
          this.#reading = undefined;
          this.#port.pause();
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: this.#bufferSize }),
    );
    return this.#readable;
  }

  get writable(): WritableStream<Uint8Array> | null {
    if (this.#lost) return null;
    this.#writable ??= new WritableStream<Uint8Array>({
      start: (controller) => {
        this.#writing = controller;
      },
      write: (bytes, { signal }) => this.#write(bytes, signal),
      abort: () => {
        this.#writable = null;
      },
    });
    return this.#writable;
  }

  async close(): Promise<void> {
    this.#lost = true;
    clearInterval(this.#asking);
    if (this.#port.isOpen) {
      await new Promise<void>((resolve, reject) => {
        this.#port.close((cause) => (cause ? reject(cause) : resolve()));
      });
    } else if (this.#port.closing) await once(this.#port, 'close');
  }

  async setSignals({ dataTerminalReady, requestToSend, break: brk }: Signals): Promise<void> {
    const { dtr, rts, brk: before } = this.#lines;
    this.#lines = { dtr: dataTerminalReady ?? dtr, rts: requestToSend ?? rts, brk: brk ?? before };
    await new Promise<void>((resolve, reject) => {
      this.#port.set(this.#lines, (cause) => (cause ? reject(cause) : resolve()));
    });
  }

  /** A board that takes nothing keeps a write pending for ever; `signal` lets go of it. */
  async #write(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp);
    this.#port.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), undefined, (cause) =>
      cause ? reject(lost()) : resolve(),
    );
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  #ask(): void {
    if (!this.#port.isOpen) return;
    this.#port.get((cause) => {
      // A port without modem lines is there all the same.
      if (cause && !/inappropriate ioctl/i.test(cause.message)) this.#lose();
    });
  }

  #lose(): void {
    if (this.#lost) return;
    this.#lost = true;
    clearInterval(this.#asking);
    this.#reading?.error(lost());
    this.#writing?.error(lost());
  }
}

const lost = () => new DOMException('The device has been lost.', 'NetworkError');

/** In Web Serial's words where it has some; `classifyOpenError` understands them. */
function openError({ message }: Error): DOMException {
  const what = message.replace(/^Error:? /, '');
  if (/cannot lock|busy|access is denied/i.test(what)) return new DOMException(`busy: ${what}`, 'InvalidStateError');
  if (/no such file|file not found|no such device/i.test(what)) return new DOMException(what, 'NotFoundError');
  return new DOMException(what, /permission/i.test(what) ? 'NetworkError' : 'UnknownError');
}

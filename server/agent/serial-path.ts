import { access, realpath } from 'node:fs/promises';
import type { SerialLike, SerialPortLike, UsbIds } from '../../src/serial/serial-like.ts';
import { NodePort } from './node-port.ts';
import { findPorts, type SerialLibrary } from './serial-library.ts';

/** A path gives no event when it comes or goes; a board takes longer than this to start. */
const LOOK_EVERY_MS = 500;

class PortEvent extends Event {
  readonly #port: SerialPortLike;
  constructor(type: 'connect' | 'disconnect', port: SerialPortLike) {
    super(type);
    this.#port = port;
  }
  override get target(): EventTarget {
    // Whoever listens compares it with the port it has, and does nothing else with it.
    return this.#port as unknown as EventTarget;
  }
}

/** One path of this computer as a bus with at most one port on it: there while the path is. A board that resets takes it away and back. */
export class SerialPath extends EventTarget implements SerialLike {
  readonly path: string;
  readonly #library: SerialLibrary;
  readonly #baudRate: number | undefined;
  #port: NodePort | undefined;
  /** As it was first seen: what is plugged in here is taken for the same port. */
  #usb: UsbIds | undefined;

  constructor(library: SerialLibrary, options: { path: string; baudRate: number | undefined; signal: AbortSignal }) {
    super();
    this.path = options.path;
    this.#library = library;
    this.#baudRate = options.baudRate;
    let looking = false;
    const timer = setInterval(async () => {
      if (looking) return;
      looking = true;
      await this.#look();
      looking = false;
    }, LOOK_EVERY_MS);
    options.signal.addEventListener('abort', () => clearInterval(timer));
  }

  get isOpen(): boolean {
    return this.#port?.isOpen ?? false;
  }

  async getPorts(): Promise<readonly SerialPortLike[]> {
    if (this.#port === undefined) await this.#look();
    return this.#port ? [this.#port] : [];
  }

  async #look(): Promise<void> {
    const isThere = await this.#isThere();
    if (isThere && this.#port === undefined) {
      this.#usb ??= await this.#findUsb();
      // Asked twice at once, the first has made it.
      if (this.#port !== undefined) return;
      this.#port = new NodePort(this.#library, { path: this.path, usb: this.#usb, baudRate: this.#baudRate });
      this.dispatchEvent(new PortEvent('connect', this.#port));
    } else if (!isThere && this.#port !== undefined) {
      const port = this.#port;
      this.#port = undefined;
      port.connected = false;
      this.dispatchEvent(new PortEvent('disconnect', port));
    }
  }

  async #isThere(): Promise<boolean> {
    if (process.platform === 'win32')
      return (await findPorts(this.#library)).some(({ path }) => path.toUpperCase() === this.path.toUpperCase());
    return access(this.path).then(
      () => true,
      () => false,
    );
  }

  async #findUsb(): Promise<UsbIds> {
    const real = await realpath(this.path).catch(() => this.path);
    const port = (await findPorts(this.#library)).find(({ path }) => path === real || path === this.path);
    return port?.usb ?? {};
  }
}

/**
 * The part of Web Serial that Hyphae uses. The browser's own objects fit as they are; so does the WebUSB adapter, which is why the
 * optional members are those that not every implementation has.
 */
export interface SerialPortLike {
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
  /** False after an unplug. Older browsers do not say. */
  readonly connected?: boolean;
  getInfo(): UsbIds;
  open(options: SerialOpenOptions): Promise<void>;
  close(): Promise<void>;
  setSignals(signals: {
    readonly dataTerminalReady?: boolean;
    readonly requestToSend?: boolean;
    readonly break?: boolean;
  }): Promise<void>;
  forget?(): Promise<void>;
}

/** Absent on ports that are not USB. Two boards of one kind have the same. */
export interface UsbIds {
  readonly usbVendorId?: number | undefined;
  readonly usbProductId?: number | undefined;
}

export interface SerialOpenOptions {
  readonly baudRate: number;
  readonly bufferSize: number;
}

export interface SerialLike {
  /** Ports this origin may use and that are there now. The same port is the same object until it is unplugged. */
  getPorts(): Promise<readonly SerialPortLike[]>;
  /** Asks the person. Only a page has it, and only on a click. */
  requestPort?(options: { readonly filters?: UsbFilter[] }): Promise<SerialPortLike>;
  /** `event.target` is the port. */
  addEventListener(
    type: 'connect' | 'disconnect',
    listener: (event: Event) => void,
    options: { readonly signal: AbortSignal },
  ): void;
}

export interface UsbFilter {
  readonly usbVendorId: number;
  readonly usbProductId?: number;
}

export const sameUsbIds = (a: UsbIds, b: UsbIds): boolean =>
  a.usbVendorId === b.usbVendorId && a.usbProductId === b.usbProductId;

export const matchesFilter = (ids: UsbIds, filter: UsbFilter): boolean =>
  ids.usbVendorId === filter.usbVendorId &&
  (filter.usbProductId === undefined || ids.usbProductId === filter.usbProductId);

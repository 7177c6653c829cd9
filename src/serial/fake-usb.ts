import type { UsbLike } from './webusb-port.ts';

/** For tests: a WebUSB bus, and a board on it that speaks CDC-ACM (USB CDC specification 1.1). */
export class FakeUsb implements UsbLike {
  readonly #events = new EventTarget();
  readonly #devices: FakeCdcDevice[] = [];

  addEventListener(type: string, listener: (event: Event & { readonly device: USBDevice }) => void): void {
    // Only `#tell` makes events here, and its events have a device.
    this.#events.addEventListener(type, listener as (event: Event) => void);
  }

  async getDevices(): Promise<USBDevice[]> {
    return [...this.#devices];
  }

  async requestDevice({ filters }: USBDeviceRequestOptions): Promise<USBDevice> {
    const device = this.#devices.find(
      (one) => filters.length === 0 || filters.some((f) => f.vendorId === one.vendorId),
    );
    if (!device) throw new DOMException('No device selected.', 'NotFoundError');
    return device;
  }

  plug(device: FakeCdcDevice): FakeCdcDevice {
    this.#devices.push(device);
    this.#tell('connect', device);
    return device;
  }

  unplug(device: FakeCdcDevice): void {
    this.#devices.splice(this.#devices.indexOf(device), 1);
    device.vanish();
    this.#tell('disconnect', device);
  }

  #tell(type: 'connect' | 'disconnect', device: USBDevice): void {
    this.#events.dispatchEvent(Object.assign(new Event(type), { device }));
  }
}

const endpoint = (endpointNumber: number, direction: USBDirection): USBEndpoint => ({
  endpointNumber,
  direction,
  type: 'bulk',
  packetSize: 64,
});

const usbInterface = (interfaceNumber: number, interfaceClass: number, endpoints: USBEndpoint[]): USBInterface => {
  const alternate: USBAlternateInterface = {
    alternateSetting: 0,
    interfaceClass,
    interfaceSubclass: 0,
    interfaceProtocol: 0,
    interfaceName: null,
    endpoints,
  };
  return { interfaceNumber, alternate, alternates: [alternate], claimed: false };
};

export class FakeCdcDevice implements USBDevice {
  readonly usbVersionMajor = 2;
  readonly usbVersionMinor = 0;
  readonly usbVersionSubminor = 0;
  readonly deviceClass = 0;
  readonly deviceSubclass = 0;
  readonly deviceProtocol = 0;
  readonly deviceVersionMajor = 1;
  readonly deviceVersionMinor = 0;
  readonly deviceVersionSubminor = 0;
  readonly manufacturerName = null;
  readonly productName = null;
  readonly serialNumber = null;
  readonly vendorId: number;
  readonly productId: number;
  readonly configurations: USBConfiguration[];
  configuration: USBConfiguration | null = null;
  opened = false;
  /** Every control transfer: the request, its value, its bytes. */
  readonly control: { readonly request: number; readonly value: number; readonly bytes: number[] }[] = [];
  /** Everything the computer sent. */
  readonly received: number[] = [];
  #waiting: { resolve: (result: USBInTransferResult) => void; reject: (cause: unknown) => void } | undefined;
  readonly #outgoing: USBInTransferResult[] = [];

  constructor(vendorId = 0x303a, productId = 0x1001, dataClass = 10) {
    this.vendorId = vendorId;
    this.productId = productId;
    this.configurations = [
      {
        configurationValue: 1,
        configurationName: null,
        interfaces: [usbInterface(0, 2, []), usbInterface(1, dataClass, [endpoint(1, 'in'), endpoint(1, 'out')])],
      },
    ];
  }

  async open(): Promise<void> {
    this.opened = true;
  }
  async close(): Promise<void> {
    this.opened = false;
    this.#waiting?.reject(new DOMException('The transfer was cancelled.', 'AbortError'));
    this.#waiting = undefined;
  }
  async forget(): Promise<void> {}
  async reset(): Promise<void> {}
  async selectConfiguration(): Promise<void> {
    this.configuration = this.configurations[0] ?? null;
  }
  async claimInterface(): Promise<void> {}
  async releaseInterface(): Promise<void> {}
  async selectAlternateInterface(): Promise<void> {}
  async clearHalt(): Promise<void> {}
  async controlTransferIn(): Promise<USBInTransferResult> {
    return { status: 'stall' };
  }
  async isochronousTransferIn(): Promise<USBIsochronousInTransferResult> {
    return { packets: [] };
  }
  async isochronousTransferOut(): Promise<USBIsochronousOutTransferResult> {
    return { packets: [] };
  }

  async controlTransferOut(setup: USBControlTransferParameters, data?: BufferSource): Promise<USBOutTransferResult> {
    this.control.push({ request: setup.request, value: setup.value, bytes: data ? bytesOf(data) : [] });
    return { status: 'ok', bytesWritten: data?.byteLength ?? 0 };
  }

  async transferOut(_endpoint: number, data: BufferSource): Promise<USBOutTransferResult> {
    this.received.push(...bytesOf(data));
    return { status: 'ok', bytesWritten: data.byteLength };
  }

  transferIn(): Promise<USBInTransferResult> {
    const ready = this.#outgoing.shift();
    if (ready) return Promise.resolve(ready);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /** The board sends a packet; an empty one ends a transfer that filled its last packet. */
  send(bytes: readonly number[], status: USBTransferStatus = 'ok'): void {
    const result = { status, data: new DataView(Uint8Array.from(bytes).buffer) };
    if (this.#waiting) this.#waiting.resolve(result);
    else this.#outgoing.push(result);
    this.#waiting = undefined;
  }

  vanish(): void {
    this.opened = false;
    this.#waiting?.reject(new DOMException('The device was disconnected.', 'NotFoundError'));
    this.#waiting = undefined;
  }
}

const bytesOf = (data: BufferSource): number[] =>
  data instanceof ArrayBuffer
    ? [...new Uint8Array(data)]
    : [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];

import { SerialPort as CdcAcmPort } from 'web-serial-polyfill';
import type { SerialLike, SerialOpenOptions, SerialPortLike, UsbFilter, UsbIds } from './serial-like.ts';

/** The part of `navigator.usb` that is used. */
export interface UsbLike {
  getDevices(): Promise<USBDevice[]>;
  requestDevice(options: USBDeviceRequestOptions): Promise<USBDevice>;
  addEventListener(
    type: 'connect' | 'disconnect',
    listener: (event: Event & { readonly device: USBDevice }) => void,
  ): void;
}

/** Serial over WebUSB (CDC-ACM), for browsers that have only that. Adds to the library what Web Serial has and it lacks. */
export function makeWebUsbSerial(usb: UsbLike): SerialLike {
  return new WebUsbSerial(usb);
}

/** Bubbles as Web Serial's does: heard at `serial`, and its target is the port. */
class PortEvent extends Event {
  readonly #port: WebUsbPort;
  constructor(type: 'connect' | 'disconnect', port: WebUsbPort) {
    super(type);
    this.#port = port;
  }
  override get target(): EventTarget {
    return this.#port;
  }
}

class WebUsbSerial extends EventTarget implements SerialLike {
  readonly #usb: UsbLike;
  /** One port per device, so that the same device is the same object. */
  readonly #ports = new WeakMap<USBDevice, WebUsbPort>();

  constructor(usb: UsbLike) {
    super();
    this.#usb = usb;
    usb.addEventListener('connect', ({ device }) => this.#tell(device, 'connect'));
    usb.addEventListener('disconnect', ({ device }) => this.#tell(device, 'disconnect'));
  }

  async getPorts(): Promise<readonly WebUsbPort[]> {
    const devices = await this.#usb.getDevices();
    return devices.map((device) => this.#portOf(device)).filter((port) => port !== undefined);
  }

  async requestPort({ filters = [] }: { readonly filters?: UsbFilter[] }): Promise<WebUsbPort> {
    const device = await this.#usb.requestDevice({
      filters: filters.map(({ usbVendorId, usbProductId }) => ({
        vendorId: usbVendorId,
        ...(usbProductId === undefined ? {} : { productId: usbProductId }),
        classCode: CDC_CONTROL_CLASS,
      })),
    });
    const port = this.#portOf(device);
    // A bridge chip (CP210x, CH340) speaks its vendor's own protocol, which WebUSB alone does not.
    if (!port) throw new DOMException('This device has no CDC-ACM interface.', 'NotSupportedError');
    return port;
  }

  #portOf(device: USBDevice): WebUsbPort | undefined {
    if (!isCdcAcm(device)) return undefined;
    const known = this.#ports.get(device);
    const port = known ?? new WebUsbPort(device);
    if (!known) this.#ports.set(device, port);
    return port;
  }

  #tell(device: USBDevice, type: 'connect' | 'disconnect'): void {
    const port = this.#portOf(device);
    if (!port) return;
    port.connected = type === 'connect';
    const event = new PortEvent(type, port);
    this.dispatchEvent(event);
    port.dispatchEvent(new Event(type));
  }
}

const CDC_CONTROL_CLASS = 2;
const CDC_DATA_CLASS = 10;

function isCdcAcm(device: USBDevice): boolean {
  const classes = device.configurations[0]?.interfaces.map((face) => face.alternates[0]?.interfaceClass) ?? [];
  return classes.includes(CDC_CONTROL_CLASS) && classes.includes(CDC_DATA_CLASS);
}

class WebUsbPort extends EventTarget implements SerialPortLike {
  connected = true;
  readonly #port: CdcAcmPort;
  readonly #device: USBDevice;

  constructor(device: USBDevice) {
    super();
    this.#device = device;
    this.#port = new CdcAcmPort(withoutEmptyPackets(device));
  }

  get readable(): ReadableStream<Uint8Array> | null {
    return this.#device.opened ? this.#port.readable : null;
  }

  get writable(): WritableStream<Uint8Array> | null {
    return this.#device.opened ? this.#port.writable : null;
  }

  getInfo(): UsbIds {
    return this.#port.getInfo();
  }

  async open(options: SerialOpenOptions): Promise<void> {
    if (this.#device.opened) throw new DOMException('The port is already open.', 'InvalidStateError');
    await this.#port.open(options);
  }

  async close(): Promise<void> {
    if (!this.#device.opened) throw new DOMException('The port is already closed.', 'InvalidStateError');
    await this.#port.close();
  }

  async setSignals(signals: Parameters<SerialPortLike['setSignals']>[0]): Promise<void> {
    if (!this.#device.opened) throw new DOMException('The port is closed.', 'InvalidStateError');
    await this.#port.setSignals(signals);
  }

  /** CDC-ACM tells line states in notifications that the library does not read; a board's port has none of the four. */
  async getSignals(): Promise<SerialInputSignals> {
    if (!this.#device.opened) throw new DOMException('The port is closed.', 'InvalidStateError');
    return { clearToSend: false, dataCarrierDetect: false, dataSetReady: false, ringIndicator: false };
  }

  forget(): Promise<void> {
    return this.#port.forget();
  }
}

/**
 * A device ends a transfer that fills its last packet with an empty one. The library passes it on to a byte stream, which refuses
 * empty chunks and breaks; so here an empty packet is read over.
 */
function withoutEmptyPackets(device: USBDevice): USBDevice {
  return new Proxy(device, {
    get(target, name) {
      if (name === 'transferIn') {
        return async (endpoint: number, length: number) => {
          for (;;) {
            const result = await target.transferIn(endpoint, length);
            if (result.status !== 'ok' || (result.data?.byteLength ?? 0) > 0) return result;
          }
        };
      }
      // The browser's methods want the browser's object as `this`.
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

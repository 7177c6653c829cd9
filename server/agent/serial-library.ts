import { readdir } from 'node:fs/promises';
import type { SerialPort } from 'serialport';
import type { UsbIds } from '../../src/serial/serial-like.ts';
import { AgentError } from './agent-error.ts';

/** The package `serialport`: optional, because only an agent needs it. */
export type SerialLibrary = typeof SerialPort;

/** @throws {AgentError} when it is not installed, or has no build for this computer. */
export async function loadSerialLibrary(): Promise<SerialLibrary> {
  try {
    return (await import('serialport')).SerialPort;
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND';
    const why = missing ? 'is not installed' : `does not load (${cause instanceof Error ? cause.message : cause})`;
    throw new AgentError(`The package serialport ${why}. Install it in Hyphae's folder with:  npm install serialport`, {
      cause,
    });
  }
}

export interface FoundPort {
  readonly path: string;
  readonly usb: UsbIds;
}

/** The serial ports of this computer, as far as the system tells. Never rejects. */
export async function findPorts(library: SerialLibrary): Promise<readonly FoundPort[]> {
  try {
    return (await library.list()).map(({ path, vendorId, productId }) => ({
      path,
      usb: { usbVendorId: fromHex(vendorId), usbProductId: fromHex(productId) },
    }));
  } catch {
    // On Linux the library asks `udevadm`, which a container need not have; what a port is called can be seen without it.
    const names = await readdir('/dev').catch(() => []);
    return names
      .filter((name) => /^tty(ACM|USB|AMA)\d+$/.test(name))
      .map((name) => ({ path: `/dev/${name}`, usb: {} }));
  }
}

const fromHex = (text: string | undefined): number | undefined =>
  text !== undefined && /^[0-9a-f]{1,4}$/i.test(text) ? Number.parseInt(text, 16) : undefined;

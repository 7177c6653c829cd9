import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a USB device says of itself, and where its tty is. */
export interface UsbDevice {
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber: string;
  readonly product: string;
  /** `/dev/pts/7` */
  readonly tty: string;
}

/** The folder in which the shim looks for devices, as a bus one can plug into. */
export interface UsbBus {
  /** For the browser's environment. */
  readonly env: Readonly<Record<string, string>>;
  plug(device: UsbDevice): () => void;
  /** Every change of a modem line so far, oldest first. */
  lineChanges(): readonly LineChange[];
}

export interface LineChange {
  readonly atMs: number;
  readonly tty: string;
  readonly dtr?: 0 | 1;
  readonly rts?: 0 | 1;
  readonly brk?: 0 | 1;
}

const hex = (id: number): string => id.toString(16).padStart(4, '0');

/** @param folder an empty folder that belongs to this bus alone. */
export function makeUsbBus(folder: string, shim: string): UsbBus {
  const devices = join(folder, 'devices');
  const lines = join(folder, 'lines.ndjson');
  mkdirSync(devices, { recursive: true });
  writeFileSync(lines, '');
  const serialMinor = firstSerialMinor();
  let plugged = 0;
  return {
    env: { LD_PRELOAD: shim, FAKE_UDEV_DIR: devices, FAKE_UDEV_LINES: lines },
    plug(device) {
      const name = `ttyACM${plugged++}`;
      const text = [
        'SUBSYSTEM=tty',
        `DEVNAME=${device.tty}`,
        `MAJOR=${serialMinor.major}`,
        `MINOR=${serialMinor.minor}`,
        'ID_BUS=usb',
        `ID_VENDOR_ID=${hex(device.vendorId)}`,
        `ID_MODEL_ID=${hex(device.productId)}`,
        `ID_MODEL_ENC=${device.product}`,
        `ID_SERIAL_SHORT=${device.serialNumber}`,
      ];
      // Moved into place, so that the shim never reads half a file.
      writeFileSync(join(folder, name), `${text.join('\n')}\n`);
      renameSync(join(folder, name), join(devices, name));
      return () => rmSync(join(devices, name), { force: true });
    },
    lineChanges: () =>
      readFileSync(lines, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as LineChange),
  };
}

/** Chromium takes a tty for a serial port when its numbers fall into a line of type `serial` here. */
function firstSerialMinor(): { readonly major: string; readonly minor: string } {
  const line = readFileSync('/proc/tty/drivers', 'utf8')
    .split('\n')
    .find((text) => /\sserial\s*$/.test(text));
  const [, , major, range] = line?.split(/\s+/) ?? [];
  const minor = range?.split('-')[0];
  if (major === undefined || minor === undefined) throw new Error('/proc/tty/drivers has no line of type serial');
  return { major, minor };
}

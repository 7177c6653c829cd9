import { openDB } from 'idb';
import type { UsbIds } from './serial-like.ts';

/**
 * The kinds of port a person chose though no board family claims them ("show all"). The browser remembers the permission, but not
 * that it was a deliberate choice: an administrator's policy can grant every port of the machine, its console among them.
 */
const DATABASE = 'hyphae-ports';
const STORE = 'picked';

const database = () => openDB(DATABASE, 1, { upgrade: (db) => void db.createObjectStore(STORE) });
const keyOf = ({ usbVendorId, usbProductId }: UsbIds): string => `${usbVendorId ?? '-'}:${usbProductId ?? '-'}`;

/** @throws when the browser gives no storage (private window, full disk). */
export async function rememberPicked(usb: UsbIds): Promise<void> {
  const db = await database();
  try {
    await db.put(STORE, true, keyOf(usb));
  } finally {
    db.close();
  }
}

/** @throws when the browser gives no storage. */
export async function wasPicked(usb: UsbIds): Promise<boolean> {
  const db = await database();
  try {
    return (await db.get(STORE, keyOf(usb))) === true;
  } finally {
    db.close();
  }
}

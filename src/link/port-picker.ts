import { USB_FILTERS } from '../boards/catalog.ts';
import type { Outcome } from '../contract/hub-api.ts';
import { rememberPicked } from '../serial/picked-ports.ts';
import { classifyPickError } from '../serial/port-errors.ts';
import { matchesFilter, type UsbIds } from '../serial/serial-like.ts';
import { findSerial, type SerialSurroundings } from '../serial/serial-source.ts';

export { detectOs, type Os } from '../serial/port-errors.ts';

export interface PickOptions {
  /** Offers every port of the computer, not only those with a known board's USB ids. */
  readonly showAll: boolean;
  /** Default: the page's own. */
  readonly around?: SerialSurroundings;
  readonly remember?: (usb: UsbIds) => Promise<void>;
}

/**
 * Asks the person for a board; call it on a click. The port is then granted to this origin in every tab: follow with
 * `hub.rescanPorts()`, and whoever holds the ports opens it.
 *
 * Errors: `picker-cancelled` (say nothing: closed, or there was nothing to choose), `no-web-serial`, `serial-not-allowed`
 * (the message says whether origin, policy or administrator), `port-open-failed`.
 */
export async function pickBoard(options: PickOptions): Promise<Outcome<UsbIds>> {
  const { showAll, around = globalThis, remember = rememberPicked } = options;
  const source = await findSerial(around);
  if (source.is === 'none') return { ok: false, error: source.error };
  try {
    if (!source.serial.requestPort) throw new TypeError('only a page can ask for a port');
    const usb = (await source.serial.requestPort(showAll ? {} : { filters: [...USB_FILTERS] })).getInfo();
    if (!USB_FILTERS.some((filter) => matchesFilter(usb, filter))) await remember(usb);
    return { ok: true, value: usb };
  } catch (cause) {
    return { ok: false, error: classifyPickError(cause) };
  }
}

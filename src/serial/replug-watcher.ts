import type { PortKey } from '../contract/ids.ts';
import { type SerialLike, type SerialPortLike, sameUsbIds, type UsbIds } from './serial-like.ts';

export interface ReplugWatcherOptions {
  readonly serial: SerialLike;
  readonly signal: AbortSignal;
  newKey(): PortKey;
  /** Whether this port is ours to open. */
  accept(usb: UsbIds): Promise<boolean>;
  onFound(key: PortKey, port: SerialPortLike, usb: UsbIds): void;
  /**
   * A port that was away is back, as another object. `sure`: it was the only one of its kind that was missing; otherwise which of
   * them it is is presumed by their order, until the board's own words tell.
   */
  onBack(key: PortKey, port: SerialPortLike, sure: boolean): void;
  onGone(key: PortKey): void;
  /** The browser refused to list the ports. */
  onFailure(cause: unknown): void;
}

export interface ReplugWatcher {
  /** Looks again: a person may have granted a port. */
  rescan(): Promise<void>;
  /** The port was forgotten. */
  drop(key: PortKey): void;
}

interface Slot {
  readonly key: PortKey;
  readonly usb: UsbIds;
  /** Undefined while it is unplugged. */
  port: SerialPortLike | undefined;
  /** Another of its kind was missing at the same time. */
  presumed: boolean;
}

/**
 * Keeps one key per port through unplugs. A replugged port is a new object with nothing but its USB ids to know it by, and two
 * boards of one kind share those: it is matched with the one of its kind that is missing.
 */
export function watchReplugs(options: ReplugWatcherOptions): ReplugWatcher {
  const { serial, signal } = options;
  const slots = new Map<PortKey, Slot>();
  /** One look at a time, or two of them would both meet the same new port. */
  let looking: Promise<void> = Promise.resolve();

  const slotOf = (port: unknown) => [...slots.values()].find((slot) => slot.port === port);

  async function meet(port: SerialPortLike): Promise<void> {
    if (port.connected === false || slotOf(port)) return;
    const usb = port.getInfo();
    const missing = [...slots.values()].filter((slot) => slot.port === undefined && sameUsbIds(slot.usb, usb));
    const [match] = missing;
    if (match) {
      if (missing.length > 1) for (const slot of missing) slot.presumed = true;
      match.port = port;
      options.onBack(match.key, port, !match.presumed);
      return;
    }
    if (!(await options.accept(usb)) || signal.aborted) return;
    const slot = { key: options.newKey(), usb, port, presumed: false };
    slots.set(slot.key, slot);
    options.onFound(slot.key, port, usb);
  }

  function miss(slot: Slot): void {
    slot.port = undefined;
    slot.presumed = false;
    options.onGone(slot.key);
  }

  async function look(): Promise<void> {
    const ports = await serial.getPorts();
    if (signal.aborted) return;
    for (const slot of slots.values()) {
      if (slot.port !== undefined && !ports.includes(slot.port)) miss(slot);
    }
    for (const port of ports) await meet(port);
  }

  const inTurn = (act: () => Promise<void>): Promise<void> => {
    looking = looking.then(() => (signal.aborted ? undefined : act())).catch(options.onFailure);
    return looking;
  };

  serial.addEventListener('connect', () => void inTurn(look), { signal });
  serial.addEventListener(
    'disconnect',
    (event) => {
      const slot = slotOf(event.target);
      if (slot) miss(slot);
    },
    { signal },
  );
  return {
    rescan: () => inTurn(look),
    drop: (key) => {
      slots.delete(key);
    },
  };
}

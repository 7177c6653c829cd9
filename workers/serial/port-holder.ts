import type { BoardFamily } from '../../src/boards/board.ts';
import type { KnownBoard, ToHolder } from '../../src/contract/board-link.ts';
import type { PortKey } from '../../src/contract/ids.ts';
import type { Clock } from '../../src/serial/clock.ts';
import type { Os } from '../../src/serial/port-errors.ts';
import { type ReplugWatcher, watchReplugs } from '../../src/serial/replug-watcher.ts';
import { matchesFilter, type SerialLike, type UsbIds } from '../../src/serial/serial-like.ts';
import { HeldPort } from './held-port.ts';
import { type HubPort, makeOutbox } from './outbox.ts';
import { SIMULATED_USB } from './simulated-port.ts';
import { makeSimulatedPorts } from './simulated-ports.ts';

export interface PortHolderOptions {
  readonly serial: SerialLike;
  /** The first whose filter fits has the port; a port that only the person chose goes to the first of all. */
  readonly families: readonly BoardFamily[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly os: Os;
  readonly signal: AbortSignal;
  newKey(): PortKey;
  /** The person chose this kind of port though no family claims it. */
  wasPicked(usb: UsbIds): Promise<boolean>;
  onTrouble(cause: unknown): void;
}

export interface PortHolder {
  /** Opens the real ports that are there, and from now on those that come. Until then only pretend ones are held. */
  start(): Promise<void>;
  connectHub(hub: HubPort): void;
  disconnectHub(): void;
  handle(message: ToHolder): void;
}

/** Holds every serial port this origin may use, and the pretend ones: one `HeldPort` each. */
export function makePortHolder(options: PortHolderOptions): PortHolder {
  const { serial, families, clock, random, os, signal } = options;
  const ports = new Map<PortKey, HeldPort>();
  let openedBefore = false;
  const outbox = makeOutbox({ clock, onDropped: (key, count) => ports.get(key)?.countDropped(count) });

  function hold(key: PortKey, usb: UsbIds, family: BoardFamily, pretend?: KnownBoard): HeldPort {
    const held = new HeldPort({
      key,
      usb,
      family,
      clock,
      random,
      circumstances: () => ({ os, openedBefore }),
      outbox,
      simulated: pretend !== undefined,
      known: pretend,
      onOpened: () => {
        openedBefore ||= pretend === undefined;
      },
    });
    ports.set(key, held);
    return held;
  }

  const simulated = makeSimulatedPorts({
    clock,
    hold: (key, known) => families[0] && hold(key, SIMULATED_USB, families[0], known),
    forget,
  });

  let watcher: ReplugWatcher | undefined;
  const watch = () =>
    watchReplugs({
      serial,
      signal,
      newKey: options.newKey,
      accept: async (usb) => {
        if (families.some((family) => family.notBoards.some((not) => matchesFilter(usb, not)))) return false;
        return claims(families, usb) !== undefined || (families.length > 0 && (await options.wasPicked(usb)));
      },
      onFound: (key, port, usb) => {
        const family = claims(families, usb) ?? families[0];
        if (!family) return;
        const held = hold(key, usb, family);
        held.introduce();
        held.plugged(port, true);
      },
      onBack: (key, port, sure) => ports.get(key)?.plugged(port, sure),
      onGone: (key) => ports.get(key)?.unplugged(),
      onFailure: options.onTrouble,
    });

  async function forget(key: PortKey): Promise<void> {
    const held = ports.get(key);
    // First, so that the browser's word that the port is gone is not taken for an unplug.
    watcher?.drop(key);
    ports.delete(key);
    await held?.forget();
  }

  return {
    start: () => {
      watcher ??= watch();
      return watcher.rescan();
    },
    connectHub: (hub) =>
      outbox.connect(
        hub,
        [...ports.values()].flatMap((port) => port.announce()),
      ),
    disconnectHub: () => outbox.disconnect(),
    handle(message) {
      const done = act(message);
      done?.catch(options.onTrouble);
    },
  };

  function act(message: ToHolder): Promise<void> | undefined {
    if (message.t === 'rescan') return watcher?.rescan();
    if (message.t === 'simulate') return simulated.change(message.key, message);
    const port = ports.get(message.key);
    switch (message.t) {
      case 'assign':
        port?.assign(message.known);
        return undefined;
      case 'command':
        port?.command(message.request);
        return undefined;
      case 'cancel-command':
        port?.cancelCommand(message.id);
        return undefined;
      case 'write':
        port?.write(message.bytes, message.by);
        return undefined;
      case 'release':
        return port?.release();
      case 'open':
        port?.open();
        return undefined;
      case 'reset':
        return port?.reset();
      case 'forget':
        return simulated.change(message.key, { do: 'remove' }) ?? forget(message.key);
    }
  }
}

const claims = (families: readonly BoardFamily[], usb: UsbIds): BoardFamily | undefined =>
  families.find((family) => family.usbFilters.some((filter) => matchesFilter(usb, filter)));

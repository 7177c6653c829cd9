import type { KnownBoard, SimulatedPortChange } from '../../src/contract/board-link.ts';
import type { SimulatedFault } from '../../src/contract/hub-api.ts';
import type { PortKey } from '../../src/contract/ids.ts';
import type { Clock } from '../../src/serial/clock.ts';
import type { HeldPort } from './held-port.ts';
import { makeSimulatedPort, SIMULATED_DIALECT, type SimulatedPort } from './simulated-port.ts';

/** More is no lab any more, but a mistake. */
const MOST_PORTS = 16;

interface Plug {
  readonly held: HeldPort;
  readonly port: SimulatedPort;
  plugged: boolean;
}

export interface SimulatedPorts {
  change(key: PortKey, change: SimulatedPortChange): Promise<void> | undefined;
}

/** The pretend ports of this holder: plugged in, pulled out and made to fail on the hub's word. All else is as with real ones. */
export function makeSimulatedPorts(options: {
  readonly clock: Clock;
  /** Takes a port up among the others. */
  hold(key: PortKey, known: KnownBoard): HeldPort | undefined;
  forget(key: PortKey): Promise<void>;
}): SimulatedPorts {
  const plugs = new Map<PortKey, Plug>();

  function add(key: PortKey, { known }: Extract<SimulatedPortChange, { do: 'add' }>): void {
    if (plugs.has(key) || plugs.size >= MOST_PORTS) return;
    const { identity } = known;
    const { dialect = SIMULATED_DIALECT, mac } = identity;
    const held = options.hold(key, { ...known, identity: { ...identity, dialect } });
    if (held === undefined) return;
    const port = makeSimulatedPort({ board: known.board, mac, clock: options.clock });
    plugs.set(key, { held, port, plugged: true });
    held.introduce();
    held.plugged(port, true);
  }

  function fail(plug: Plug, fault: SimulatedFault): void {
    const { held, port } = plug;
    const pull = fault === 'unplug' || fault === 'replug';
    if (pull && plug.plugged) {
      plug.plugged = false;
      held.unplugged();
    } else if (!pull && plug.plugged) port.fault(fault);
    if (!plug.plugged && (fault === 'replug' || fault === 'none')) {
      plug.plugged = true;
      held.plugged(port, true);
    }
  }

  return {
    change(key, change) {
      if (change.do === 'add') {
        add(key, change);
        return undefined;
      }
      const plug = plugs.get(key);
      if (plug === undefined) return undefined;
      if (change.do === 'fault') {
        fail(plug, change.fault);
        return undefined;
      }
      plugs.delete(key);
      return options.forget(key);
    },
  };
}

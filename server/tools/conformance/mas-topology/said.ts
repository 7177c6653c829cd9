import type { SimHost, SimSocket, Simulator, SimulatorKind } from '../../../simulators/simulator.ts';
import type { Vector } from './vector.ts';

/** A world in which nothing happens by itself. */
function stillHost(kind: SimulatorKind): SimHost {
  const stop = (): void => undefined;
  return {
    now: () => Date.UTC(2026, 7, 14, 9, 30),
    random: () => 0.5,
    every: () => stop,
    once: () => stop,
    fault: () => false,
    dial: (name) => kind.dials[name]?.initial ?? 0,
  };
}

interface Heard {
  readonly types: readonly unknown[];
  readonly closed: number | undefined;
}

/** Says one frame to a simulated upstream on a fresh connection, and hears what it answers. */
function say(simulator: Simulator, vector: Vector): Heard | number {
  const types: unknown[] = [];
  let closed: number | undefined;
  const listeners: ((data: string | Uint8Array) => void)[] = [];
  const socket: SimSocket = {
    send: (data) => types.push(typeof data === 'string' ? (JSON.parse(data) as { type?: unknown }).type : 'binary'),
    onMessage: (listener) => listeners.push(listener),
    onClose: () => undefined,
    close: (code = 1000) => {
      closed = code;
    },
    terminate: () => {
      closed = 1006;
    },
  };
  const [path = '', query = ''] = vector.endpoint.split('?');
  const refused = simulator.socket?.(path, new URLSearchParams(query), socket);
  if (refused !== undefined) return refused;
  types.length = 0;
  for (const listener of listeners) listener(vector.data);
  return { types, closed };
}

/** A line that a client says: the simulator must do with it what the real one does. */
export function checkSaid(vector: Vector, kind: SimulatorKind): string | undefined {
  const simulator = kind.start(stillHost(kind));
  const heard = say(simulator, vector);
  simulator.close?.();
  if (typeof heard === 'number') return `the simulator refuses ${vector.endpoint} with ${heard}`;
  const { types, closed } = heard;
  const told = `answered [${types.join(', ')}], closed ${closed ?? 'not'}`;
  switch (vector.action) {
    case 'server_reply': {
      const isGood = closed === undefined && types.includes(vector.expect.reply_type);
      return isGood ? undefined : `expected ${String(vector.expect.reply_type)}: ${told}`;
    }
    case 'server_error_reply':
      return types.includes('error') && (closed === undefined || vector.expect.stays_open !== true)
        ? undefined
        : `expected an error and an open connection: ${told}`;
    case 'server_ignores':
      return types.length === 0 && closed === undefined ? undefined : `expected nothing: ${told}`;
    case 'server_close_1000':
      return closed === 1000 ? undefined : `expected close 1000: ${told}`;
    default:
      return `no rule for ${vector.action}`;
  }
}

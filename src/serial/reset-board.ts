import { type Clock, pause } from './clock.ts';
import type { SerialPortLike } from './serial-like.ts';

const PULSE_MS = 100;

/**
 * Pulses the reset line (board contract §1). On a native USB port the board then vanishes and comes back as a new port.
 * @throws what `setSignals` throws, when the port is not open or has no such lines.
 */
export async function resetBoard(port: SerialPortLike, clock: Clock, signal: AbortSignal): Promise<void> {
  await port.setSignals({ dataTerminalReady: false, requestToSend: true });
  await pause(clock, PULSE_MS, signal);
  await port.setSignals({ dataTerminalReady: false, requestToSend: false });
}

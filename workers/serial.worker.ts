import { boardFamilies } from '../src/boards/registry.ts';
import type { ToHolder } from '../src/contract/board-link.ts';
import type { FromSerialWorker, ToSerialWorker } from '../src/contract/serial-worker.ts';
import { randomId } from '../src/lib/random-id.ts';
import { systemClock } from '../src/serial/clock.ts';
import { wasPicked } from '../src/serial/picked-ports.ts';
import { detectOs } from '../src/serial/port-errors.ts';
import type { SerialLike } from '../src/serial/serial-like.ts';
import { findSerial } from '../src/serial/serial-source.ts';
import { makePortHolder, type PortHolder } from './serial/port-holder.ts';

declare const self: DedicatedWorkerGlobalScope;

// The dedicated worker of the owner tab: it holds every serial port and every simulated board, so that reading goes on while the page is busy.

const tellPage = (message: FromSerialWorker): void => self.postMessage(message);

const tellTrouble = (cause: unknown): void =>
  tellPage({
    t: 'trouble',
    error: { code: 'serial-not-allowed', message: cause instanceof Error ? cause.message : String(cause) },
  });

/** Without a way to serial ports there are still the simulated boards. */
const NO_SERIAL: SerialLike = { getPorts: async () => [], addEventListener: () => undefined };

/**
 * Calls back when the real ports are ours: a port can be open once, but there can be several workers like this one, each of
 * another hub (another build, or a tab that is its own). The lock is ours as long as the worker lives.
 */
async function whenOurs(start: () => Promise<void>): Promise<void> {
  if (!('locks' in self.navigator)) return start();
  await self.navigator.locks.request('serial-owner', async () => {
    await start();
    await new Promise(() => undefined);
  });
}

const holding = startHolding();

async function startHolding(): Promise<PortHolder> {
  const source = await findSerial(self);
  if (source.is === 'none') tellPage({ t: 'trouble', error: source.error });
  else tellPage({ t: 'source', is: source.is });
  const holder = makePortHolder({
    serial: source.is === 'none' ? NO_SERIAL : source.serial,
    families: boardFamilies,
    clock: systemClock,
    random: Math.random,
    os: detectOs(self.navigator.userAgent),
    // As long as the worker lives.
    signal: new AbortController().signal,
    newKey: randomId,
    wasPicked,
    onTrouble: tellTrouble,
  });
  whenOurs(() => holder.start()).catch(tellTrouble);
  return holder;
}

self.addEventListener('message', ({ data, ports: [hub] }: MessageEvent<ToSerialWorker>) => {
  holding.then((holder) => (data.t === 'hub-gone' ? holder.disconnectHub() : hub && connect(holder, hub)), tellTrouble);
});

function connect(holder: PortHolder, hub: MessagePort): void {
  hub.onmessage = ({ data }: MessageEvent<ToHolder>) => holder.handle(data);
  holder.connectHub(hub);
}

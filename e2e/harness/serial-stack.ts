import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import type { BoardUsb } from './board.ts';
import { type Cable, openPtyCable } from './cable.ts';
import { launchChromium } from './chromium.ts';
import { installFakeSerial } from './fake-serial.ts';
import { startFakeSerialServer } from './fake-serial-server.ts';
import { buildFakeUdev } from './native.ts';
import { type LineChange, makeUsbBus } from './usb-bus.ts';

/** A way to give a browser serial ports. */
export interface SerialStack {
  readonly is: 'real' | 'fake';
  /** A browser of its own that sees the ports. `origin` may use those of `granted` without being asked. */
  launch(origin: string, granted: readonly BoardUsb[], args?: readonly string[]): Promise<BrowserContext>;
  plug(usb: BoardUsb): Promise<Cable>;
  /** What was done to DTR, RTS and BREAK; only the real one tells. */
  lineChanges(): readonly LineChange[];
  close(): Promise<void>;
}

/** `HYPHAE_SERIAL=fake` where Chromium cannot be shown a pseudo terminal (other systems, no compiler). */
export const openSerialStack = (folder: string): Promise<SerialStack> =>
  process.env.HYPHAE_SERIAL === 'fake' ? openFakeStack(folder) : openRealStack(folder);

/** Chromium's own Web Serial on pseudo terminals. */
export async function openRealStack(folder: string): Promise<SerialStack> {
  const bus = makeUsbBus(folder, buildFakeUdev());
  const cables = new Set<Cable>();
  let browsers = 0;
  return {
    is: 'real',
    launch: (origin, devices, args = []) =>
      launchChromium({
        profile: join(folder, `profile-${browsers++}`),
        grants: { origin, devices },
        env: bus.env,
        args,
      }),
    async plug(usb) {
      const pty = await openPtyCable();
      const unplug = bus.plug({ ...usb, tty: pty.path });
      const cable: Cable = {
        ...pty,
        async pull() {
          cables.delete(cable);
          await pty.pull();
          unplug();
        },
      };
      cables.add(cable);
      return cable;
    },
    lineChanges: () => bus.lineChanges(),
    async close() {
      await Promise.all([...cables].map((cable) => cable.pull()));
    },
  };
}

/** Our own `navigator.serial`, in pages and in the serial worker. */
export async function openFakeStack(folder: string): Promise<SerialStack> {
  const server = await startFakeSerialServer();
  const script = `(${installFakeSerial.toString()})(${JSON.stringify(server.base)});`;
  mkdirSync(folder, { recursive: true });
  let browsers = 0;
  return {
    is: 'fake',
    async launch(_origin, _granted, args = []) {
      const context = await launchChromium({
        profile: join(folder, `fake-profile-${browsers++}`),
        forStandIn: true,
        args,
      });
      await context.addInitScript({ content: script });
      // Init scripts do not reach workers.
      await context.route(/serial\.worker/, async (route) => {
        const response = await route.fetch();
        const { 'content-security-policy': _, ...headers } = response.headers();
        await route.fulfill({ response, headers, body: `${script}\n${await response.text()}` });
      });
      return context;
    },
    plug: async ({ vendorId, productId }) => server.plug({ usbVendorId: vendorId, usbProductId: productId }),
    lineChanges: () => [],
    close: () => server.close(),
  };
}

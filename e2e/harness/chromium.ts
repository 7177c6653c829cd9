import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import type { BoardUsb } from './board.ts';

export interface ChromiumOptions {
  /** An empty folder for the profile. */
  readonly profile: string;
  /** Devices whose use is granted before the browser starts, as if a person had picked them once. */
  readonly grants?: { readonly origin: string; readonly devices: readonly BoardUsb[] };
  readonly env?: Readonly<Record<string, string>>;
  /** For a stand-in that is put into the app's own scripts and speaks to the test over a socket. */
  readonly forStandIn?: boolean;
  /** Parts of the web platform this browser does not have, by Chromium's name for them. */
  readonly withoutFeatures?: readonly string[];
  readonly viewport?: { readonly width: number; readonly height: number };
  /** More switches: a microphone that is a file, WebGL in software. */
  readonly args?: readonly string[];
}

/** What nobody here looks at, and what costs a start of the browser half of its time. Takes the place of Playwright's list. */
const UNUSED = [
  ...['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup'],
  ...['HttpsUpgrades', 'LensOverlay', 'MediaRouter', 'OptimizationHints', 'PaintHolding', 'PreconnectToSearch'],
  ...['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'NetworkTimeServiceQuerying'],
];
/** A script the test hands to the browser comes from nowhere, and nowhere may not speak to this computer. */
const LOCAL_NETWORK_CHECKS = ['LocalNetworkAccessChecks', 'LocalNetworkAccessChecksWebSockets'];

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

/** `CHROMIUM`, else the system's browser, else the one Playwright downloaded. */
export function findChromium(): string {
  const { CHROMIUM, PATH = '' } = process.env;
  const inPath = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = [CHROMIUM, ...inPath, chromium.executablePath()].find((path) => path !== undefined && existsSync(path));
  if (found === undefined) throw new Error('No Chromium found. Install one or set CHROMIUM to its path.');
  return found;
}

/** A browser process of its own with a profile of its own: other tabs share it, other people do not. */
export async function launchChromium(options: ChromiumOptions): Promise<BrowserContext> {
  if (options.grants) seedGrants(options.profile, options.grants.origin, options.grants.devices);
  const context = await chromium.launchPersistentContext(options.profile, {
    executablePath: findChromium(),
    headless: true,
    viewport: options.viewport ?? { width: 1280, height: 800 },
    bypassCSP: options.forStandIn ?? false,
    env: { ...process.env, ...options.env },
    args: [
      '--headless=new',
      // Root has no sandbox to be put into; everybody else keeps it.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      '--no-first-run',
      `--disable-features=${[...UNUSED, ...(options.forStandIn ? LOCAL_NETWORK_CHECKS : [])].join(',')}`,
      ...(options.withoutFeatures ? [`--disable-blink-features=${options.withoutFeatures.join(',')}`] : []),
      ...(options.args ?? []),
    ],
    // Playwright switches it off by default; going back is one of the stories.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  // As long as `expect.poll` waits in vite.config.ts.
  context.setDefaultTimeout(60_000);
  return context;
}

/** Writes the permission where the chooser would. Needs vendor, product and serial number of each device. */
function seedGrants(profile: string, origin: string, devices: readonly BoardUsb[]): void {
  const preferences = {
    profile: {
      content_settings: {
        exceptions: {
          serial_chooser_data: {
            [`${origin},*`]: {
              last_modified: '13400000000000000',
              setting: {
                'chosen-objects': devices.map((device) => ({
                  name: device.product,
                  vendor_id: device.vendorId,
                  product_id: device.productId,
                  serial_number: device.serialNumber,
                })),
              },
            },
          },
        },
      },
    },
  };
  mkdirSync(join(profile, 'Default'), { recursive: true });
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
}

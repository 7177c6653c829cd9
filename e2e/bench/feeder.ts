import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import type { FromHolder, ToHolder } from '../../src/contract/board-link.ts';
import { boardChannel } from '../../src/contract/channel.ts';
import { CONTRACT_VERSION } from '../../src/contract/version.ts';

/** A page that holds one board which sends as many readings as it is told to, in the contract's own messages. */
export interface Feeder {
  readonly channel: string;
  /** Sends `perSecond` readings (all series together) for so long, in `batchesPerSecond` batches. Resolves with how many were sent. */
  feed(perSecond: number, seconds: number, batchesPerSecond?: number): Promise<number>;
}

const FEEDER_SERIES = ['a.temperature_c', 'a.humidity_pct', 'a.pressure_hpa', 'a.gas_ohm'] as const;

interface FeederWindow {
  feeder: { board: string; port: MessagePort; offset: number };
}

export async function startFeeder(page: Page): Promise<Feeder> {
  const hub = globSync(join(process.env.HYPHAE_DIST ?? 'dist', 'assets/hub.shared-*.js'))[0];
  if (hub === undefined) throw new Error('no built hub to feed: run `npm run build` first');
  const board = await page.evaluate(
    async ({ url, contract }) => {
      const tab = `feeder-${Math.random().toString(36).slice(2)}`;
      // Held while the page lives, as every page of the app does; the hub takes a free lock for a dead page.
      await new Promise<void>((held) => {
        void navigator.locks.request(`tab:${tab}`, () => {
          held();
          return new Promise(() => {});
        });
      });
      const { port } = new SharedWorker(url, { type: 'module', name: 'hyphae' });
      const welcome = new Promise((resolve) => {
        port.onmessage = resolve;
      });
      const rpc = new MessageChannel();
      port.postMessage({ t: 'hello', tab, build: '', contract, visible: true }, [rpc.port2]);
      await welcome;
      const holder = new MessageChannel();
      port.postMessage({ t: 'holder' }, [holder.port2]);
      const say = (message: FromHolder) => holder.port1.postMessage(message);
      const assigned = new Promise<string>((resolve) => {
        holder.port1.onmessage = ({ data }: MessageEvent<ToHolder>) => data.t === 'assign' && resolve(data.known.board);
      });
      say({ t: 'port', key: 'p', usb: { vendorId: 0x303a, productId: 0x1001 }, known: undefined });
      say({ t: 'phase', key: 'p', phase: { is: 'open', since: Date.now() } });
      const id = await assigned;
      (window as unknown as FeederWindow).feeder = { board: id, port: holder.port1, offset: 0 };
      return id;
    },
    { url: `/assets/${basename(hub)}`, contract: CONTRACT_VERSION },
  );
  return {
    channel: boardChannel(board, 'telemetry'),
    feed: (perSecond, seconds, batchesPerSecond = 200) =>
      page.evaluate(feedInPage, { perSecond, seconds, batchesPerSecond, series: FEEDER_SERIES }),
  };
}

/** Runs in the page. Batches that the timer is late for are sent together at its next turn, so the rate holds. */
function feedInPage(plan: {
  readonly perSecond: number;
  readonly seconds: number;
  readonly batchesPerSecond: number;
  readonly series: readonly string[];
}): Promise<number> {
  const { feeder } = window as unknown as FeederWindow;
  const rows = Math.max(1, Math.round(plan.perSecond / plan.series.length / plan.batchesPerSecond));
  const total = Math.round(plan.seconds * plan.batchesPerSecond);
  const now = () => performance.timeOrigin + performance.now();
  const send = () => {
    const header = new TextEncoder().encode(
      JSON.stringify({
        channel: '',
        epoch: '',
        offset: feeder.offset,
        rows,
        series: plan.series,
        provenance: 'simulated',
      }),
    );
    feeder.offset += rows;
    const start = Math.ceil((4 + header.length) / 8) * 8;
    const buffer = new ArrayBuffer(start + rows * 8 * (1 + plan.series.length));
    new DataView(buffer).setUint32(0, header.length, true);
    new Uint8Array(buffer).set(header, 4);
    new Float64Array(buffer, start).fill(now());
    feeder.port.postMessage({ t: 'samples', key: 'p', buffer }, [buffer]);
  };
  return new Promise((resolve) => {
    const begin = performance.now();
    let sent = 0;
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - begin) / 1000) * plan.batchesPerSecond));
      for (; sent < due; sent++) send();
      if (sent < total) return;
      clearInterval(timer);
      resolve(total * rows * plan.series.length);
    }, 1);
  });
}

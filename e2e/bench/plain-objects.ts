import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext } from 'playwright-core';

/**
 * The plain way to feed tabs from a SharedWorker, as a baseline: one small object per reading, no columns. Flat out, each tab
 * answers every thousandth message, so that nothing piles up; paced, whatever is due is sent every 5 ms.
 */
const WORKER = `
const ports = [];
const SERIES = ['a.temperature_c', 'a.humidity_pct', 'a.pressure_hpa', 'a.gas_ohm'];
const post = (port, count) => {
  for (let index = 0; index < count; index++) {
    const at = performance.timeOrigin + performance.now();
    port.postMessage({ series: SERIES[index & 3], at, value: index, provenance: 'simulated' });
  }
};
const flatOut = (port, until) => {
  if (Date.now() > until) return port.postMessage({ t: 'end' });
  post(port, 1000);
  port.postMessage({ t: 'mark', until });
};
const paced = (until, perSecond) => {
  const begin = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - begin) / 1000) * perSecond);
    for (const port of ports) post(port, due - sent);
    sent = due;
    if (Date.now() < until) return;
    clearInterval(timer);
    for (const port of ports) port.postMessage({ t: 'end' });
  }, 5);
};
onconnect = ({ ports: [port] }) => {
  ports.push(port);
  port.onmessage = ({ data }) => {
    if (data.t === 'flat-out') for (const each of ports) flatOut(each, data.until);
    if (data.t === 'paced') paced(data.until, data.perSecond);
    if (data.t === 'more') flatOut(port, data.until);
  };
};
`;
const PAGE = `<!doctype html><script>
const port = new SharedWorker('/worker.js').port;
let count = 0;
const latencies = [];
let ended;
const end = new Promise((resolve) => { ended = resolve; });
port.onmessage = ({ data }) => {
  if (data.t === 'mark') return port.postMessage({ t: 'more', until: data.until });
  if (data.t === 'end') return ended({ count, latencies });
  if (count++ % 100 === 0) latencies.push(performance.timeOrigin + performance.now() - data.at);
};
window.plain = { start: (message) => port.postMessage(message), end };
</script>`;

type Plan = { readonly t: 'flat-out' } | { readonly t: 'paced'; readonly perSecond: number };

declare global {
  interface Window {
    plain: { start(message: Plan & { until: number }): void; end: Promise<PlainResult> };
  }
}

export interface PlainResult {
  /** Readings that reached each tab, per second. */
  readonly count: number;
  /** Of every hundredth reading, worker to tab, ms. */
  readonly latencies: readonly number[];
}

export async function measurePlainObjects(
  context: BrowserContext,
  tabs: number,
  seconds: number,
  plan: Plan,
): Promise<PlainResult> {
  const server = createServer((request, response) => {
    const script = request.url === '/worker.js';
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html').end(script ? WORKER : PAGE);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pages = await Promise.all(Array.from({ length: tabs }, () => context.newPage()));
  try {
    for (const page of pages) await page.goto(origin);
    const started = Date.now();
    await pages[0]?.evaluate((message) => window.plain.start(message), { ...plan, until: started + seconds * 1000 });
    const results = await Promise.all(pages.map((page) => page.evaluate(() => window.plain.end)));
    const elapsed = (Date.now() - started) / 1000;
    return {
      count: results.reduce((sum, { count }) => sum + count, 0) / tabs / elapsed,
      latencies: results.flatMap(({ latencies }) => latencies),
    };
  } finally {
    await Promise.all(pages.map((page) => page.close()));
    server.close();
  }
}

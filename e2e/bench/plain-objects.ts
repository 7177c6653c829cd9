import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext } from 'playwright-core';

/**
 * The plain way to feed tabs from a SharedWorker, as a baseline: one small object per reading, no columns. Each tab answers every
 * thousandth message, so that nothing piles up.
 */
const WORKER = `
const ports = [];
onconnect = ({ ports: [port] }) => {
  ports.push(port);
  port.onmessage = ({ data }) => {
    if (data.t === 'start') for (const each of ports) send(each, data.until);
    if (data.t === 'more') send(port, data.until);
  };
};
const SERIES = ['a.temperature_c', 'a.humidity_pct', 'a.pressure_hpa', 'a.gas_ohm'];
function send(port, until) {
  if (Date.now() > until) return port.postMessage({ t: 'end' });
  for (let index = 0; index < 1000; index++) {
    port.postMessage({ series: SERIES[index & 3], at: Date.now(), value: index, provenance: 'simulated' });
  }
  port.postMessage({ t: 'mark', until });
}
`;
const PAGE = `<!doctype html><script>
const port = new SharedWorker('/worker.js').port;
let count = 0;
let ended;
const end = new Promise((resolve) => { ended = resolve; });
port.onmessage = ({ data }) => {
  if (data.t === 'mark') port.postMessage({ t: 'more', until: data.until });
  else if (data.t === 'end') ended(count);
  else count++;
};
window.plain = { start: (until) => port.postMessage({ t: 'start', until }), end };
</script>`;

declare global {
  interface Window {
    plain: { start(until: number): void; end: Promise<number> };
  }
}

/** Readings per second that reach each of `tabs` tabs, flat out. */
export async function measurePlainObjects(context: BrowserContext, tabs: number, seconds: number): Promise<number> {
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
    await pages[0]?.evaluate((until) => window.plain.start(until), started + seconds * 1000);
    const counts = await Promise.all(pages.map((page) => page.evaluate(() => window.plain.end)));
    const elapsed = (Date.now() - started) / 1000;
    return counts.reduce((sum, count) => sum + count, 0) / tabs / elapsed;
  } finally {
    await Promise.all(pages.map((page) => page.close()));
    server.close();
  }
}

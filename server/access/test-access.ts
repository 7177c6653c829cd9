import { expect, onTestFinished } from 'vitest';
import { makeMemoryBus } from '../bus/memory.ts';
import { Pulse } from '../bus/pulse.ts';
import { systemClock } from '../clock.ts';
import { type Config, DEFAULT_LIMITS } from '../config.ts';
import { makeHttp } from '../http.ts';
import type { Access } from './access.ts';
import { firstInvitation } from './invitation.ts';
import { openAccess } from './open-access.ts';
import { addAccessRoutes } from './routes.ts';

export const secret = 'a secret that is long enough for everybody';

const CONFIG: Config = {
  ...DEFAULT_LIMITS,
  port: 0,
  host: '127.0.0.1',
  dist: undefined,
  logLevel: 'trace',
  access: 'required',
  secret,
};

/** The HTTP side and the access, with a log that can be read. */
export async function startAccess(part: Partial<Config> = {}) {
  const config = { ...CONFIG, ...part };
  const pulse = new Pulse({ windowMs: 1 });
  const bus = makeMemoryBus(config, systemClock, pulse);
  const access = await openAccess(config, bus, systemClock);
  const log: string[] = [];
  const refused: string[] = [];
  const onRefused = (reason: string) => refused.push(reason);
  const app = await makeHttp(config, { log: { write: (line) => log.push(line) }, onRefused });
  addAccessRoutes(app, access, { now: systemClock.now, onRefused });
  app.get('/api/things', (request) => ({ who: request.principal?.id }));
  app.post('/api/things', () => ({ done: true }));
  app.post('/api/echo', (request) => {
    request.log.info({ req: { headers: request.raw.headers }, body: request.body }, 'all there is');
    return {};
  });
  const origin = await app.listen({ host: config.host, port: 0 });
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    await app.close();
    access.close();
    await bus.close();
    pulse.close();
  };
  onTestFinished(close);
  return { access, origin, log, refused, close, port: Number(new URL(origin).port) };
}

/** A browser as far as it matters here: it keeps its cookie and says where its page came from. */
export class Browser {
  readonly origin: string;
  cookie: string | undefined;
  constructor(origin: string) {
    this.origin = origin;
  }

  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(`${this.origin}${path}`, {
      method,
      headers: {
        ...(method !== 'GET' && { origin: this.origin }),
        ...(this.cookie !== undefined && { cookie: this.cookie }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const set = response.headers.get('set-cookie');
    if (set !== null) this.cookie = set.split(';', 1)[0];
    const text = await response.text();
    // biome-ignore lint/suspicious/noExplicitAny: answers of any route
    return { status: response.status, headers: response.headers, set, body: (text && JSON.parse(text)) as any };
  }
}

export async function pairOwner(server: { readonly access: Access; readonly origin: string; readonly port: number }) {
  const text = (await firstInvitation(server.access, server.port, true)) ?? '';
  const code = /\/pair#([2-9A-Z]{4}-[2-9A-Z]{4})/.exec(text)?.[1] ?? '';
  const browser = new Browser(server.origin);
  const paired = await browser.ask('POST', '/api/access/pair', { code, name: 'My laptop' });
  expect(paired).toMatchObject({ status: 200, body: { name: 'My laptop', role: 'owner' } });
  return { browser, code, text };
}

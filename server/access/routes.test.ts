import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeMemoryBus } from '../bus/memory.ts';
import { Pulse } from '../bus/pulse.ts';
import { type Config, DEFAULT_LIMITS } from '../config.ts';
import { FakeClock } from '../fake-clock.ts';
import { makeHttp } from '../http.ts';
import { cookieName } from './cookie.ts';
import { openAccess } from './open-access.ts';
import { addAccessRoutes } from './routes.ts';

/** Whatever is sent to the doors: an answer with a code, never a failure of ours, nothing that grows. */

const config: Config = {
  ...DEFAULT_LIMITS,
  requestsPerSecond: 1_000_000,
  requestsBurst: 1_000_000,
  maxSessions: 20,
  maxTokens: 20,
  host: '127.0.0.1',
  dist: undefined,
  logLevel: 'silent',
  access: 'required',
  secret: 's'.repeat(32),
};
const origin = 'http://127.0.0.1';
let lab: Awaited<ReturnType<typeof open>>;

async function open() {
  const clock = new FakeClock();
  const pulse = new Pulse({ windowMs: 1 });
  const bus = makeMemoryBus(config, clock, pulse);
  const access = await openAccess(config, bus, clock);
  const app = await makeHttp(config);
  addAccessRoutes(app, access, { now: clock.now, onRefused: () => undefined });
  const owner = await access.doors?.sessions.create('owner', 'Me');
  if (owner === undefined || 'code' in owner) throw new Error('no owner');
  const close = async () => {
    await app.close();
    access.close();
    await bus.close();
    pulse.close();
  };
  return { access, app, clock, close, cookie: `${cookieName(false)}=${owner.cookie}` };
}

beforeAll(async () => {
  lab = await open();
});
afterAll(() => lab.close());

const paths = [
  '/api/access/me',
  '/api/access/pair',
  '/api/access/logout',
  '/api/access/codes',
  '/api/access/sessions',
  '/api/access/tokens',
  '/api/access/sessions/0123456789abcdef',
  '/api/access/tokens/..%2f..',
  '/api/access/tokens/__proto__',
  '/metrics',
];
const text = fc.string({ unit: 'binary', maxLength: 30 });
const header = fc.string({ maxLength: 60 });
const body = fc.oneof(
  fc.jsonValue(),
  text,
  fc.record(
    {
      code: fc.oneof(text, fc.constant('2222-2222'), fc.integer()),
      name: fc.oneof(text, fc.constant('Tablet'), fc.constant(null)),
      role: fc.oneof(fc.constantFrom('viewer', 'operator', 'owner', '__proto__'), text),
      days: fc.oneof(fc.integer(), fc.double(), text),
      channels: fc.array(fc.oneof(fc.constantFrom('**', 'events/**'), text)),
      boards: fc.anything({ maxDepth: 2 }),
    },
    { requiredKeys: [] },
  ),
);

test('hostile bodies and headers are refused by name, signed in or not', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'DELETE', 'PUT'),
      fc.constantFrom(...paths),
      body,
      fc.record({ cookie: header, authorization: header, 'x-forwarded-for': header }, { requiredKeys: [] }),
      fc.boolean(),
      async (method, url, sent, headers, asOwner) => {
        const request: InjectOptions = {
          method: method as 'GET',
          url,
          headers: { host: '127.0.0.1', origin, 'content-type': 'application/json', ...headers },
        };
        // The owner must stay one for the whole test.
        const isOwner = asOwner && !url.endsWith('logout') && !(url.endsWith('pair') && method === 'POST');
        if (isOwner)
          request.headers = { host: '127.0.0.1', origin, 'content-type': 'application/json', cookie: lab.cookie };
        if (method !== 'GET') request.payload = jsonOf(sent);
        const answer = await lab.app.inject(request);
        expect(answer.statusCode).toBeLessThan(500);
        if (answer.statusCode >= 400) expect(answer.json()).toMatchObject({ message: expect.any(String) });
        if (!isOwner && url !== '/api/access/pair') expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      },
    ),
    { numRuns: 1_500 },
  );
  const { sessions, tokens, codes, unreadable } = lab.access.stats();
  expect(unreadable).toBe(0);
  expect(sessions).toBe(1);
  expect(tokens).toBeLessThanOrEqual(config.maxTokens);
  expect(codes).toBeLessThanOrEqual(config.maxCodes);
  const me = await lab.app.inject({ url: '/api/access/me', headers: { host: '127.0.0.1', cookie: lab.cookie } });
  expect(me.json()).toMatchObject({ role: 'owner' });
});

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'undefined';
  } catch {
    return '{"not": json';
  }
}

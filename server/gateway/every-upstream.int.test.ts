import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { UPSTREAMS } from '../../src/contract/upstream/upstream.ts';
import { DEFAULT_LIMITS } from '../config.ts';
import { type HyphaeServer, startServer } from '../hyphae-server.ts';
import { SIMULATORS } from '../simulators/registry.ts';
import { PRESETS } from './presets/registry.ts';

let server: HyphaeServer;
beforeAll(async () => {
  server = await startServer({
    ...DEFAULT_LIMITS,
    port: 0,
    host: 'localhost',
    dist: undefined,
    logLevel: 'silent',
    simulate: true,
  });
});
afterAll(() => server.close());

const SLUGS = UPSTREAMS.filter((slug) => slug !== 'redis');
const urlOf = (slug: string, path: string) => `http://127.0.0.1:${server.port}/up/${slug}${path}`;
const isExact = ({ path }: { readonly path: string }) => !path.includes('*');

test('every upstream has a list and a simulator', () => {
  expect(PRESETS.map(({ slug }) => slug).sort()).toEqual([...SLUGS].sort());
  expect(SIMULATORS.map(({ slug }) => slug).sort()).toEqual([...SLUGS].sort());
  expect([...server.simulated].sort()).toEqual([...UPSTREAMS].sort());
});

test.each(PRESETS.map((preset) => [preset.slug, preset] as const))(
  '%s: what its list has, its simulator answers',
  async (slug, { routes }) => {
    const answers: Record<string, number> = {};
    for (const route of routes.filter(isExact)) {
      if (route.is === 'http' && route.methods.includes('GET')) {
        const answer = await fetch(urlOf(slug, route.path));
        answers[route.path] = answer.status;
        await answer.arrayBuffer();
        expect(answer.headers.get('x-hyphae-stale'), route.path).toBeNull();
      }
      if (route.is === 'socket') answers[`socket ${route.path}`] = await handshake(urlOf(slug, route.path));
    }
    // Some ask for parameters, some are broken upstream, too: but none is unknown here, and something works.
    for (const [path, status] of Object.entries(answers)) expect([502, 504, 401, 403], path).not.toContain(status);
    if (Object.keys(answers).length > 0)
      expect(
        Object.values(answers).some((status) => status === 200 || status === 101),
        JSON.stringify(answers),
      ).toBe(true);
  },
);

const handshake = (url: string) =>
  new Promise<number>((resolve) => {
    const ws = new WebSocket(url.replace('http', 'ws'));
    ws.on('open', () => {
      resolve(101);
      ws.terminate();
    });
    ws.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      ws.terminate();
    });
    ws.on('error', () => undefined);
  });

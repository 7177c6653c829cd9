import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { Principal } from '../access/principal.ts';
import { type Clock, systemClock } from '../clock.ts';
import { DEFAULT_LIMITS } from '../config.ts';
import { makeHttp } from '../http.ts';
import type { Admission } from '../live/admission.ts';
import type { UpstreamConfig } from './config-schema.ts';
import { type Gateway, serveGateway } from './gateway.ts';
import type { GatewayPreset, GatewayRole } from './preset.ts';
import { makeTargets } from './targets.ts';

/** An upstream of a test: whatever its handlers do. */
export interface TestPeer {
  readonly url: string;
  readonly server: Server;
  readonly sockets: WebSocketServer;
  readonly requests: { readonly method: string; readonly url: string; readonly headers: IncomingMessage['headers'] }[];
  onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  close(): Promise<void>;
}

export async function startTestPeer(): Promise<TestPeer> {
  const requests: TestPeer['requests'] = [];
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    peer.onRequest(request, response);
  });
  const connections = new Set<Socket>();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  const sockets = new WebSocketServer({ server, handleProtocols: (offered) => [...offered][0] ?? false });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const peer: TestPeer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    sockets,
    requests,
    onRequest: (_request, response) => response.end('{}'),
    async close() {
      // Also those of handshakes that hang, which nobody else knows.
      for (const socket of connections) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
  return peer;
}

export interface TestGateway {
  readonly port: number;
  readonly base: string;
  readonly gateway: Gateway;
  /** A question without a connection: thousands of them in a second. */
  ask(path: string, role?: GatewayRole): Promise<{ readonly status: number; readonly ageS: number }>;
  close(): Promise<void>;
}

/** The gateway on a server of its own. Who asks is who the header `x-test-role` says. */
export async function startTestGateway(
  preset: GatewayPreset,
  config: UpstreamConfig,
  options: { readonly clock?: Clock; readonly env?: Record<string, string> } = {},
): Promise<TestGateway> {
  const { clock = systemClock, env = {} } = options;
  const limits = { ...DEFAULT_LIMITS, closeMs: 500 };
  const app = await makeHttp({ ...limits, host: '127.0.0.1', dist: undefined, logLevel: 'silent' });
  const targets = makeTargets({
    file: { upstreams: { [preset.slug]: config }, connect: undefined },
    presets: [preset],
    env,
    simulator: () => undefined,
  });
  const principals = new Map(
    (['viewer', 'operator', 'owner'] as const).map((role) => [
      role as string,
      new Principal({ id: role, name: role, kind: 'open', role }, { channels: undefined, boards: undefined }, 64, {
        hits: 0,
        misses: 0,
        evicted: 0,
      }),
    ]),
  );
  const admit = ({ headers }: IncomingMessage): Admission => {
    const principal = principals.get(String(headers['x-test-role'] ?? 'owner'));
    return principal === undefined
      ? { ok: false, status: 401, code: 'not-paired', message: 'nobody' }
      : { ok: true, principal };
  };
  const gateway = await serveGateway(app, {
    targets,
    clock,
    limits,
    admit,
    admitOnce: admit,
    onRefused: () => undefined,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    port,
    base: `http://127.0.0.1:${port}/up/${preset.slug}`,
    gateway,
    async ask(path, role = 'owner') {
      const { statusCode, headers } = await app.inject({
        url: `/up/${preset.slug}${path}`,
        headers: { host: 'localhost', 'x-test-role': role },
      });
      return { status: statusCode, ageS: Number(headers.age ?? 0) };
    },
    async close() {
      await gateway.drain();
      gateway.close();
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

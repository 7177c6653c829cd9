import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyError, type FastifyInstance, LogController } from 'fastify';
import { isLoopback, type Limits, type TlsFiles } from './config.ts';
import { boundConnections, readTlsFiles, refuseConnection } from './connection-guards.ts';

/** Hashed by the build: the name changes when the content does. */
const IMMUTABLE = /^assets\/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;
/** Never answered with the page, so that a client of the server sees an honest 404. */
const SERVER_ROUTES = /^\/(live|sse|up|api|simulators|healthz|readyz|metrics|assets)(\/|$)/;

type HttpLimits = Pick<
  Limits,
  | 'handshakeMs'
  | 'requestMs'
  | 'keepAliveMs'
  | 'maxHeaderBytes'
  | 'maxHeaders'
  | 'maxRequestsPerSocket'
  | 'maxBodyBytes'
  | 'maxConnections'
>;

export interface HttpOptions extends HttpLimits {
  readonly host: string;
  readonly dist: string | undefined;
  readonly logLevel: string;
  readonly tls?: TlsFiles | undefined;
  readonly behindProxy?: boolean | undefined;
  readonly access?: 'open' | 'required' | undefined;
  /** What pages may reach directly, besides this server. Default: anything where only this computer comes in, else nothing. */
  readonly connect?: readonly string[] | undefined;
}

export interface HttpHooks {
  /** Counts connections and requests that were closed before they were understood, by name. */
  readonly onRefused?: (reason: string) => void;
  /** Where the log goes. Default: standard output. */
  readonly log?: { write(line: string): void };
}

/** Never in a log, wherever they turn up. */
const SECRETS = [
  ...['cookie', 'authorization', 'code', 'token', 'secret'].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
  '*["set-cookie"]',
  '*.*["set-cookie"]',
];

/** How often Node looks for connections that take too long. */
const LOOK_EVERY_MS = 1_000;

/** The HTTP side: the built app with strict headers. Health, metrics, access and `/live` are added by others. */
export async function makeHttp(options: HttpOptions, hooks: HttpHooks = {}): Promise<FastifyInstance> {
  const { tls, requestMs, keepAliveMs, maxHeaderBytes, handshakeMs } = options;
  const onRefused = hooks.onRefused ?? (() => undefined);
  const server = {
    headersTimeout: handshakeMs,
    connectionsCheckingInterval: Math.min(LOOK_EVERY_MS, handshakeMs),
    maxHeaderSize: maxHeaderBytes,
  };
  const app: FastifyInstance = fastify({
    logger:
      options.logLevel === 'silent'
        ? false
        : {
            level: options.logLevel,
            redact: { paths: SECRETS, censor: '[secret]' },
            ...(hooks.log && { stream: hooks.log }),
          },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.maxBodyBytes,
    requestTimeout: requestMs,
    keepAliveTimeout: keepAliveMs,
    maxRequestsPerSocket: options.maxRequestsPerSocket,
    connectionTimeout: 0,
    // Who is waiting for an answer gets it; whoever stops the server says for how long.
    forceCloseConnections: 'idle',
    clientErrorHandler: (error, socket) => refuseConnection(error, socket, onRefused),
    ...(tls === undefined
      ? { http: server }
      : { https: { ...server, ...readTlsFiles(tls), handshakeTimeout: handshakeMs } }),
  });
  app.server.maxHeadersCount = options.maxHeaders;
  boundConnections(app.server, options.maxConnections, onRefused);
  nameRefusals(app, onRefused);
  // A foreign name that resolves to this computer must not become same-origin with it. A proxy asks under the name that others know.
  if (isLoopback(options.host) && !options.behindProxy) {
    app.addHook('onRequest', async (request, reply) => {
      if (!isLoopback(request.hostname))
        return reply.code(421).send({ code: 'not-allowed', message: 'unknown host name' });
      return undefined;
    });
  }
  const { dist } = options;
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: contentPolicy(inlineScriptHashes(dist), connectSources(options)),
    },
    crossOriginEmbedderPolicy: false,
    // Plain HTTP on this computer: a promise of TLS would lock every other server on localhost out.
    strictTransportSecurity: false,
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.header('Permissions-Policy', 'serial=(self), usb=(self), camera=(), microphone=(self), geolocation=()');
    // It is stopping: this answer is the last on its connection.
    if (!app.server.listening) reply.header('Connection', 'close');
  });
  if (dist !== undefined && existsSync(dist)) await serveApp(app, dist);
  return app;
}

/** A request that fails is answered like every other refusal: a code to match, a message to read. Ours are logged, theirs counted. */
function nameRefusals(app: FastifyInstance, onRefused: (reason: string) => void): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) {
      request.log.error({ err: error }, 'a request failed');
      return reply.code(500).send({ code: 'server-error', message: 'This server failed; its log says why.' });
    }
    const code = status === 413 ? 'body-too-big' : 'bad-request';
    onRefused(code);
    return reply.code(status).send({ code, message: error.message });
  });
}

async function serveApp(app: FastifyInstance, dist: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: dist,
    cacheControl: false,
    setHeaders(reply, path) {
      const file = relative(dist, path).split(sep).join('/');
      reply.header('Cache-Control', IMMUTABLE.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/';
    const isPage = request.method === 'GET' && !SERVER_ROUTES.test(path) && !/\.[a-z0-9]+$/i.test(path);
    if (isPage) return reply.sendFile('index.html');
    return reply.code(404).send({ code: 'not-found', message: `${path.slice(0, 200)} is not here` });
  });
}

/** Inline scripts of the page (the theme, before the first paint) are allowed by their content and nothing else is. */
export function inlineScriptHashes(dist: string | undefined): string[] {
  const page = dist === undefined ? undefined : join(dist, 'index.html');
  if (page === undefined || !existsSync(page)) return [];
  const html = readFileSync(page, 'utf8');
  return [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/gi)].map(
    ([, text]) =>
      `'sha256-${createHash('sha256')
        .update(text ?? '')
        .digest('base64')}'`,
  );
}

/** Whoever tests connections or adds a feed on their own computer may reach anything; a server for others says what. */
function connectSources({ host, behindProxy, access, connect }: HttpOptions): readonly string[] {
  const isOwn = isLoopback(host) && !behindProxy && access !== 'required';
  const listed = connect ?? (isOwn ? ['http:', 'https:', 'ws:', 'wss:'] : []);
  // An origin of pages is one of sockets, too; in a policy they are two.
  return [...new Set(listed.flatMap((one) => [one, one.replace(/^http/, 'ws')]))];
}

function contentPolicy(scripts: readonly string[], connect: readonly string[]): Record<string, string[]> {
  return {
    'default-src': ["'self'"],
    'script-src': ["'self'", ...scripts],
    'worker-src': ["'self'"],
    'connect-src': ["'self'", ...connect],
    'img-src': ["'self'", 'data:', 'blob:'],
    'style-src': ["'self'"],
    // Plots and virtual lists place their parts by inline style attributes; style elements stay forbidden.
    'style-src-attr': ["'unsafe-inline'"],
    'font-src': ["'self'"],
    'manifest-src': ["'self'"],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  };
}

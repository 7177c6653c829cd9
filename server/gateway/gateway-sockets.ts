import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Principal } from '../access/principal.ts';
import { parseUpgrade, refusalResponse } from '../wire/handshake.ts';
import { type AskedTarget, readTarget } from './asked-target.ts';
import { mayUse } from './gateway-access.ts';
import { type GatewayContext, MAX_OPEN } from './gateway-context.ts';
import { calledOff, GatewayError, statusOf } from './gateway-error.ts';
import type { SocketRoute } from './preset.ts';
import { connectUpstream } from './socket-connect.ts';
import { SocketPass } from './socket-pass.ts';
import { addressOf, type Target } from './targets.ts';

const DEFAULT_MAX_BYTES = 1_048_576;
const PROTOCOL = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/;
const MAX_PROTOCOLS = 8;

interface Allowed {
  readonly target: Target;
  readonly asked: AskedTarget;
  readonly route: SocketRoute;
  readonly principal: Principal;
  readonly protocols: readonly string[];
}

interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly retryAfter?: string | undefined;
  /** Of which upstream, if that was understood. */
  readonly slug?: string;
}

/** Whether an upgrade is the gateway's. */
export const isGatewayPath = (url: string | undefined): boolean => url?.startsWith('/up/') ?? false;

/** Takes upgrades to `/up/…` of a server; leaves all others alone. */
export function addGatewaySockets(server: Server, context: GatewayContext): void {
  server.on('upgrade', (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
    if (!isGatewayPath(request.url)) return;
    // Of an HTTP server over TCP or TLS: always a socket.
    const socket = duplex as Socket;
    const onError = (): void => context.onRefused('upgrade-error');
    socket.on('error', onError);
    const refuse = (refusal: Refusal, slug?: string): void => {
      context.onRefused(refusal.reason);
      if (slug !== undefined) context.stats(slug).refuse(refusal.reason);
      end(socket, refusal, context);
    };
    const allowed = admit(request, context);
    if ('reason' in allowed) {
      refuse(allowed, allowed.slug);
      return;
    }
    pass(request, socket, head, allowed, context).then(
      (refusal) => {
        if (refusal === undefined) socket.off('error', onError);
        else refuse(refusal, allowed.target.slug);
      },
      (cause: unknown) => {
        const reason = cause instanceof GatewayError ? cause.reason : 'unreachable';
        refuse({ status: statusOf(reason), reason }, allowed.target.slug);
      },
    );
  });
}

function end(socket: Socket, { status, reason, retryAfter }: Refusal, { clock, limits }: GatewayContext): void {
  const line = `${status} ${STATUS_CODES[status] ?? 'Refused'}`;
  const response = refusalResponse({ status: line, reason });
  const more = retryAfter === undefined || /[\r\n]/.test(retryAfter) ? '' : `Retry-After: ${retryAfter}\r\n`;
  socket.end(response.replace('\r\n', `\r\n${more}`));
  // Nobody reads it any more: what still comes goes by, and it does not stay.
  socket.resume();
  socket.once(
    'close',
    clock.schedule(limits.closeMs, () => socket.destroy()),
  );
}

/** Everything that can be said before the upstream is asked. */
function admit(request: IncomingMessage, context: GatewayContext): Allowed | Refusal {
  if (context.isDraining()) return { status: 503, reason: 'draining' };
  if (context.open.size >= MAX_OPEN) return { status: 503, reason: 'busy' };
  const admission = context.admit(request);
  if (!admission.ok) return { status: admission.status, reason: admission.code };
  const asked = readTarget(request.url ?? '');
  if (typeof asked === 'string') return { status: 404, reason: asked };
  const target = context.targets.get(asked.slug);
  if (target === undefined) return { status: 404, reason: 'unknown-upstream' };
  const { slug } = target;
  const route = target.routes.socket(asked.segments);
  if (route === undefined) return { status: 404, reason: 'path-not-allowed', slug };
  const { principal } = admission;
  if (!mayUse(principal, slug, route.role)) return { status: 403, reason: 'not-allowed', slug };
  const query = new URLSearchParams(asked.query);
  if (target.refuse?.({ method: 'GET', path: asked.path, query, body: undefined }) !== undefined)
    return { status: 403, reason: 'not-allowed', slug };
  const upgrade = parseUpgrade(request, { subprotocol: undefined, deflate: false });
  if (!upgrade.ok) return { status: Number(upgrade.status.slice(0, 3)), reason: upgrade.reason };
  const offered = request.headers['sec-websocket-protocol'];
  const protocols = offered === undefined ? [] : offered.split(',').map((one) => one.trim());
  const isSound = protocols.length <= MAX_PROTOCOLS && new Set(protocols).size === protocols.length;
  if (!isSound || !protocols.every((one) => PROTOCOL.test(one))) return { status: 400, reason: 'bad-subprotocol' };
  return { target, asked, route: asFor(principal, target.slug, route), principal, protocols };
}

/** The route with what its commands are, for whoever may say them. */
function asFor(principal: Allowed['principal'], slug: string, route: Allowed['route']): Allowed['route'] {
  const { commands } = route;
  if (commands === undefined || !mayUse(principal, slug, commands.role)) return route;
  return { ...route, send: [...route.send, ...commands.send] };
}

/** As {@link connect}, and it can be called off until it is open. */
async function pass(
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  allowed: Allowed,
  context: GatewayContext,
): Promise<Refusal | undefined> {
  const gone = new AbortController();
  const onGone = (): void => gone.abort();
  socket.once('close', onGone);
  const opening = { principal: allowed.principal.id, gone };
  context.opening.add(opening);
  try {
    return await connect(request, socket, head, allowed, context, gone.signal);
  } catch (cause) {
    throw calledOff(gone.signal, cause);
  } finally {
    context.opening.delete(opening);
    socket.off('close', onGone);
  }
}

/** Opens the upstream's end first: what it says to the handshake is what the browser is told. */
async function connect(
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  { target, asked, route, principal, protocols }: Allowed,
  context: GatewayContext,
  signal: AbortSignal,
): Promise<Refusal | undefined> {
  const { clock, limits, open } = context;
  const stats = context.stats(target.slug);
  const maxBytes = route.maxBytes ?? DEFAULT_MAX_BYTES;
  stats.requests++;
  stats.asked++;
  const startedAt = performance.now();
  const connected = await connectUpstream(addressOf(target, asked.path, asked.query), protocols, {
    headers: target.headers,
    timeoutMs: target.timeoutMs,
    maxBytes,
    signal,
  }).catch((cause: unknown) => {
    stats.failed++;
    if (!signal.aborted) context.complain(target.slug, cause);
    throw cause;
  });
  stats.latency(performance.now() - startedAt);
  if ('status' in connected) {
    stats.failed++;
    // A status that would mean something else as the answer to an upgrade: it did not open, that is all.
    const status = connected.status >= 400 && connected.status < 600 ? connected.status : 502;
    return { status, reason: `upstream-${connected.status}`, retryAfter: connected.retryAfter };
  }
  const upgrade = parseUpgrade(request, { subprotocol: connected.protocol || undefined, deflate: false });
  if (!upgrade.ok || signal.aborted) {
    connected.terminate();
    throw new GatewayError('cut');
  }
  socket.write(upgrade.headers);
  const socketPass = new SocketPass(socket, connected, {
    target,
    route,
    path: asked.path,
    principal: principal.id,
    clock,
    stats,
    queueHighBytes: limits.queueHighBytes,
    peer: {
      maxMessageBytes: maxBytes,
      maxFragments: limits.maxFragments,
      closeMs: limits.closeMs,
      clock,
      onPongSkipped: () => context.onRefused('pong-skipped'),
    },
    onClosed: (closed) => open.delete(closed),
  });
  open.add(socketPass);
  socketPass.start(head);
  return undefined;
}

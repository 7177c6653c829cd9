import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { EventScreen } from './event-screen.ts';
import type { UpstreamStats } from './gateway-stats.ts';
import { AS_DATA } from './passed-headers.ts';
import type { Target } from './targets.ts';

/** Somebody who took nothing for this long does not look. */
export const STALL_MS = 20_000;
const KEEP_ALIVE_MS = 30_000;

export interface StreamPassOptions {
  readonly target: Target;
  readonly path: string;
  /** Who reads it. */
  readonly principal: string;
  readonly clock: Clock;
  readonly stats: UpstreamStats;
  readonly onClosed: (pass: StreamPass) => void;
}

/** One event stream on its way through: bytes go on as they come, and no faster than the browser takes them. */
export class StreamPass {
  readonly principal: string;
  readonly #upstream: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #options: StreamPassOptions;
  readonly #screen: EventScreen | undefined;
  readonly #decoder = new TextDecoder();
  #cancelStall: (() => void) | undefined;
  #isOver = false;

  constructor(upstream: IncomingMessage, response: ServerResponse, options: StreamPassOptions) {
    const { target, path, stats, principal } = options;
    this.principal = principal;
    this.#upstream = upstream;
    this.#response = response;
    this.#options = options;
    // A hub's stream has a socket at the same path.
    const isHub = target.routes.socket(path.slice(1).split('/')) !== undefined;
    this.#screen = target.screen && new EventScreen(target.screen, path, (reason) => stats.refuse(reason), isHub);
  }

  start(): void {
    const { stats } = this.#options;
    stats.streams++;
    stats.opened++;
    const response = this.#response;
    response.writeHead(200, {
      ...AS_DATA,
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
    });
    response.flushHeaders();
    response.socket?.setTimeout(0);
    response.socket?.setNoDelay(true);
    // Nobody writes to a silent stream: only this notices a browser that vanished.
    response.socket?.setKeepAlive(true, KEEP_ALIVE_MS);
    response.on('drain', () => this.#drained());
    response.on('close', () => this.#over());
    const upstream = this.#upstream;
    upstream.on('data', (chunk: Buffer) => this.#pass(chunk));
    upstream.on('end', () => response.end());
    // Cut there is cut here: an end would look as if the upstream had finished.
    upstream.on('error', () => response.destroy());
    upstream.on('aborted', () => response.destroy());
    if (response.destroyed) this.#over();
  }

  /** The server stops, or access was taken back. The browser comes again by itself. */
  end(): void {
    this.#response.end();
    this.#upstream.destroy();
  }

  cut(): void {
    this.#response.destroy();
  }

  #pass(chunk: Buffer): void {
    // Cut, and not yet closed: the rest of what was on its way is nobody's.
    if (this.#response.destroyed) return;
    const { stats, clock } = this.#options;
    stats.bytesIn += chunk.length;
    stats.messagesIn++;
    const shown = this.#screen === undefined ? chunk : this.#screen.push(this.#decoder.decode(chunk, { stream: true }));
    if (shown === undefined) {
      stats.refuse('message-too-big');
      this.cut();
      return;
    }
    if (shown.length === 0 || this.#response.write(shown)) return;
    this.#upstream.pause();
    this.#cancelStall ??= clock.schedule(STALL_MS, () => {
      stats.refuse('too-slow');
      this.cut();
    });
  }

  #drained(): void {
    this.#cancelStall?.();
    this.#cancelStall = undefined;
    this.#upstream.resume();
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelStall?.();
    this.#upstream.destroy();
    this.#options.stats.streams--;
    this.#options.onClosed(this);
  }
}

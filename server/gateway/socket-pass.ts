import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { RECORD_END, RecordSplitter } from '../../src/decode/signalr/record-splitter.ts';
import type { Clock } from '../clock.ts';
import { ABNORMAL_CLOSE, isCloseCode, NO_CLOSE_CODE } from '../wire/close-code.ts';
import { frameOf, frameText } from '../wire/frame-encode.ts';
import { type PeerOptions, type PeerOwner, PeerSocket } from '../wire/web-socket.ts';
import type { UpstreamStats } from './gateway-stats.ts';
import { maskAddresses } from './mask-addresses.ts';
import type { SocketRoute } from './preset.ts';
import { SaidCheck } from './said-check.ts';
import { beginsJson, looksLikeJson, screenText } from './screening.ts';
import { STALL_MS } from './stream-pass.ts';
import type { Target } from './targets.ts';

/** A browser that says so often what it may not say does not do it by mistake. */
const MAX_UNALLOWED = 16;
/** What a browser may say in a second; more waits. A voice is 25 frames. */
const MESSAGES_PER_SECOND = 200;
const SECOND_MS = 1_000;
/** Judged when the socket was asked for. */
const NO_QUERY = new URLSearchParams();

export interface SocketPassOptions {
  readonly target: Target;
  readonly route: SocketRoute;
  readonly path: string;
  readonly principal: string;
  readonly clock: Clock;
  readonly stats: UpstreamStats;
  /** Bytes that may wait for one side before the other is not read. */
  readonly queueHighBytes: number;
  readonly peer: PeerOptions;
  readonly onClosed: (pass: SocketPass) => void;
}

/**
 * One WebSocket on its way through: the browser's end by our wire, the upstream's by `ws`.
 * ```text
 *  upstream ─ message ─ screen ─▶ browser     paused while the browser's queue is full; closed when it stays so for 20 s
 *  upstream ◀─ allowed? ─ message ─ browser   dropped and counted when not; paused while the upstream's queue is full
 *  close here = close there, with the same code; gone without a word here = gone without a word there
 * ```
 */
export class SocketPass implements PeerOwner {
  readonly principal: string;
  readonly #socket: Socket;
  readonly #upstream: WebSocket;
  readonly #options: SocketPassOptions;
  readonly #peer: PeerSocket;
  readonly #check: SaidCheck;
  readonly #records: RecordSplitter;
  #cancelStall: (() => void) | undefined;
  #cancelPause: (() => void) | undefined;
  #cancelEnd: (() => void) | undefined;
  #unallowed = 0;
  #unanswered = 0;
  #second = 0;
  #inSecond = 0;

  constructor(socket: Socket, upstream: WebSocket, options: SocketPassOptions) {
    this.principal = options.principal;
    this.#socket = socket;
    this.#upstream = upstream;
    this.#options = options;
    const { refuse } = options.target;
    this.#check = new SaidCheck(options.route, {
      refuse: refuse && ((body) => refuse({ method: 'GET', path: options.path, query: NO_QUERY, body }) !== undefined),
    });
    this.#records = new RecordSplitter(options.peer.maxMessageBytes);
    this.#peer = new PeerSocket(socket, this, options.peer);
  }

  /** The 101 was written; `head` came with the browser's request. */
  start(head: Buffer): void {
    const { stats } = this.#options;
    stats.sockets++;
    stats.opened++;
    const upstream = this.#upstream;
    upstream.on('message', (data: Buffer, isBinary: boolean) => this.#fromUpstream(data, isBinary));
    upstream.on('error', (error: NodeJS.ErrnoException) => this.#upstreamFailed(error));
    upstream.on('close', (code: number, reason: Buffer) => this.#upstreamClosed(code, reason.toString('utf8')));
    this.#peer.start(head);
    upstream.resume();
    // It went while the browser was answered; its close was nobody's yet.
    if (upstream.readyState === WebSocket.CLOSED) this.#upstreamClosed(ABNORMAL_CLOSE, '');
  }

  /** Twice in a row without an answer: the browser is gone. */
  checkAlive(): void {
    if (this.#unanswered++ >= 2) this.#peer.destroy();
    else this.#peer.ping();
  }

  close(code: number, reason: string): void {
    this.#peer.close(code, reason);
  }

  destroy(): void {
    this.#peer.destroy();
  }

  onMessage(data: Buffer, isBinary: boolean): void {
    const { stats, queueHighBytes } = this.#options;
    this.#unanswered = 0;
    this.#pace();
    // The bytes are ours during this call only.
    const passed = isBinary ? this.#check.mayBinary() && Buffer.from(data) : this.#check.passed(data.toString('utf8'));
    if (passed === undefined || passed === false) {
      stats.refuse('not-allowed-to-say');
      if (++this.#unallowed >= MAX_UNALLOWED) this.#peer.close(1008, 'not allowed to say that here');
      return;
    }
    stats.messagesOut++;
    stats.bytesOut += data.length;
    const upstream = this.#upstream;
    if (upstream.readyState !== WebSocket.OPEN) return;
    upstream.send(passed, { binary: isBinary }, () => {
      if (this.#cancelPause === undefined && upstream.bufferedAmount < queueHighBytes) this.#socket.resume();
    });
    if (upstream.bufferedAmount >= queueHighBytes) this.#socket.pause();
  }

  onDrain(): void {
    this.#cancelStall?.();
    this.#cancelStall = undefined;
    this.#upstream.resume();
  }

  onPong(): void {
    this.#unanswered = 0;
  }

  onRefused(code: string): void {
    this.#options.stats.refuse(code);
  }

  onClosed(code: number, reason: string): void {
    this.#cancelStall?.();
    this.#cancelPause?.();
    this.#cancelEnd?.();
    const upstream = this.#upstream;
    upstream.resume();
    if (code === ABNORMAL_CLOSE) upstream.terminate();
    else if (code === NO_CLOSE_CODE || !isCloseCode(code)) upstream.close();
    else upstream.close(code, reason);
    this.#options.stats.sockets--;
    this.#options.onClosed(this);
  }

  #fromUpstream(data: Buffer, isBinary: boolean): void {
    const { stats, clock, queueHighBytes } = this.#options;
    stats.messagesIn++;
    stats.bytesIn += data.length;
    const frame = isBinary ? this.#binaryFrame(data) : this.#textFrame(data);
    this.#together();
    if (frame === undefined || !this.#peer.write(frame) || !this.#peer.isFull(queueHighBytes)) return;
    this.#upstream.pause();
    this.#cancelStall ??= clock.schedule(STALL_MS, () => {
      stats.refuse('too-slow');
      this.#peer.close(1008, 'too slow: nothing was read for a while');
    });
  }

  /** What came in one piece goes on in one write. */
  #together(): void {
    if (this.#socket.writableCorked > 0) return;
    this.#socket.cork();
    process.nextTick(() => this.#socket.uncork());
  }

  /** Some upstreams send their JSON in binary frames. */
  #binaryFrame(data: Buffer): Buffer | undefined {
    const { target, path, stats } = this.#options;
    if (target.screen === undefined) return frameOf(data, 'binary');
    if (this.#check.isSignalr) {
      stats.refuse('withheld');
      return undefined;
    }
    const text = data.toString('utf8');
    if (!beginsJson(text)) return frameOf(data, 'binary');
    const shown = screenText(target.screen, path, text);
    if (shown.is === 'pass') return frameOf(shown.text === text ? data : Buffer.from(shown.text), 'binary');
    stats.refuse(shown.is);
    return undefined;
  }

  #textFrame(data: Buffer): Buffer | undefined {
    const { target, path, stats } = this.#options;
    if (target.screen === undefined) return frameOf(data, 'text');
    const text = this.#check.isSignalr ? this.#wholeRecords(data.toString('utf8')) : data.toString('utf8');
    if (text === '') return undefined;
    const shown = screenText(target.screen, path, text);
    if (shown.is === 'pass') return shown.text === '' ? undefined : frameText(shown.text);
    if (shown.is === 'bad-json' && !looksLikeJson(text)) return frameText(maskAddresses(text));
    stats.refuse(shown.is);
    return undefined;
  }

  /** A record may come in pieces: it is looked at when it is whole. */
  #wholeRecords(text: string): string {
    const { records, tooLarge } = this.#records.push(text);
    if (tooLarge) {
      this.#options.stats.refuse('message-too-big');
      this.#peer.close(1009, 'the upstream sent a record that is too big');
    }
    return records.map((record) => record + RECORD_END).join('');
  }

  #upstreamFailed({ code }: NodeJS.ErrnoException): void {
    const { stats } = this.#options;
    if (code !== 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') {
      stats.refuse('upstream-error');
      return;
    }
    stats.refuse('message-too-big');
    this.#peer.close(1009, 'the upstream sent a message that is too big');
  }

  #upstreamClosed(code: number, reason: string): void {
    if (code === NO_CLOSE_CODE || isCloseCode(code)) this.#peer.close(code, maskAddresses(reason));
    else if (this.#peer.isOpen) {
      // Without a close frame, behind what is pending: the browser sees 1006, as the upstream was seen here.
      this.#socket.end();
      this.#cancelEnd ??= this.#options.clock.schedule(this.#options.peer.closeMs, () => this.#peer.destroy());
    }
  }

  /** More than a second's worth waits in the browser until the second is over. */
  #pace(): void {
    const { clock } = this.#options;
    const now = clock.now();
    if (now - this.#second >= SECOND_MS) {
      this.#second = now;
      this.#inSecond = 0;
    }
    if (++this.#inSecond < MESSAGES_PER_SECOND || this.#cancelPause !== undefined) return;
    this.#socket.pause();
    this.#cancelPause = clock.schedule(Math.max(1, this.#second + SECOND_MS - now), () => {
      this.#cancelPause = undefined;
      this.#socket.resume();
    });
  }
}

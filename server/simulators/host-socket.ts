import { WebSocket } from 'ws';
import type { Wire } from './host-outlet.ts';
import type { SimSocket } from './simulator.ts';

/** Whoever reads slower than this is cut: a simulator keeps nothing for ever. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** A simulator's end of a socket, from before the handshake: what it says meanwhile is sent right behind it. */
export class HostSocket implements SimSocket, Wire {
  #ws: WebSocket | undefined;
  #early: (() => void)[] = [];
  #isOver = false;
  readonly #onMessage: ((data: string | Uint8Array) => void)[] = [];
  readonly #onClose: (() => void)[] = [];
  /** Where the simulator's words go first; set by the host. */
  say: (data: string | Uint8Array) => void = (data) => this.send(data);

  /** For the simulator: its words pass the host's faults. */
  readonly forSimulator: SimSocket = {
    send: (data) => this.say(data),
    onMessage: (listener) => this.onMessage(listener),
    onClose: (listener) => this.onClose(listener),
    close: (code, reason) => this.close(code, reason),
    terminate: () => this.terminate(),
  };

  attach(ws: WebSocket, guard: (task: () => void) => void): void {
    this.#ws = ws;
    ws.on('message', (data: Buffer, isBinary: boolean) => {
      const said = isBinary ? new Uint8Array(data) : data.toString('utf8');
      for (const listener of this.#onMessage) guard(() => listener(said));
    });
    // Its close follows, and says all that matters to a simulator.
    ws.on('error', () => ws.terminate());
    ws.on('close', () => this.over(guard));
    for (const one of this.#early) one();
    this.#early = [];
  }

  /** Once, however it ended; also when the handshake never came about. */
  over(guard: (task: () => void) => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#early = [];
    for (const listener of this.#onClose) guard(listener);
  }

  send(data: string | Uint8Array): void {
    this.#when((ws) => {
      if (ws.readyState !== WebSocket.OPEN) return;
      if (ws.bufferedAmount > MAX_WAITING_BYTES) ws.terminate();
      else ws.send(data);
    });
  }

  onMessage(listener: (data: string | Uint8Array) => void): void {
    this.#onMessage.push(listener);
  }

  onClose(listener: () => void): void {
    this.#onClose.push(listener);
  }

  close(code = 1000, reason = ''): void {
    this.#when((ws) => ws.close(code, reason));
  }

  terminate(): void {
    this.#when((ws) => ws.terminate());
  }

  cut(): void {
    this.terminate();
  }

  frame(text: string): string {
    return text;
  }

  #when(task: (ws: WebSocket) => void): void {
    if (this.#isOver) return;
    const ws = this.#ws;
    if (ws !== undefined) task(ws);
    else
      this.#early.push(() => {
        if (this.#ws !== undefined) task(this.#ws);
      });
  }
}

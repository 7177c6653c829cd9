import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** A real server on loopback that does to its clients whatever a test wants, and knows who is connected. */
export class PretendPeer {
  /** Answers HTTP. */
  onRequest: RequestListener = (_, response) => response.writeHead(404).end();
  /** Gets each WebSocket that was accepted. */
  onSocket: (socket: WebSocket, request: IncomingMessage) => void = () => undefined;
  /** Refuses upgrades with this status. */
  upgradeStatus: number | undefined;
  /** Lets the TCP connection be made and says nothing ever. */
  isMute = false;
  accepted = 0;
  readonly sockets = new Set<Socket>();
  readonly webSockets = new Set<WebSocket>();
  readonly #server: Server;
  readonly #upgrades = new WebSocketServer({ noServer: true });
  #port = 0;

  static async start(): Promise<PretendPeer> {
    const peer = new PretendPeer();
    await peer.listen();
    return peer;
  }

  private constructor() {
    this.#server = createServer((request, response) => {
      if (!this.isMute) this.onRequest(request, response);
    });
    this.#server.on('connection', (socket: Socket) => {
      this.accepted++;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    });
    this.#server.on('upgrade', (request, socket, head) => {
      // Read on, to notice when the client leaves.
      if (this.isMute) {
        socket.resume().on('end', () => socket.end());
        return;
      }
      if (this.upgradeStatus !== undefined) {
        socket.end(`HTTP/1.1 ${this.upgradeStatus} No\r\ncontent-length: 0\r\n\r\n`);
        return;
      }
      this.#upgrades.handleUpgrade(request, socket, head, (webSocket) => {
        this.webSockets.add(webSocket);
        webSocket.on('close', () => this.webSockets.delete(webSocket));
        webSocket.on('error', () => webSocket.terminate());
        this.onSocket(webSocket, request);
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Comes back at the place where it was. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Cuts every connection without a word. */
  drop(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.drop();
    await closed;
  }
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

type Transport = 'WebSockets' | 'ServerSentEvents' | 'LongPolling';

const END = '\x1e';

/** One client of the hub, however it is connected. */
interface Client {
  isReady: boolean;
  send(text: string): void;
  end(): void;
}

/** A SignalR hub of a page's length, for tests: three transports, one method, and every misdeed the tests need. */
export class PretendHub {
  transports: readonly Transport[] = ['WebSockets', 'ServerSentEvents', 'LongPolling'];
  /** Answers the negotiation in place of the hub. */
  refusal: ((response: ServerResponse) => void) | undefined;
  /** Takes the handshake and says nothing. */
  isMute = false;
  /** Says this to the handshake, and closes. */
  handshakeError: string | undefined;
  /** No WebSocket comes through, as behind some proxies. */
  blocksUpgrades = false;
  /** Answers to negotiations so far. */
  negotiations = 0;
  /** How many asked to join. */
  joined = 0;
  /** Everything clients said, record by record. */
  readonly said: string[] = [];
  /** How a record goes out over a WebSocket: whole, unless a test cuts it. */
  cut: (text: string) => readonly string[] = (text) => [text];
  readonly #clients = new Map<string, Client>();
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  readonly #webSockets = new WebSocketServer({ noServer: true });
  #ids = 0;

  static async start(): Promise<PretendHub> {
    const hub = new PretendHub();
    await new Promise<void>((resolve) => hub.#server.listen(0, '127.0.0.1', resolve));
    return hub;
  }

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('upgrade', (request, socket, head) => {
      if (this.blocksUpgrades) {
        socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => this.#connected(idOf(request), webSocket));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get connections(): number {
    return this.#clients.size;
  }

  say(target: string, ...args: unknown[]): void {
    this.sendRaw(JSON.stringify({ type: 1, target, arguments: args }) + END);
  }

  sendRaw(text: string): void {
    for (const client of this.#clients.values()) if (client.isReady) client.send(text);
  }

  /** Cuts every connection. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #connected(id: string, webSocket: WebSocket): void {
    this.#clients.set(id, {
      isReady: false,
      send: (text) => {
        for (const piece of this.cut(text)) webSocket.send(piece);
      },
      end: () => webSocket.close(),
    });
    webSocket.on('message', (data) => this.#heard(id, String(data)));
    webSocket.on('close', () => this.#clients.delete(id));
  }

  #heard(id: string, text: string): void {
    const client = this.#clients.get(id);
    for (const record of text.split(END).slice(0, -1)) {
      this.said.push(record);
      const message = JSON.parse(record) as {
        type?: number;
        protocol?: string;
        target?: string;
        invocationId?: string;
      };
      if (client === undefined) continue;
      if (this.isMute) continue;
      if (message.protocol !== undefined) {
        client.isReady = this.handshakeError === undefined;
        client.send(JSON.stringify({ error: this.handshakeError }) + END);
        if (!client.isReady) client.end();
      } else if (message.type === 1 && message.target === 'Join') {
        this.joined++;
        client.send(JSON.stringify({ type: 3, invocationId: message.invocationId, result: null }) + END);
      } else if (message.type === 1 && message.target !== 'Silent') {
        const error = `Failed to invoke '${message.target}' due to an error on the server. HubException: Method does not exist.`;
        client.send(JSON.stringify({ type: 3, invocationId: message.invocationId, error }) + END);
      } else if (message.type === 7) client.end();
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = idOf(request);
    if (request.url?.startsWith('/hub/negotiate')) {
      this.negotiations++;
      if (this.refusal !== undefined) {
        this.refusal(response);
        return;
      }
      const token = `token-${++this.#ids}`;
      response.setHeader('content-type', 'application/json');
      const availableTransports = this.transports.map((transport) => ({ transport, transferFormats: ['Text'] }));
      response.end(
        JSON.stringify({ negotiateVersion: 1, connectionId: 'another', connectionToken: token, availableTransports }),
      );
      return;
    }
    if (request.method === 'POST') {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      response.end();
      this.#heard(id, body);
      return;
    }
    if (request.method === 'DELETE') {
      this.#clients.get(id)?.end();
      this.#clients.delete(id);
      response.writeHead(202).end();
      return;
    }
    if (request.headers.accept?.includes('text/event-stream')) this.#stream(id, response);
    else this.#poll(id, response);
  }

  #stream(id: string, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(':\r\n');
    this.#clients.set(id, {
      isReady: false,
      send: (text) => response.write(`data: ${text}\r\n\r\n`),
      end: () => response.end(),
    });
    response.on('close', () => this.#clients.delete(id));
  }

  readonly #waiting = new Map<string, { queue: string[]; response: ServerResponse | undefined }>();

  #poll(id: string, response: ServerResponse): void {
    const known = this.#waiting.get(id);
    if (known === undefined) {
      const mine: { queue: string[]; response: ServerResponse | undefined } = { queue: [], response: undefined };
      this.#waiting.set(id, mine);
      this.#clients.set(id, {
        isReady: false,
        send: (text) => {
          mine.queue.push(text);
          flush(mine);
        },
        end: () => mine.response?.writeHead(204).end(),
      });
      // The first poll only says that there is a connection.
      response.end();
      return;
    }
    known.response = response;
    flush(known);
  }
}

function flush(mine: { queue: string[]; response: ServerResponse | undefined }): void {
  if (mine.response === undefined || mine.queue.length === 0) return;
  mine.response.end(mine.queue.splice(0).join(''));
  mine.response = undefined;
}

const idOf = (request: IncomingMessage): string =>
  new URL(request.url ?? '', 'http://here').searchParams.get('id') ?? '';

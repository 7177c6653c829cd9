import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** NatureOS as a test sees it, whichever program pretends it. */
export interface NatureosPeer {
  readonly url: string;
  /** Calls a method on every client of a group; without one, on everybody. */
  push(target: string, argument: unknown, group?: string): Promise<void>;
  /** Everybody who is connected to the hub is cut off, without a word. */
  drop(): Promise<void>;
  /** Everybody gets a close message. */
  close(allowReconnect: boolean): Promise<void>;
  /** What the hub offers from now on. */
  offer(only: readonly HubTransportName[]): Promise<void>;
  connections(): Promise<{ readonly count: number; readonly transports: readonly string[] }>;
  store(mode: 'full' | 'empty' | 'error'): Promise<void>;
  /** Connected, and not one byte comes. */
  silence(on: boolean): Promise<void>;
  /** Nothing listens. */
  gone(on: boolean): Promise<void>;
  stop(): Promise<void>;
}

export type HubTransportName = 'WebSockets' | 'ServerSentEvents' | 'LongPolling';

export interface PeerOptions {
  readonly keepAliveMs?: number;
  readonly timeoutMs?: number;
  /** `older`: any origin, no credentials · `newer`: those that are listed. */
  readonly cors?: 'older' | 'newer';
  /** Buffers what a client did not confirm, for clients that ask for it. */
  readonly stateful?: boolean;
}

const SOURCES = import.meta.dirname;
/** Where Directory.Build.props puts it. */
const CACHE = join(SOURCES, '../../../.cache/peers/natureos');
const ENV: NodeJS.ProcessEnv = {
  ...process.env,
  DOTNET_CLI_TELEMETRY_OPTOUT: '1',
  DOTNET_NOLOGO: '1',
  DOTNET_GENERATE_ASPNET_CERTIFICATE: 'false',
  DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE: '1',
};

/** Compiles the peer into `.cache/`, unless that was done before; asks no package source. Throws with the compiler's words. */
export async function buildPeer(dotnet: string): Promise<string> {
  const sources = readdirSync(SOURCES)
    .filter((file) => /\.(cs|csproj|props)$/.test(file))
    .sort();
  const hash = createHash('sha256').update(dotnet);
  for (const file of sources) hash.update(file).update(readFileSync(join(SOURCES, file)));
  const digest = hash.digest('hex');
  const stamp = join(CACHE, 'built.txt');
  const program = join(CACHE, 'bin/Release/NatureosPeer.dll');
  const isBuilt = (): boolean => existsSync(stamp) && readFileSync(stamp, 'utf8') === digest && existsSync(program);
  if (isBuilt()) return program;
  const unlock = await lockBuild();
  try {
    if (!isBuilt()) await compile(dotnet);
    writeFileSync(stamp, digest);
  } finally {
    unlock();
  }
  return program;
}

/** Tests of several files run at once, and two compilers in one folder stand in each other's way. */
async function lockBuild(): Promise<() => void> {
  mkdirSync(CACHE, { recursive: true });
  const lock = join(CACHE, 'building');
  for (;;) {
    try {
      mkdirSync(lock);
      return () => rmSync(lock, { recursive: true });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
      const heldMs = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      // Whoever held it so long was killed.
      if (heldMs > BUILD_MS) rmSync(lock, { recursive: true, force: true });
      else await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

async function compile(dotnet: string): Promise<void> {
  // No server of the compiler is left behind.
  const how = ['-c', 'Release', '-t:Restore;Build', '-nodeReuse:false', '-p:UseSharedCompilation=false', '-nologo'];
  const child = spawn(dotnet, ['build', SOURCES, ...how, '-v:quiet'], { env: ENV, timeout: BUILD_MS });
  let said = '';
  const hear = (data: Buffer): void => {
    said = (said + data.toString()).slice(-20_000);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`dotnet build failed (${code}):\n${said}`);
}
/** 11 s on a computer at rest; two cores may be busy with other tests. */
const BUILD_MS = 240_000;

/** Starts the real hub on a free port of this computer. */
export async function startRealPeer(dotnet: string, options: PeerOptions = {}): Promise<NatureosPeer> {
  const peer = new RealPeer(dotnet, await buildPeer(dotnet), options);
  await peer.start();
  return peer;
}

class RealPeer implements NatureosPeer {
  readonly #dotnet: string;
  readonly #program: string;
  readonly #options: PeerOptions;
  #child: ChildProcessWithoutNullStreams | undefined;
  #url = '';

  constructor(dotnet: string, program: string, options: PeerOptions) {
    this.#dotnet = dotnet;
    this.#program = program;
    this.#options = options;
  }

  get url(): string {
    return this.#url;
  }

  async start(): Promise<void> {
    const { keepAliveMs = 15_000, timeoutMs = 30_000, cors = 'older', stateful = false } = this.#options;
    // After it was gone it comes back where it was.
    const port = this.#url === '' ? '0' : new URL(this.#url).port;
    const words = ['--port', port, '--keep-alive-ms', `${keepAliveMs}`, '--timeout-ms', `${timeoutMs}`, '--cors', cors];
    const child = spawn(this.#dotnet, [this.#program, ...words, ...(stateful ? ['--stateful'] : [])], { env: ENV });
    this.#child = child;
    let said = '';
    child.stderr.on('data', (data: Buffer) => {
      said = (said + data.toString()).slice(-4_000);
    });
    const lines = createInterface(child.stdout);
    const [first] = (await Promise.race([once(lines, 'line'), once(child, 'exit')])) as [unknown];
    if (typeof first !== 'string') throw new Error(`the hub did not start:\n${said}`);
    this.#url = first;
  }

  async push(target: string, argument: unknown, group?: string): Promise<void> {
    await this.#control('push', { target, argument, ...(group !== undefined && { group }) });
  }

  async drop(): Promise<void> {
    await this.#control('drop');
  }

  async close(allowReconnect: boolean): Promise<void> {
    await this.#control(`close?allowReconnect=${allowReconnect}`);
  }

  async offer(only: readonly HubTransportName[]): Promise<void> {
    await this.#control(`transports?only=${only.join(',')}`);
  }

  async connections(): Promise<{ readonly count: number; readonly transports: readonly string[] }> {
    const response = await fetch(`${this.#url}/control/connections`);
    return (await response.json()) as { readonly count: number; readonly transports: readonly string[] };
  }

  async store(mode: 'full' | 'empty' | 'error'): Promise<void> {
    await this.#control(`store?mode=${mode}`);
  }

  /** The whole process is frozen, as a machine that hangs is: its sockets stay open. */
  silence(on: boolean): Promise<void> {
    this.#child?.kill(on ? 'SIGSTOP' : 'SIGCONT');
    return Promise.resolve();
  }

  async gone(on: boolean): Promise<void> {
    if (on) await this.stop();
    else await this.start();
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async #control(what: string, body?: object): Promise<void> {
    const response = await fetch(`${this.#url}/control/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`/control/${what}: ${response.status} ${await response.text()}`);
  }
}

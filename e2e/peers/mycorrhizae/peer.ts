import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type Simulators, startSimulators } from '../../../server/simulators/host.ts';
import { mycorrhizaeSimulator } from '../../../server/simulators/mycorrhizae.ts';

/** How it receives whoever connects, by the names of the simulator's faults; `open`: all that have a good key. */
export type MycorrhizaeMode =
  | 'open'
  | 'starting'
  | 'no-key-service'
  | 'bad-key'
  | 'keys-failing'
  | 'key-expired'
  | 'no-scopes'
  | 'rate-minute'
  | 'rate-day';

/** The service as a test sees it, whichever program pretends it. */
export interface MycorrhizaePeer {
  readonly url: string;
  mode(mode: MycorrhizaeMode): Promise<void>;
  /** Publishes by HTTP, as others do. */
  publish(channel: string, payload: object, more?: object): Promise<Response>;
  /** Streams that are open now, and all that ever were. */
  connections(): Promise<{ readonly open: number }>;
  /** Every stream ends. */
  end(): Promise<void>;
  /** Connected, and not one byte comes. */
  silence(on: boolean): Promise<void>;
  stop(): Promise<void>;
}

export const MYCORRHIZAE_KEY = `myco_test_${'a'.repeat(32)}`;

const PYTHON = '/usr/bin/python3';

/** Whether this computer has what the real service is made of. */
export const hasFastApi = (): boolean => spawnSync(PYTHON, ['-c', 'import fastapi, uvicorn']).status === 0;

const publishTo = (url: string, channel: string, payload: object, more: object = {}): Promise<Response> =>
  fetch(`${url}/api/channels/${channel}/publish`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': MYCORRHIZAE_KEY },
    body: JSON.stringify({ payload, ...more }),
  });

/** The real part: FastAPI on uvicorn, on a free port of this computer. `commentS`, `pingS`: its signs of life, faster than they are. */
export async function startRealMycorrhizae(signs: {
  readonly commentS: number;
  readonly pingS: number;
}): Promise<MycorrhizaePeer> {
  const words = ['-m', 'uvicorn', 'app:app', '--app-dir', import.meta.dirname, '--host', '127.0.0.1', '--port', '0'];
  const child: ChildProcessWithoutNullStreams = spawn(PYTHON, ['-B', ...words], {
    env: { ...process.env, COMMENT_S: `${signs.commentS}`, PING_S: `${signs.pingS}`, PYTHONUNBUFFERED: '1' },
  });
  const url = await urlOf(child);
  const control = async (what: string, body: object = {}): Promise<void> => {
    const response = await fetch(`${url}/control/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`/control/${what}: ${response.status} ${await response.text()}`);
  };
  return {
    url,
    mode: (mode) => control('mode', { mode }),
    publish: (channel, payload, more) => publishTo(url, channel, payload, more),
    connections: async () => (await (await fetch(`${url}/control/connections`)).json()) as { readonly open: number },
    end: () => control('end'),
    silence: (on) => control('mode', { silent: on }),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Waits for uvicorn to say where it listens. */
async function urlOf(child: ChildProcessWithoutNullStreams): Promise<string> {
  let said = '';
  const lines = createInterface(child.stderr);
  for await (const line of lines) {
    said += `${line}\n`;
    const url = /running on (http:\/\/[\d.]+:\d+)/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stderr.resume();
    return url;
  }
  throw new Error(`uvicorn did not start:\n${said}`);
}

/** The simulator behind the same interface, silent but for what is published. */
export async function startSimulatedMycorrhizae(): Promise<MycorrhizaePeer> {
  const simulators: Simulators = await startSimulators({ kinds: [mycorrhizaeSimulator] });
  const set = (name: string, on: boolean) => simulators.setFault('mycorrhizae', name, on);
  await set('asleep', true);
  await set('strict', true);
  const url = simulators.url('mycorrhizae');
  let current: MycorrhizaeMode = 'open';
  return {
    url,
    async mode(mode) {
      if (current !== 'open') await set(current, false);
      if (mode !== 'open') await set(mode, true);
      current = mode;
    },
    publish: (channel, payload, more) => publishTo(url, channel, payload, more),
    connections: async () => ({ open: simulators.state()[0]?.streams ?? 0 }),
    async end() {
      await set('close-1000', true);
      await set('close-1000', false);
    },
    silence: async (on) => void (await set('silence', on)),
    stop: () => simulators.close(),
  };
}

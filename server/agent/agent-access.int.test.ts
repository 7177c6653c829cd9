import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AgentProcess, startAgentProcess } from '../../e2e/harness/agent-process.ts';
import { BoardSocket } from '../../e2e/harness/board-socket.ts';
import { openPtyCable } from '../../e2e/harness/cable.ts';
import { type RunningServer, startServer } from '../../e2e/harness/server.ts';
import { Secrets } from '../access/secrets.ts';
import { whyNoBoards } from './pty-needs.ts';

const SECRET = 'a secret of a server that lets in whom it knows';

describe.skipIf((await whyNoBoards(openPtyCable)) !== undefined)('an agent at a server that asks for a token', () => {
  let server: RunningServer;
  let folder: string;
  let socket: BoardSocket;
  const agents: AgentProcess[] = [];

  beforeAll(async () => {
    server = await startServer({ HYPHAE_LOG: 'silent', HYPHAE_ACCESS: 'required', HYPHAE_SECRET: SECRET });
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hyphae-agent-'));
    socket = new BoardSocket(join(folder, 'ttyBoard'), 'AGENT1');
    await socket.plug();
  });
  afterEach(async () => {
    await Promise.all(agents.splice(0).map((agent) => agent.stop()));
    await socket.unplug();
    rmSync(folder, { recursive: true });
  });

  function start(options: Parameters<typeof startAgentProcess>[1]): AgentProcess {
    const idFile = join(folder, 'agent.json');
    const agent = startAgentProcess(['--serial', socket.path, '--to', server.origin, '--id-file', idFile], options);
    agents.push(agent);
    return agent;
  }
  /** As whoever runs the server. */
  async function ask(method: string, path: string, body?: object): Promise<Response> {
    const now = Date.now();
    const times = { issuedAtMs: now, expiresAtMs: now + 60_000 };
    const pass = await new Secrets(SECRET, undefined).sign({ use: 'command-line', id: 'test', gen: 1, ...times });
    return fetch(`${server.origin}${path}`, {
      method,
      headers: { authorization: `Bearer ${pass}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  }
  const makeToken = async (role: string) =>
    (await ask('POST', '/api/access/tokens', { name: 'Bench Pi', role })).json() as Promise<{
      id: string;
      token: string;
    }>;

  test('a token that the server knows lets it in; one that is taken back is told, and tried again', async () => {
    const { id, token } = await makeToken('owner');
    const agent = start({ env: { HYPHAE_TOKEN: token } });
    await agent.said(/is shared with 0 watchers$/);
    expect((await ask('DELETE', `/api/access/tokens/${id}`)).status).toBe(204);
    await agent.said(/the server does not know this token, or it has ended\): trying again at/);
    expect(agent.log()).not.toContain(token);
    expect(await agent.stop()).toBe(0);
  });

  test('a role that may not share boards is told with the board', async () => {
    const { token } = await makeToken('viewer');
    const agent = start({ env: { HYPHAE_TOKEN: token } });
    await agent.said(/ttyBoard is not shared now: (?!waiting)/);
  });

  test.each([
    ['a token that the server does not know', 'hyp_0000', 'the server does not know this token, or it has ended'],
    ['no token', '', 'the server wants a token: set HYPHAE_TOKEN'],
  ])('%s ends it with words', async (_, token, words) => {
    const agent = start({ env: { HYPHAE_TOKEN: token } });
    expect(await agent.exited).toBe(1);
    expect(agent.log()).toContain(words);
  });

  test('without the package serialport it says how to get it', async () => {
    const hide = `import { registerHooks } from 'node:module';
      registerHooks({ resolve(name, context, next) {
        if (name !== 'serialport') return next(name, context);
        throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' });
      } });`;
    const agent = start({ nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(hide)}`] });
    expect(await agent.exited).toBe(1);
    expect(agent.log()).toContain('npm install serialport');
  });
});

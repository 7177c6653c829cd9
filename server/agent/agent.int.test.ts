import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AgentProcess, startAgentProcess } from '../../e2e/harness/agent-process.ts';
import { BoardSocket } from '../../e2e/harness/board-socket.ts';
import { openPtyCable } from '../../e2e/harness/cable.ts';
import { framesOf, temperaturesIn } from '../../e2e/harness/mycobrain-board.ts';
import { buildFakeUdev } from '../../e2e/harness/native.ts';
import { type RunningServer, startServer } from '../../e2e/harness/server.ts';
import { makeUsbBus, type UsbBus } from '../../e2e/harness/usb-bus.ts';
import type { CommandUpdate } from '../../src/contract/board-command.ts';
import { boardChannel } from '../../src/contract/channel.ts';
import { decodeSampleBatch } from '../../src/contract/sample-batch.ts';
import type { SharedBoard } from '../../src/contract/shared-board.ts';
import { type Got, RawClient } from '../live/raw-client.ts';
import { whyNoBoards } from './pty-needs.ts';

describe.skipIf((await whyNoBoards(openPtyCable)) !== undefined)('the agent', () => {
  let server: RunningServer;
  let folder: string;
  let bus: UsbBus;
  let socket: BoardSocket;
  /** The server remembers the agents of the tests before. */
  let name = '';
  let tests = 0;
  const agents: AgentProcess[] = [];
  const clients: RawClient[] = [];

  beforeAll(async () => {
    server = await startServer({ HYPHAE_LOG: 'silent' });
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hyphae-agent-'));
    bus = makeUsbBus(join(folder, 'usb'), buildFakeUdev());
    name = `Bench Pi ${++tests}`;
    socket = new BoardSocket(join(folder, 'ttyBoard'), 'AGENT1');
    await socket.plug();
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await Promise.all(agents.splice(0).map((agent) => agent.stop()));
    await socket.unplug();
    rmSync(folder, { recursive: true });
  });

  const idFile = (): string => join(folder, 'agent.json');
  /** An agent that sees the modem lines of pseudo terminals, and writes down who moves them. */
  function start(...args: string[]): AgentProcess {
    const to = args.includes('--to') ? [] : ['--to', server.origin];
    const file = args.includes('--id-file') ? [] : ['--id-file', idFile()];
    const serial = args.includes('--serial') ? [] : ['--serial', socket.path];
    const agent = startAgentProcess([...serial, ...to, ...file, '--name', name, ...args], { env: bus.env });
    agents.push(agent);
    return agent;
  }
  async function watch(name: string): Promise<RawClient> {
    const client = await new RawClient(Number(new URL(server.origin).port)).hello(name);
    clients.push(client);
    client.send({ t: 'subscribe', id: 1, channel: 'boards' });
    return client;
  }

  const boardOf = (client: RawClient, isIt: (board: SharedBoard) => boolean): Promise<SharedBoard> =>
    client.until((it) => boardsOf(it).find(isIt));
  const boardsOf = (client: RawClient): readonly SharedBoard[] =>
    [...boardsAt(client).values()].filter(({ owner }) => owner.name === name);

  test('a board is watched and commanded from afar, and its modem lines are left alone', async () => {
    const agent = start();
    const [viewer, commander] = [await watch('viewer'), await watch('Ada')];
    const { id, status, owner } = await boardOf(viewer, ({ status: { phase } }) => phase.is === 'open');
    expect(status).toMatchObject({ provenance: 'measured', identity: { dialect: 'mdp1-json', side: 'A' } });
    expect(owner.name).toBe(name);

    viewer.send({ t: 'subscribe', id: 2, channel: boardChannel(id, 'telemetry') });
    const batch = await viewer.until(({ samples }) => rowsOf(samples).length > 2 && decoded(samples)[0]);
    expect(batch.provenance).toBe('measured');
    expect(temperaturesIn(socket.board.said())).toEqual(expect.arrayContaining(rowsOf(viewer.samples).slice(0, 2)));
    await agent.said(/is shared with 1 watcher$/);

    // Nobody commands without the lease; with it the command reaches the board, and the board's own answer comes back.
    commander.send({ t: 'subscribe', id: 2, channel: boardChannel(id, 'commands') });
    const request = { id: 'c1', board: id, name: 'mosfet', params: { output: '2', on: true }, by: 'Ada' };
    const ask = (rid: number, fence?: number) =>
      commander.send({ t: 'command', rid, request: { ...request, deadline: Date.now() + 20_000 }, fence });
    ask(3);
    expect(await commander.answer(3)).toMatchObject({ ok: false, error: { code: 'lease-missing' } });
    commander.send({ t: 'lease', rid: 4, board: id, action: 'take' });
    const { lease } = (await commander.answer(4)) as Got & { readonly lease: { readonly fence: number } };
    await agent.said(/has a commander: Ada$/);
    ask(5, lease.fence);
    expect(await commander.answer(5)).toMatchObject({ ok: true });
    expect(await endOf(commander, 'c1')).toMatchObject({ is: 'done', acknowledged: true });
    expect(framesOf(socket.board.heard(), 'COMMAND').map(({ body }) => body)).toContainEqual(
      expect.objectContaining({ cmd: 'output_control', params: { id: 'mosfet2', value: 1 } }),
    );

    const hex = Buffer.from('status\n').toString('hex');
    commander.send({ t: 'write', rid: 7, board: id, hex, by: 'Ada', fence: lease.fence });
    expect(await commander.answer(7)).toMatchObject({ ok: true });
    await expect.poll(() => socket.board.heard()).toContainEqual(expect.objectContaining({ text: 'status' }));

    // Whoever sees a board may stop it.
    viewer.send({
      t: 'command',
      rid: 6,
      request: { ...request, id: 's1', name: 'estop', params: {}, by: 'viewer', deadline: Date.now() + 20_000 },
    });
    expect(await endOf(commander, 's1')).toMatchObject({ is: 'done', acknowledged: true });
    await boardOf(viewer, ({ status: { outputs } }) => outputs === 'stopped');

    expect(await agent.stop('SIGINT')).toBe(0);
    expect(bus.lineChanges()).toEqual([]);
    await boardOf(viewer, ({ online }) => !online);
  });

  test('a board that is unplugged is marked, comes back by itself, and the hole is counted', async () => {
    const agent = start();
    const viewer = await watch('viewer');
    const { id } = await boardOf(viewer, ({ status: { phase } }) => phase.is === 'open');
    viewer.send({ t: 'subscribe', id: 2, channel: boardChannel(id, 'telemetry') });
    await viewer.until(({ samples }) => samples.length > 0);

    await socket.unplug();
    await boardOf(viewer, ({ status: { phase } }) => phase.is === 'unplugged');
    await agent.said(/is unplugged: it is opened again when it comes back$/);
    const before = viewer.samples.length;
    await socket.plug();
    const back = await boardOf(viewer, ({ status: { phase, health } }) => phase.is === 'open' && health.gaps > 0);
    expect(back.id).toBe(id);
    expect(back.status.health).toMatchObject({ gaps: 1, reopened: 1 });
    await viewer.message('gap', ({ gap }) => (gap as { why: string }).why === 'unplugged');
    await viewer.until(({ samples }) => samples.length > before);
    expect(bus.lineChanges()).toEqual([]);
  });

  test('started again it is the same client and takes its board back; a second one with its file does not start', async () => {
    const first = start();
    const viewer = await watch('viewer');
    const before = await boardOf(viewer, ({ status: { phase } }) => phase.is === 'open');
    expect(statSync(idFile()).mode & 0o077).toBe(0);

    const twin = start();
    expect(await twin.exited).toBe(1);
    expect(twin.log()).toContain('Another agent uses');

    // As a power cut would.
    await first.stop('SIGKILL');
    await boardOf(viewer, ({ online }) => !online);
    start();
    const back = await boardOf(viewer, ({ online, status: { phase } }) => online && phase.is === 'open');
    expect([back.id, back.owner]).toEqual([before.id, before.owner]);
    expect(boardsOf(viewer)).toHaveLength(1);
    expect(readFileSync(idFile(), 'utf8')).not.toContain(back.owner.client);
  });

  test('two boards that answer alike are told apart by their ports, also after a restart', async () => {
    const other = new BoardSocket(join(folder, 'ttyOther'), 'AGENT2');
    await other.plug();
    const both = ['--serial', socket.path, '--serial', other.path];
    const first = start(...both);
    const viewer = await watch('viewer');
    await Promise.all([first.said(/ttyBoard is shared/), first.said(/ttyOther is shared/)]);
    const ports = () => (JSON.parse(readFileSync(idFile(), 'utf8')) as { ports: Record<string, string> }).ports;
    await first.stop();
    const before = ports();
    expect(new Set(Object.values(before)).size).toBe(2);

    const again = start('--serial', other.path, '--serial', socket.path);
    await Promise.all([again.said(/ttyBoard is shared/), again.said(/ttyOther is shared/)]);
    await other.unplug();
    const gone = await boardOf(viewer, ({ status: { phase } }) => phase.is === 'unplugged');
    expect(gone.id).toBe(before[other.path]);
    await again.stop();
    expect(ports()).toEqual(before);
  });

  test('a port that another agent has is named, waited for, and taken when it is free', async () => {
    const first = start();
    await first.said(/is shared with/);
    const second = start('--id-file', join(folder, 'other.json'), '--name', 'Other Pi');
    expect(await second.said(/another agent/)).toContain(`${socket.path} is in use by another program`);
    expect(first.log()).not.toContain('lost');
    await first.stop();
    await second.said(/is shared with/);
  });

  test('a server that goes away is told, and joined again when it is back', async () => {
    const agent = start();
    const before = await boardOf(await watch('viewer'), () => true);
    await agent.said(/is shared with/);
    await server.stop('SIGKILL');
    await agent.said(/out of reach .*: trying again at \d\d:\d\d:\d\d$/);
    await server.restart();
    clients.length = 0;
    const again = await boardOf(await watch('viewer'), ({ online }) => online);
    expect([again.id, again.owner]).toEqual([before.id, before.owner]);
  });

  test('a path that is not there is told with those that are, and opened when it comes', async () => {
    await socket.unplug();
    const agent = start();
    expect(await agent.said(/is not there/)).toMatch(/This computer has .*\. It is opened as soon as it comes\.$/);
    await socket.plug();
    await agent.said(/is shared with/);
  });
});

/** The boards as this client was last told. */
function boardsAt({ got }: RawClient): ReadonlyMap<string, SharedBoard> {
  const boards = new Map<string, SharedBoard>();
  for (const message of got) {
    if (message.t !== 'state' || message.channel !== 'boards') continue;
    if (message.snapshot === true) boards.clear();
    for (const [id, board] of message.puts as [string, SharedBoard][]) boards.set(id, board);
    for (const id of message.dels as string[]) boards.delete(id);
  }
  return boards;
}

const decoded = (samples: readonly Buffer[]) =>
  samples.map((bytes) => decodeSampleBatch(Uint8Array.from(bytes).buffer));

/** Its AMB temperatures, oldest first. */
const rowsOf = (samples: readonly Buffer[]): readonly number[] =>
  decoded(samples).flatMap(({ series, columns }) => [...(columns[series.indexOf('a.temperature_c')] ?? [])]);

const endOf = (client: RawClient, command: string) =>
  client.until(
    ({ got }) =>
      got
        .filter(({ t, channel }) => t === 'events' && String(channel).endsWith('/commands'))
        .flatMap(({ records }) => records as CommandUpdate[])
        .find(({ id, state }) => id === command && ['done', 'failed', 'expired'].includes(state.is))?.state,
  );

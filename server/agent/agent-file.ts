import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import type { KnownBoard } from '../../src/contract/board-link.ts';
import { boardStatusSchema } from '../../src/contract/board-status-schema.ts';
import type { BoardId } from '../../src/contract/ids.ts';
import { randomId } from '../../src/lib/random-id.ts';
import type { HubSettings, HubStore, StoredBoard } from '../../src/storage/hub-store.ts';
import { AgentError } from './agent-error.ts';

export interface AgentFile {
  /** What the hub remembers from one start to the next. */
  readonly store: HubStore;
  /** The board that was on this port last. A port of this computer has a name of its own, which a browser's has not. */
  known(path: string): KnownBoard | undefined;
  /** This board is on this port now. */
  remember(path: string, board: BoardId): void;
  /** Resolves when everything is on disk, or could not be written. */
  written(): Promise<void>;
}

export interface AgentFileOptions {
  readonly path: string;
  /** Only their boards are told to the hub: others would be shown as unplugged for ever. */
  readonly serials: readonly string[];
  readonly name: string;
  onFailure(cause: unknown): void;
}

const fileSchema = v.object({
  version: v.literal(1),
  clientId: v.pipe(v.string(), v.minLength(10), v.maxLength(128)),
  ports: v.record(v.string(), v.string()),
  boards: v.array(v.unknown()),
});

/**
 * Who this agent is and what it knows of its boards, in one small file that is replaced as a whole at every change. Whoever has the
 * file is this client for the server, so only its owner may read it.
 * @throws {AgentError} when it cannot be read or made.
 */
export async function openAgentFile(options: AgentFileOptions): Promise<AgentFile> {
  const { path, serials, name } = options;
  const before = await read(path);
  const clientId = before?.clientId ?? randomId();
  const ports = new Map<string, BoardId>(Object.entries(before?.ports ?? {}));
  const boards = new Map<BoardId, StoredBoard>();
  for (const board of (before?.boards ?? []).map(asStoredBoard)) {
    if (board !== undefined && [...ports.values()].includes(board.id)) boards.set(board.id, board);
  }
  const settings: HubSettings = {
    'client-id': clientId,
    'client-name': name,
    'simulated-lab': false,
    'custom-feeds': [],
    'stopped-upstreams': [],
  };
  let failures = 0;
  let dirty = false;
  let writing: Promise<void> | undefined;

  async function writeAll(): Promise<void> {
    while (dirty) {
      dirty = false;
      try {
        await replace(path, { version: 1, clientId, ports: Object.fromEntries(ports), boards: [...boards.values()] });
      } catch (cause) {
        failures += 1;
        options.onFailure(cause);
      }
    }
    writing = undefined;
  }

  function changed(): void {
    dirty = true;
    writing ??= writeAll();
  }

  if (before === undefined) {
    try {
      await mkdir(dirname(path), { recursive: true });
      await replace(path, { version: 1, clientId, ports: {}, boards: [] });
    } catch (cause) {
      throw new AgentError(`The id file ${path} cannot be made (${text(cause)}). Choose another with --id-file.`, {
        cause,
      });
    }
  }

  return {
    store: {
      get failures() {
        return failures;
      },
      boards: async () => {
        const ours = serials.map((serial) => ports.get(serial));
        return [...boards.values()].filter(({ id }) => ours.includes(id));
      },
      putBoard: async (board) => {
        boards.set(board.id, board);
        changed();
      },
      deleteBoard: async (id) => {
        if (boards.delete(id)) changed();
      },
      setting: async (key) => settings[key],
      // They are what the command line and the file say.
      setSetting: async () => undefined,
    },
    known(serial) {
      const board = boards.get(ports.get(serial) ?? '');
      return board && { board: board.id, identity: board.identity, health: board.health };
    },
    remember(serial, board) {
      if (ports.get(serial) === board) return;
      // A board is in one place: where it was before, the next one is somebody else.
      for (const [elsewhere, id] of ports) if (id === board) ports.delete(elsewhere);
      ports.set(serial, board);
      changed();
    },
    written: async () => writing,
  };
}

async function read(path: string): Promise<v.InferOutput<typeof fileSchema> | undefined> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new AgentError(`The id file ${path} cannot be read (${text(cause)}).`, { cause });
  }
  try {
    return v.parse(fileSchema, JSON.parse(content));
  } catch (cause) {
    // Of a broken file not a piece is shown: whoever knows its id is this agent for the server.
    const why = cause instanceof SyntaxError ? 'it is not JSON' : text(cause);
    throw new AgentError(
      `${path} is not an id file of an agent (${why}). Move it away to start anew; the server then sees a new client.`,
    );
  }
}

/** In one step, so that a power cut leaves the old one or the new one. */
async function replace(path: string, content: object): Promise<void> {
  const fresh = `${path}.new`;
  await writeFile(fresh, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(fresh, path);
}

/** Read as strictly as a board from another computer; a damaged one is only forgotten. */
function asStoredBoard(value: unknown): StoredBoard | undefined {
  const rest = v.safeParse(v.looseObject({ shared: v.boolean(), lastSeen: v.number() }), value);
  if (!rest.success) return undefined;
  const { shared, lastSeen } = rest.output;
  const status = v.safeParse(boardStatusSchema, {
    ...rest.output,
    path: { is: 'none' },
    phase: { is: 'unplugged', since: lastSeen },
    provenance: 'measured',
    commands: [],
    outputs: 'unknown',
    share: { is: 'private' },
  });
  if (!status.success) return undefined;
  const { id, name, usb, identity, health, hasOutputs, pair } = status.output;
  return { id, name, usb, identity, health, hasOutputs, shared, pair, lastSeen, simulated: false };
}

const text = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

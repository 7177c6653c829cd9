import type { FromHolder } from '../../src/contract/board-link.ts';
import type { BoardIdentity, BoardShare, BoardStatus } from '../../src/contract/board-status.ts';
import type { BoardId, PortKey } from '../../src/contract/ids.ts';
import type { StoredBoard } from '../../src/storage/hub-store.ts';
import type { BoardData } from './board-data.ts';
import {
  type BoardEntry,
  candidateOf,
  entryOf,
  type Holder,
  makeEntry,
  type PortMessage,
  type PortRef,
  portPath,
} from './board-entry.ts';
import { presumeBoard, recogniseBoard } from './board-identity.ts';
import { BoardMemory, tooMany } from './board-memory.ts';
import { BoardPairs } from './board-pairs.ts';
import type { Channels } from './channels.ts';
import type { HubEnv } from './hub-env.ts';
import { PortBook } from './port-book.ts';

/** Every board the hub knows: whose port is whose, and its status on the channel `boards`. */
export class BoardRegistry {
  readonly #env: HubEnv;
  readonly #channels: Channels;
  readonly #data: BoardData;
  readonly #onChange: (entry: BoardEntry) => void;
  readonly #onCommandUpdate: (message: Extract<FromHolder, { t: 'command' }>['update']) => void;
  readonly #entries = new Map<BoardId, BoardEntry>();
  readonly #ports = new PortBook();
  readonly pairs: BoardPairs;
  readonly #memory: BoardMemory;

  constructor(
    env: HubEnv,
    channels: Channels,
    data: BoardData,
    on: {
      readonly change: (entry: BoardEntry) => void;
      readonly command: (message: Extract<FromHolder, { t: 'command' }>['update']) => void;
    },
  ) {
    this.#env = env;
    this.#channels = channels;
    this.#data = data;
    this.#onChange = on.change;
    this.#onCommandUpdate = on.command;
    this.#memory = new BoardMemory(env);
    this.pairs = new BoardPairs(this.#entries, (entry, change) => this.update(entry, change));
  }

  get(board: BoardId): BoardEntry | undefined {
    return this.#entries.get(board);
  }
  all(): Iterable<BoardEntry> {
    return this.#entries.values();
  }

  /** What was known before this hub's life. A port that came first keeps what it has. */
  restore(boards: readonly StoredBoard[]): void {
    for (const stored of boards) {
      if (this.#entries.has(stored.id)) continue;
      const entry = entryOf(stored);
      this.#entries.set(entry.id, entry);
      this.#publish(entry);
    }
    this.#forgetOldest();
  }

  receive(holder: Holder, message: FromHolder): void {
    if (message.t === 'port') {
      this.#portAppeared(holder, message);
      return;
    }
    const entry = this.#entryAt(holder, message.key);
    if (entry === undefined) return;
    switch (message.t) {
      case 'phase':
        entry.lastSeen = this.#env.now();
        this.update(entry, { phase: message.phase });
        return;
      case 'identity':
        this.#wordsHeard(entry, message.identity, message);
        return;
      case 'health':
        this.update(entry, { health: message.health, outputs: message.outputs });
        return;
      case 'samples':
        this.#data.samples(entry, message.buffer);
        return;
      case 'console':
        this.#data.events(entry.id, 'console', message.records);
        return;
      case 'command':
        this.#onCommandUpdate({ ...message.update, board: entry.id });
        return;
      case 'gap':
        this.#data.gap(entry.id, message.gap);
        return;
      case 'port-gone':
        this.#letGo(entry, { is: 'unplugged', since: this.#env.now() });
    }
  }

  /** The page that held these ports died or left: another one may take over. */
  holderGone(holder: Holder): void {
    for (const board of this.#ports.boardsOf(holder)) {
      const entry = this.#entries.get(board);
      if (entry === undefined) continue;
      const unplugged = entry.status.phase.is === 'unplugged';
      this.#letGo(entry, { is: unplugged ? 'unplugged' : 'ownerless', since: this.#env.now() });
    }
    this.#ports.dropHolder(holder);
  }

  /** A board of another computer. It never touches one of ours, whatever its id. */
  putRemote(status: BoardStatus): void {
    if (status.path.is !== 'relay') return;
    let entry = this.#entries.get(status.id);
    if (entry !== undefined && entry.status.path.is !== 'relay') return;
    if (entry === undefined) {
      entry = makeEntry(status.id, status.path, status.usb, this.#env.now());
      entry.phantom = false;
      this.#entries.set(entry.id, entry);
    }
    this.update(entry, status);
  }

  remove(board: BoardId): void {
    const entry = this.#entries.get(board);
    if (entry === undefined) return;
    this.#ports.drop(entry.port);
    entry.port = undefined;
    this.#entries.delete(board);
    this.#channels.state('boards')?.delete([board]);
    this.#data.drop(board);
    this.pairs.gone(board);
    this.#memory.forget(entry);
  }

  /** Changes a board's status, tells it to all, and remembers it if it is ours. */
  update(entry: BoardEntry, change: Partial<BoardStatus>): void {
    entry.status = { ...entry.status, ...change, id: entry.id };
    this.#publish(entry);
    if (entry.status.path.is === 'relay' || entry.phantom) return;
    // What it is and what it is called must survive a crash at any moment; its totals may be a few seconds old.
    if (entry.stored && !Object.hasOwn(change, 'name')) this.#memory.saveSoon(entry);
    else this.#memory.save(entry);
  }

  setShare(board: BoardId, share: BoardShare): void {
    const entry = this.#entries.get(board);
    if (entry !== undefined && entry.status.path.is !== 'relay') this.update(entry, { share });
  }

  #entryAt(holder: Holder, key: PortKey): BoardEntry | undefined {
    const board = this.#ports.boardAt(holder, key);
    return board === undefined ? undefined : this.#entries.get(board);
  }

  #portAppeared(holder: Holder, message: PortMessage): void {
    const { key, usb, known, simulated = false } = message;
    const already = this.#entryAt(holder, key);
    if (already !== undefined) {
      this.#assign(already);
      return;
    }
    const port: PortRef = { holder, key, simulated };
    const entry = this.#claimed(known?.board, port, usb) ?? this.#presumed(port, usb);
    if (known !== undefined && entry.id === known.board) {
      entry.phantom = false;
      entry.status = { ...entry.status, identity: known.identity, health: known.health ?? entry.status.health };
    }
    this.#attach(entry, port, usb);
  }

  /** The holder remembers whose port it is, from before this hub's life or from another one's. */
  #claimed(board: BoardId | undefined, port: PortRef, usb: BoardStatus['usb']): BoardEntry | undefined {
    if (board === undefined) return undefined;
    const entry = this.#entries.get(board) ?? this.#create(port, usb, board);
    return entry.port === undefined && entry.status.path.is !== 'relay' ? entry : undefined;
  }

  #presumed(port: PortRef, usb: BoardStatus['usb']): BoardEntry {
    const ours = [...this.#entries.values()].filter(
      (entry) => entry.status.path.is !== 'relay' && (entry.status.provenance === 'simulated') === port.simulated,
    );
    const guess = presumeBoard(usb, ours.map(candidateOf));
    const entry = guess.is === 'known' ? this.#entries.get(guess.board) : undefined;
    if (entry === undefined) return this.#create(port, usb);
    entry.presumed = guess.is === 'known' && guess.presumed;
    return entry;
  }

  #create(port: PortRef, usb: BoardStatus['usb'], id: BoardId = this.#env.makeId()): BoardEntry {
    const entry = makeEntry(id, portPath(port), usb, this.#env.now());
    this.#entries.set(entry.id, entry);
    return entry;
  }

  #attach(entry: BoardEntry, port: PortRef, usb: BoardStatus['usb']): void {
    const before = entry.status.phase;
    const now = this.#env.now();
    entry.port = port;
    this.#ports.put(port, entry.id);
    let { health } = entry.status;
    if (before.is === 'ownerless') {
      health = { ...health, gaps: health.gaps + 1 };
      this.#data.gap(entry.id, { why: 'owner-changed', count: undefined, fromMs: before.since, toMs: now });
      this.#data.note(entry.id, 'Another tab has taken the port over.', 'warn');
    }
    const presumed = entry.presumed || entry.status.identity.presumed;
    this.update(entry, {
      path: portPath(port),
      provenance: port.simulated ? 'simulated' : 'measured',
      usb,
      phase: { is: 'opening', since: now },
      identity: { ...entry.status.identity, presumed },
      health,
    });
    this.#assign(entry);
  }

  #assign(entry: BoardEntry): void {
    const { identity, health } = entry.status;
    entry.port?.holder.post({ t: 'assign', key: entry.port.key, known: { board: entry.id, identity, health } });
  }

  #letGo(entry: BoardEntry, phase: BoardStatus['phase']): void {
    this.#ports.drop(entry.port);
    entry.port = undefined;
    // Nothing was ever known of it and nobody named it: it leaves no trace.
    if (entry.phantom && entry.status.name === undefined && phase.is === 'unplugged') {
      this.remove(entry.id);
      return;
    }
    this.update(entry, { phase, path: { is: 'none' }, commands: [] });
    this.#forgetOldest();
  }

  #wordsHeard(
    entry: BoardEntry,
    words: BoardIdentity,
    message: { commands: readonly string[]; hasOutputs: boolean },
  ): void {
    const { commands, hasOutputs } = message;
    const others = [...this.#entries.values()].filter(
      (other) =>
        other !== entry && other.status.path.is !== 'relay' && other.status.provenance === entry.status.provenance,
    );
    const verdict = recogniseBoard(words, candidateOf(entry), others.map(candidateOf));
    const owner =
      verdict.is === 'same' ? entry : this.#moveTo(entry, verdict.is === 'other' ? verdict.board : undefined);
    const presumed = verdict.is !== 'new' && verdict.presumed && (owner.presumed || words.presumed);
    if (!presumed) owner.presumed = false;
    owner.phantom = false;
    this.update(owner, { identity: { ...words, presumed }, commands, hasOutputs });
    this.pairs.presume();
  }

  /** The board's own words say that this port is another board's. Returns that board, now holding the port. */
  #moveTo(entry: BoardEntry, board: BoardId | undefined): BoardEntry {
    const { port, status } = entry;
    if (port === undefined) return entry;
    const known = board === undefined ? undefined : this.#entries.get(board);
    const target = known ?? this.#create(port, status.usb);
    this.#ports.drop(target.port);
    const { phase } = status;
    const wasPhantom = entry.phantom;
    entry.port = undefined;
    target.presumed = false;
    this.#attach(target, port, status.usb);
    this.update(target, { phase });
    if (wasPhantom) {
      this.#data.move(entry, target);
      this.remove(entry.id);
      return target;
    }
    this.update(entry, { path: { is: 'none' }, phase: { is: 'unplugged', since: this.#env.now() }, commands: [] });
    this.#data.note(
      entry.id,
      'The board on this port turned out to be another one; what came last was not from here.',
      'warn',
    );
    this.#data.note(target.id, 'Recognised by its own words on a port that another board had before.', 'info');
    return target;
  }

  #publish(entry: BoardEntry): void {
    this.#channels.state('boards')?.put([[entry.id, entry.status]]);
    this.#onChange(entry);
  }

  #forgetOldest(): void {
    for (const entry of tooMany(this.#entries.values())) this.remove(entry.id);
  }
}

import { type ChannelName, type Cursor, parseBoardChannel } from '../../src/contract/channel.ts';
import type { Outcome } from '../../src/contract/hub-api.ts';
import { isServerChannel } from '../upstreams/server-channel.ts';
import type { BoardUpstream, OpenBoardUpstream } from '../upstreams/upstream.ts';
import type { BoardData } from './board-data.ts';
import type { BoardEntry } from './board-entry.ts';
import type { BoardRegistry } from './board-registry.ts';
import type { Channels } from './channels.ts';
import type { CommandRouter } from './command-router.ts';
import type { HubEnv } from './hub-env.ts';
import { makeUpstreamHost } from './upstream-host.ts';

/** Values are made here from telemetry: who looks at values needs that. */
const carriedBy = (name: ChannelName): ChannelName => name.replace(/\/values$/, '/telemetry');

interface Parts {
  readonly channels: Channels;
  readonly boards: BoardRegistry;
  readonly data: BoardData;
  readonly commands: CommandRouter;
}

/** The one relay connection of this hub, which is there only while the hub owns the transports. */
export class UpstreamSlot {
  current: BoardUpstream | undefined;
  readonly #env: HubEnv;
  readonly #openUpstream: OpenBoardUpstream | undefined;
  readonly #onLive: () => void;
  #live = false;
  #parts: Parts | undefined;
  #wanted = false;
  #client: { id: string; name: string } | undefined;
  readonly #offered = new Set<string>();

  /** `onLive`: the relay was reached, at first and after each break. */
  constructor(env: HubEnv, openUpstream: OpenBoardUpstream | undefined, onLive: () => void) {
    this.#env = env;
    this.#openUpstream = openUpstream;
    this.#onLive = onLive;
  }

  connect(parts: Parts): void {
    this.#parts = parts;
  }

  /** Who this browser is towards others, from storage; made at the first start. Only then the upstream can open. */
  async remember(): Promise<void> {
    const { store, makeId } = this.#env;
    const [id, name] = await Promise.all([store.setting('client-id'), store.setting('client-name')]);
    this.#client = { id: id ?? makeId(), name: name ?? `Browser ${(id ?? makeId()).slice(0, 4)}` };
    if (id === undefined) void store.setSetting('client-id', this.#client.id);
    if (name === undefined) void store.setSetting('client-name', this.#client.name);
    this.#tryOpen();
  }

  /** This hub owns the transports now. */
  open(): void {
    this.#wanted = true;
    this.#tryOpen();
  }

  close(): void {
    this.#wanted = false;
    this.current?.close();
    this.current = undefined;
    this.#offered.clear();
    const { boards, channels } = this.#parts ?? {};
    for (const entry of [...(boards?.all() ?? [])]) {
      if (entry.status.path.is === 'relay') boards?.remove(entry.id);
      else if (entry.shared) boards?.setShare(entry.id, { is: 'offered', reason: 'not connected to the relay' });
    }
    channels?.state('relay')?.replace([]);
  }

  demand(name: ChannelName, wanted: boolean, have: Cursor | undefined): void {
    const place = parseBoardChannel(name);
    const { channels } = this.#parts ?? {};
    if (isServerChannel(name)) this.current?.demand(name, wanted, have);
    if (place === undefined || channels === undefined) return;
    const carrier = carriedBy(name);
    const other = carrier === name ? name.replace(/\/telemetry$/, '/values') : carrier;
    // Values and telemetry share their carrier: the second one to come, and the first one to go, change nothing.
    if (other !== name && channels.wanted(other)) return;
    this.current?.demand(carrier, wanted, carrier === name ? have : channels.cursor(carrier));
  }

  boardChanged(entry: BoardEntry): void {
    const { current } = this;
    if (current === undefined || entry.status.path.is === 'relay') return;
    if (entry.shared) {
      this.#offered.add(entry.id);
      current.offer(entry.id, entry.status);
    } else if (this.#offered.delete(entry.id)) current.offer(entry.id, undefined);
  }

  async setClientName(name: string): Promise<Outcome> {
    const text = name.trim().slice(0, 64);
    if (text === '') return { ok: false, error: { code: 'bad-message', message: 'a name has at least one character' } };
    if (this.#client !== undefined) this.#client.name = text;
    await this.#env.store.setSetting('client-name', text);
    return this.current?.setClientName(text) ?? { ok: true, value: undefined };
  }

  #heard(live: boolean): void {
    const came = live && !this.#live;
    this.#live = live;
    if (came) this.#onLive();
  }

  #tryOpen(): void {
    if (!this.#wanted || this.current !== undefined || this.#client === undefined || this.#parts === undefined) return;
    if (this.#openUpstream === undefined) return;
    this.current = this.#openUpstream(
      makeUpstreamHost({
        env: this.#env,
        client: this.#client,
        onStatus: ({ state }) => this.#heard(state.is === 'live'),
        ...this.#parts,
      }),
    );
    for (const entry of this.#parts.boards.all()) this.boardChanged(entry);
    for (const name of this.#parts.channels.wantedNames()) {
      const carrier = carriedBy(name);
      if (isServerChannel(name)) this.current.demand(name, true, this.#parts.channels.cursor(name));
      else if (parseBoardChannel(name) !== undefined && (carrier === name || !this.#parts.channels.wanted(carrier)))
        this.current.demand(carrier, true, this.#parts.channels.cursor(carrier));
    }
  }
}

import { readKept, writeKept } from '../../components/kept.ts';
import type {
  FromLayoutWorker,
  KnownLayout,
  LayoutNode,
  LayoutSector,
  Place,
  ToLayoutWorker,
} from '../../contract/upstream/layout-worker.ts';
import { MAX_LAYOUT_NODES } from '../../contract/upstream/layout-worker.ts';
import type { Placer } from './graph-stage.ts';

/** The other thread, or a test's. */
export interface LayoutThread {
  post(message: ToLayoutWorker): void;
  onMessage(listener: (message: FromLayoutWorker) => void): void;
  end(): void;
}

/** Where places are kept between visits. */
export interface PlaceStore {
  read(group: string): string | null;
  write(group: string, text: string): void;
}

interface KeptLayout {
  readonly places: Map<string, Place>;
  /** The sector each was asked for in: who changes it needs another place. */
  readonly of: Map<string, string>;
  sectors: readonly LayoutSector[];
}

const WRITE_AFTER_MS = 2_000;

/** Asks the layout worker for places, and keeps them: a graph that somebody knows looks tomorrow as it did today. */
export class LayoutClient implements Placer {
  readonly #thread: LayoutThread;
  readonly #store: PlaceStore;
  readonly #onPlaced: (group: string, left: number) => void;
  readonly #layouts = new Map<string, KeptLayout>();
  #asks = 0;
  #writing: ReturnType<typeof setTimeout> | undefined;
  readonly #unwritten = new Set<string>();

  constructor(thread: LayoutThread, store: PlaceStore, onPlaced: (group: string, left: number) => void) {
    this.#thread = thread;
    this.#store = store;
    this.#onPlaced = onPlaced;
    thread.onMessage((message) => this.#placed(message));
  }

  places(group: string): ReadonlyMap<string, Place> {
    return this.#of(group).places;
  }

  ask(group: string, nodes: readonly LayoutNode[], links: readonly (readonly [string, string])[]): void {
    const { of } = this.#of(group);
    for (const { key, sector } of nodes) of.set(key, sector);
    this.#thread.post({ t: 'add', group, id: ++this.#asks, nodes, links });
  }

  sectorOf(group: string, key: string): string | undefined {
    return this.#of(group).of.get(key);
  }

  forget(group: string, keys: readonly string[]): void {
    const { places, of } = this.#of(group);
    for (const key of keys) {
      places.delete(key);
      of.delete(key);
    }
    if (places.size === 0) {
      // Nobody left: sectors are shared out anew as well.
      this.#thread.post({ t: 'begin', group, known: { sectors: [], places: [] } });
    } else this.#thread.post({ t: 'forget', group, keys });
    this.#write(group);
  }

  move(group: string, key: string, x: number, y: number): void {
    this.#of(group).places.set(key, [x, y]);
    this.#thread.post({ t: 'move', group, key, x, y });
    this.#write(group);
  }

  end(): void {
    clearTimeout(this.#writing);
    this.#flush();
    this.#thread.end();
  }

  #of(group: string): KeptLayout {
    const known = this.#layouts.get(group);
    if (known) return known;
    const kept = readLayout(this.#store.read(group));
    const layout = {
      places: new Map(kept.places.map(([key, x, y]) => [key, [x, y] as const])),
      of: new Map(kept.of),
      sectors: kept.sectors,
    };
    this.#layouts.set(group, layout);
    this.#thread.post({ t: 'begin', group, known: { sectors: kept.sectors, places: kept.places } });
    return layout;
  }

  #placed({ group, places, sectors, left }: FromLayoutWorker): void {
    const layout = this.#of(group);
    for (const [key, x, y] of places) layout.places.set(key, [x, y]);
    layout.sectors = sectors;
    this.#write(group);
    this.#onPlaced(group, left);
  }

  #write(group: string): void {
    this.#unwritten.add(group);
    clearTimeout(this.#writing);
    this.#writing = setTimeout(() => this.#flush(), WRITE_AFTER_MS);
  }

  #flush(): void {
    for (const group of this.#unwritten) {
      const { places, sectors, of } = this.#of(group);
      const known: WrittenLayout = {
        sectors,
        of: [...of].filter(([key]) => places.has(key)).slice(-MAX_LAYOUT_NODES),
        places: [...places].slice(-MAX_LAYOUT_NODES).map(([key, [x, y]]) => [key, x, y]),
      };
      this.#store.write(group, JSON.stringify(known));
    }
    this.#unwritten.clear();
  }
}

export interface WrittenLayout extends KnownLayout {
  readonly of: readonly (readonly [key: string, sector: string])[];
}

/** Reads what a browser kept; what is broken is left out. */
export function readLayout(text: string | null): WrittenLayout {
  const none: WrittenLayout = { sectors: [], places: [], of: [] };
  try {
    const { sectors, places, of } = (JSON.parse(text ?? 'null') ?? none) as Partial<WrittenLayout>;
    return {
      sectors: (Array.isArray(sectors) ? sectors : []).filter(
        (one) => typeof one?.name === 'string' && Number.isFinite(one.angle) && one.width > 0,
      ),
      places: (Array.isArray(places) ? places : [])
        .filter((one) => typeof one?.[0] === 'string' && Number.isFinite(one[1]) && Number.isFinite(one[2]))
        .slice(0, MAX_LAYOUT_NODES),
      of: (Array.isArray(of) ? of : [])
        .filter((one) => typeof one?.[0] === 'string' && typeof one[1] === 'string')
        .slice(0, MAX_LAYOUT_NODES),
    };
  } catch {
    // Cut off or not ours: it is laid out anew.
    return none;
  }
}

/** The real thread. */
export function startLayoutThread(): LayoutThread {
  const worker = new Worker(new URL('../../../workers/layout.worker.ts', import.meta.url), {
    type: 'module',
    name: 'hyphae-layout',
  });
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => {
      worker.onmessage = ({ data }) => listener(data as FromLayoutWorker);
    },
    end: () => worker.terminate(),
  };
}

export const browserPlaces: PlaceStore = {
  read: (group) => readKept(`hyphae.topology.places.${group}`),
  // Where it cannot be kept, the next visit lays it out anew, which gives the same places for the same agents.
  write: (group, text) => void writeKept(`hyphae.topology.places.${group}`, text),
};

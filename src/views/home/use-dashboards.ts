import { createSignal, onCleanup } from 'solid-js';
import { createStore, reconcile, unwrap } from 'solid-js/store';
import { type Dashboard, onGrid, type Place, type PlacedPanel, type Settings } from './dashboard.ts';
import { readDashboards, writeDashboards } from './dashboard-file.ts';

const KEY = 'hyphae.dashboards';
/** What could not be read is put aside, not overwritten. */
const ASIDE = 'hyphae.dashboards.unreadable';

export type Trouble = { readonly is: 'unreadable' | 'not-saved'; readonly why: string };

/** The dashboards of this browser: kept with every change, the same in every tab of it. */
export function useDashboards(first: () => Dashboard) {
  const [trouble, setTrouble] = createSignal<Trouble>();
  const load = (text: string | null): readonly Dashboard[] => {
    if (text === null) return [first()];
    const read = readDashboards(text);
    if (read.is === 'read') return read.value.length === 0 ? [first()] : read.value;
    setTrouble({ is: 'unreadable', why: read.why });
    try {
      localStorage.setItem(ASIDE, text);
    } catch (cause) {
      setTrouble({ is: 'unreadable', why: `${read.why}; it could not be put aside (${String(cause)})` });
    }
    return [first()];
  };
  const remembered = (): string | null => {
    try {
      return localStorage.getItem(KEY);
    } catch (cause) {
      // A browser may refuse its storage as a whole.
      setTrouble({ is: 'not-saved', why: String(cause) });
      return null;
    }
  };
  const [store, setStore] = createStore<{ all: readonly Dashboard[] }>({ all: load(remembered()) });

  const set = (all: readonly Dashboard[]) => {
    setStore('all', reconcile(structuredClone(unwrap(all)) as Dashboard[], { key: 'id' }));
    const text = writeDashboards(store.all);
    // What could not be read back would be put aside with all the others: what was kept before stays instead.
    const read = readDashboards(text);
    if (read.is === 'wrong') {
      setTrouble({ is: 'not-saved', why: read.why });
      return;
    }
    try {
      localStorage.setItem(KEY, text);
      if (trouble()?.is === 'not-saved') setTrouble(undefined);
    } catch (cause) {
      setTrouble({ is: 'not-saved', why: String(cause) });
    }
  };
  const plain = () => structuredClone(unwrap(store.all)) as readonly Dashboard[];
  const change = (id: string, edit: (dashboard: Dashboard) => Dashboard) =>
    set(plain().map((one) => (one.id === id ? edit(one) : one)));
  const changePanel = (id: string, panel: string, edit: (panel: PlacedPanel) => PlacedPanel) =>
    change(id, (one) => ({ ...one, panels: one.panels.map((p) => (p.id === panel ? edit(p) : p)) }));

  const onStorage = (event: StorageEvent) => {
    if (event.key === KEY) setStore('all', reconcile(load(event.newValue) as Dashboard[], { key: 'id' }));
  };
  window.addEventListener('storage', onStorage);
  onCleanup(() => window.removeEventListener('storage', onStorage));

  return {
    all: () => store.all,
    plain,
    trouble,
    set,
    change,
    changePanel,
    place: (id: string, places: ReadonlyMap<string, Place>) =>
      change(id, (one) => ({
        ...one,
        panels: one.panels.map((p) => {
          const place = places.get(p.id);
          return place === undefined ? p : { ...p, ...onGrid(place) };
        }),
      })),
    settle: (id: string, panel: string, part: Readonly<Record<string, string | undefined>>) =>
      changePanel(id, panel, (p) => ({ ...p, settings: merged(p.settings, part) })),
  };
}

const merged = (settings: Settings, part: Readonly<Record<string, string | undefined>>): Settings =>
  Object.fromEntries(
    Object.entries({ ...settings, ...part }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

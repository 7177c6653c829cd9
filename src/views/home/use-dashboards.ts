import { createSignal, onCleanup } from 'solid-js';
import { createStore, reconcile, unwrap } from 'solid-js/store';
import type { Dashboard, Place, PlacedPanel, Settings } from './dashboard.ts';
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
  const [store, setStore] = createStore<{ all: readonly Dashboard[] }>({ all: load(localStorage.getItem(KEY)) });

  const set = (all: readonly Dashboard[]) => {
    setStore('all', reconcile(structuredClone(unwrap(all)) as Dashboard[], { key: 'id' }));
    try {
      localStorage.setItem(KEY, writeDashboards(store.all));
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
      change(id, (one) => ({ ...one, panels: one.panels.map((p) => ({ ...p, ...places.get(p.id) })) })),
    settle: (id: string, panel: string, part: Readonly<Record<string, string | undefined>>) =>
      changePanel(id, panel, (p) => ({ ...p, settings: merged(p.settings, part) })),
  };
}

const merged = (settings: Settings, part: Readonly<Record<string, string | undefined>>): Settings =>
  Object.fromEntries(
    Object.entries({ ...settings, ...part }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

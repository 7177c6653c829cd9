import { useSearchParams } from '@solidjs/router';
import { createMemo, createResource, createSignal, For, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { Dialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { usePanelKinds } from '../../components/panel-kinds.ts';
import { saveFile } from '../../components/save-file.ts';
import { t } from '../../i18n/en.ts';
import { home as words } from '../../i18n/home.ts';
import { Cell } from './cell.tsx';
import { type Dashboard, findRoom, MAX_DASHBOARDS, MAX_PANELS, newId, type PlacedPanel } from './dashboard.ts';
import { isLink, readDashboardsFile, readLink, writeDashboards, writeLink } from './dashboard-file.ts';
import { DashboardMenu } from './dashboard-menu.tsx';
import { Grid } from './grid.tsx';
import { Kiosk } from './kiosk.tsx';
import { Notices } from './notices.tsx';
import { PanelPicker } from './panel-picker.tsx';
import { useDashboards } from './use-dashboards.ts';
import './home-view.css';

/** What most labs look at first; those whose view is not there are left out. */
const USUAL = ['scientific.running', 'scientific.instruments', 'map.map', 'scientific.alerts', 'devices.list'];

/** What was removed last, to be taken back: a panel of a dashboard, or a whole one at its place in the list. */
type Removed =
  | { readonly is: 'panel'; readonly from: string; readonly panel: PlacedPanel }
  | { readonly is: 'dashboard'; readonly dashboard: Dashboard; readonly at: number };

/** Panels of any view beside each other, as somebody put them. */
export function HomeView(): JSX.Element {
  const loadKinds = usePanelKinds();
  const [kinds, { refetch }] = createResource(loadKinds);
  const dashboards = useDashboards(() => ({ id: newId(), name: words.firstName, panels: [] }));
  const [search, setSearch] = useSearchParams();
  const [arranging, setArranging] = createSignal(false);
  const [picking, setPicking] = createSignal(false);
  const [said, setSaid] = createSignal('');
  const [problem, setProblem] = createSignal<string>();
  const [offered, setOffered] = createSignal<Dashboard>();
  const [removed, setRemoved] = createSignal<Removed>();

  const now = createMemo(
    () =>
      dashboards.all().find(({ id }) => id === search.id) ?? dashboards.all()[0] ?? { id: '', name: '', panels: [] },
  );
  const isKiosk = () => search.kiosk === '1';
  const kindOf = (id: string) => kinds.latest?.find((kind) => kind.id === id);
  const titleOf = (panel: PlacedPanel) => panel.name ?? kindOf(panel.kind)?.title ?? panel.kind;
  const open = (id: string) => setSearch({ id }, { replace: false });

  const add = (ids: readonly string[]) => {
    dashboards.change(now().id, (one) => {
      const panels = [...one.panels];
      for (const id of ids) {
        const kind = kindOf(id);
        const room = kind === undefined ? undefined : findRoom(panels, kind.size[0], kind.size[1]);
        if (kind === undefined || room === undefined || panels.length >= MAX_PANELS) continue;
        panels.push({ ...room, id: newId(), kind: kind.id, settings: {} });
        setSaid(words.added(kind.title));
      }
      return { ...one, panels };
    });
    setPicking(false);
  };
  const remove = (panel: PlacedPanel) => {
    setRemoved({ is: 'panel', from: now().id, panel: { ...panel, settings: { ...panel.settings } } });
    dashboards.change(now().id, (one) => ({ ...one, panels: one.panels.filter(({ id }) => id !== panel.id) }));
    setSaid(words.removed(titleOf(panel)));
  };
  const removeDashboard = () => {
    const all = dashboards.plain();
    const at = all.findIndex(({ id }) => id === now().id);
    const dashboard = all[at];
    if (dashboard === undefined) return;
    setRemoved({ is: 'dashboard', dashboard, at });
    dashboards.set(all.toSpliced(at, 1));
    setSaid(words.removed(dashboard.name));
  };
  const takeBack = (last: Removed) => {
    const all = dashboards.plain();
    if (last.is === 'dashboard') {
      if (all.length >= MAX_DASHBOARDS) return setProblem(words.most(MAX_DASHBOARDS));
      dashboards.set(all.toSpliced(last.at, 0, last.dashboard));
      open(last.dashboard.id);
      setSaid(words.takenBack(last.dashboard.name));
    } else {
      const from = all.find(({ id }) => id === last.from);
      if (from === undefined) return setProblem(words.itsDashboardIsGone(titleOf(last.panel)));
      if (from.panels.length >= MAX_PANELS) return setProblem(words.full(MAX_PANELS));
      dashboards.change(from.id, (one) => ({ ...one, panels: [...one.panels, last.panel] }));
      setSaid(words.takenBack(titleOf(last.panel)));
    }
    setRemoved(undefined);
    return undefined;
  };
  const begin = (dashboard: Dashboard) => {
    if (dashboards.all().length >= MAX_DASHBOARDS) {
      setProblem(words.most(MAX_DASHBOARDS));
      return;
    }
    dashboards.set([...dashboards.plain(), dashboard]);
    open(dashboard.id);
  };
  const share = async () => {
    const hash = await writeLink(dashboards.plain().find(({ id }) => id === now().id) ?? now());
    if (hash === undefined) {
      setProblem(words.tooLarge);
      return;
    }
    try {
      await navigator.clipboard.writeText(`${location.origin}/home${hash}`);
      setSaid(words.shared);
    } catch (cause) {
      setProblem(words.notCopied(String(cause)));
    }
  };
  const openFile = async (chosen: File) => {
    const read = await readDashboardsFile(chosen);
    if (read.is === 'wrong') {
      setProblem(words.wrongFile(chosen.name, read.why));
      return;
    }
    // Never in place of what is there: they get ids of their own.
    const fresh = read.value.map((one) => ({ ...one, id: newId() }));
    const room = MAX_DASHBOARDS - dashboards.all().length;
    dashboards.set([...dashboards.plain(), ...fresh.slice(0, room)]);
    if (fresh.length > room) setProblem(words.most(MAX_DASHBOARDS));
    if (fresh[0] !== undefined && room > 0) open(fresh[0].id);
    setSaid(words.opened(Math.min(room, fresh.length)));
  };
  const save = () => saveFile('hyphae-dashboards.json', writeDashboards(dashboards.plain()), 'application/json');

  const readHash = async () => {
    if (!isLink(location.hash)) return;
    const read = await readLink(location.hash);
    history.replaceState(history.state, '', `${location.pathname}${location.search}`);
    if (read.is === 'wrong') setProblem(words.wrongLink(read.why));
    else setOffered(read.value);
  };
  onMount(() => {
    void readHash();
    window.addEventListener('hashchange', readHash);
    onCleanup(() => window.removeEventListener('hashchange', readHash));
  });

  return (
    <div class="home-view" classList={{ kiosk: isKiosk(), arranging: arranging() }}>
      <h1 class="visually-hidden">{words.title}</h1>
      <Show
        when={!isKiosk()}
        fallback={
          <Kiosk
            names={dashboards.all().map(({ id, name }) => ({ id, name }))}
            now={now().id}
            onOpen={(id) => setSearch({ id }, { replace: true })}
            onLeave={() => setSearch({ kiosk: undefined })}
          />
        }
      >
        <header class="row home-head">
          <select class="field" aria-label={words.dashboards} onChange={(event) => open(event.currentTarget.value)}>
            <For each={dashboards.all()}>
              {(one) => (
                <option value={one.id} selected={one.id === now().id}>
                  {one.name}
                </option>
              )}
            </For>
          </select>
          <button
            type="button"
            class="button"
            aria-pressed={arranging()}
            data-do="arrange"
            onClick={() => setArranging(!arranging())}
          >
            {arranging() ? words.arrangeDone : words.arrange}
          </button>
          <button type="button" class="button primary" data-do="add" onClick={() => setPicking(true)}>
            {words.add}
          </button>
          <DashboardMenu
            name={now().name}
            isOnly={dashboards.all().length < 2}
            onName={(name) => dashboards.change(now().id, (one) => ({ ...one, name }))}
            onNew={() => begin({ id: newId(), name: words.newName(dashboards.all().length + 1), panels: [] })}
            onShare={share}
            onSave={save}
            onOpen={openFile}
            onKiosk={() => setSearch({ kiosk: '1' })}
            onRemove={removeDashboard}
          />
          <span class="small soft" role="status">
            {said()}
          </span>
          <Show when={removed()}>
            {(one) => (
              <button type="button" class="button quiet" onClick={() => takeBack(one())}>
                {words.undo}
              </button>
            )}
          </Show>
        </header>
      </Show>
      <Notices
        trouble={dashboards.trouble()}
        problem={problem()}
        onProblem={() => setProblem(undefined)}
        offered={offered()}
        onTake={(dashboard) => {
          begin({ ...dashboard, id: newId() });
          setOffered(undefined);
        }}
        onDismiss={() => setOffered(undefined)}
        kindsFailed={kinds.error}
        onAgain={() => void refetch()}
      />
      <Show when={!kinds.error && kinds.latest === undefined}>
        <p class="soft">{words.loadingKinds}</p>
      </Show>
      <Show
        when={now().panels.length > 0}
        fallback={
          <EmptyState title={words.empty.title} text={words.empty.text}>
            <button
              type="button"
              class="button primary"
              data-do="usual"
              disabled={kinds.latest === undefined}
              onClick={() => add(USUAL)}
            >
              {words.empty.suggested}
            </button>
          </EmptyState>
        }
      >
        <Show when={kinds.latest !== undefined && now().id} keyed>
          {(id) => (
            <Grid panels={now().panels} arranging={arranging()} onPlaces={(places) => dashboards.place(id, places)}>
              {(panel) => (
                <Cell
                  panel={panel}
                  kind={kindOf(panel.kind)}
                  arranging={arranging()}
                  onPlace={(place) => dashboards.place(id, new Map([[panel.id, place]]))}
                  onName={(name) => dashboards.changePanel(id, panel.id, (one) => ({ ...one, name }))}
                  onRemove={() => remove(panel)}
                  onSettings={(part) => dashboards.settle(id, panel.id, part)}
                  onSay={setSaid}
                />
              )}
            </Grid>
          )}
        </Show>
      </Show>
      <Show when={picking()}>
        <Dialog label={words.addTitle} onClose={() => setPicking(false)}>
          <PanelPicker
            kinds={kinds.latest ?? []}
            isFull={now().panels.length >= MAX_PANELS}
            onPick={(id) => add([id])}
          />
          <button
            type="button"
            class="button quiet"
            onClick={(event) => event.currentTarget.closest('dialog')?.close()}
          >
            {t.common.close}
          </button>
        </Dialog>
      </Show>
    </div>
  );
}

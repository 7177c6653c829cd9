import { createMemo, createSignal, createUniqueId, For, type JSX, Show } from 'solid-js';
import { formatCount } from '../../components/format-value.ts';
import type { CrepRecord } from '../../contract/upstream/crep.ts';
import { map as words } from '../../i18n/map.ts';
import { nameOf } from './entity-words.ts';
import { isFound, namesOf } from './filter.ts';
import type { MapPaneProps } from './layers.tsx';

const MOST_SHOWN = 12;
const MOST_COUNTED = 1_000;

/** Finds anything that was reported, in sight or not; Enter goes to the first. */
export function SearchBox(props: MapPaneProps): JSX.Element {
  const id = createUniqueId();
  const [isOpen, setOpen] = createSignal(false);
  const found = createMemo((): readonly CrepRecord[] => {
    const { find } = props.address;
    if (find.trim() === '' || !isOpen()) return [];
    props.map.tick();
    const wanted = find.trim().toLowerCase();
    const all: CrepRecord[] = [];
    for (const it of props.map.data.records()) {
      if (isFound(find, it)) all.push(it);
      if (all.length >= MOST_COUNTED) break;
    }
    // Who is called exactly that comes first.
    const rank = (it: CrepRecord) => (namesOf(it).some((name) => name.toLowerCase() === wanted) ? 0 : 1);
    return all.sort((a, b) => rank(a) - rank(b));
  });
  const go = (it: CrepRecord) => {
    const at = props.map.placeOf(it);
    setOpen(false);
    props.change({ sel: it.key });
    if (at !== undefined)
      props.map.engine()?.setCamera({ lon: at[0], lat: at[1], zoom: Math.max(5, props.map.camera().zoom) }, true);
  };
  return (
    <search class="map-search">
      <input
        type="search"
        class="field"
        aria-label={words.search}
        placeholder={words.searchHint}
        aria-controls={isOpen() && props.address.find.trim() !== '' ? id : undefined}
        value={props.address.find}
        onFocus={() => setOpen(true)}
        onInput={(event) => {
          setOpen(true);
          props.change({ find: event.currentTarget.value });
        }}
        onKeyDown={(event) => {
          event.stopPropagation();
          const first = found()[0];
          if (event.key === 'Enter' && first !== undefined) go(first);
          if (event.key === 'Escape') {
            props.change({ find: '' });
            setOpen(false);
          }
        }}
      />
      <Show when={isOpen() && props.address.find.trim() !== ''}>
        <div id={id} class="map-found">
          <p class="small soft" role="status">
            {found().length > 0 ? words.found(formatCount(found().length)) : words.notFound}
          </p>
          <ul>
            <For each={found().slice(0, MOST_SHOWN)}>
              {(it) => (
                <li>
                  <button type="button" class="map-hit" onClick={() => go(it)}>
                    {nameOf(it)} <span class="soft small">{words.kinds[it.kind]}</span>
                  </button>
                </li>
              )}
            </For>
          </ul>
        </div>
      </Show>
    </search>
  );
}

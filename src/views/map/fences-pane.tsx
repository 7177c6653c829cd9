import { createSignal, createUniqueId, For, type JSX } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { formatCount } from '../../components/format-value.ts';
import { now } from '../../components/now.ts';
import { Unsaved } from '../../components/unsaved.tsx';
import { map as words } from '../../i18n/map.ts';
import { addFence } from './fences.ts';
import { fences, keptFences, setFences } from './kept.ts';
import type { MapPaneProps } from './layers.tsx';

/** Circles that tell when something enters or leaves them. */
export function FencesPane(props: MapPaneProps): JSX.Element {
  const id = createUniqueId();
  const [radiusKm, setRadiusKm] = createSignal(50);
  const add = (form: HTMLFormElement) => {
    const name = String(new FormData(form).get('name') ?? '').trim() || `${words.fences} ${fences().length + 1}`;
    const { lon, lat } = props.map.camera();
    setFences(
      addFence(fences(), { id: crypto.randomUUID(), name: name.slice(0, 60), lon, lat, radiusM: radiusKm() * 1_000 }),
    );
    form.reset();
  };
  const inside = (fence: string) => {
    now();
    return props.map.watch.inside(fence);
  };
  const crossings = () => {
    props.map.crossed();
    return props.map.watch.crossings;
  };
  return (
    <div class="map-pane">
      <form
        class="map-form"
        onSubmit={(event) => {
          event.preventDefault();
          add(event.currentTarget);
        }}
      >
        <div class="map-field">
          <label class="small" for={`${id}-name`}>
            {words.fence.name}
          </label>
          <input id={`${id}-name`} class="field" name="name" maxLength={60} autocomplete="off" />
        </div>
        <div class="map-field">
          <label class="small" for={`${id}-radius`}>
            {words.fence.radius}
          </label>
          <input
            id={`${id}-radius`}
            class="field"
            type="number"
            min="0.1"
            max="20000"
            step="any"
            value={radiusKm()}
            onInput={(event) => setRadiusKm(event.currentTarget.valueAsNumber)}
          />
        </div>
        <button type="submit" class="button" disabled={!(radiusKm() > 0 && radiusKm() <= 20_000)}>
          {words.fence.add}
        </button>
      </form>
      <ul>
        <For each={fences()} fallback={<li class="soft small">{words.fence.none}</li>}>
          {(fence) => (
            <li class="row spread" data-fence={fence.name}>
              <button
                type="button"
                class="button quiet"
                onClick={() => props.map.engine()?.setCamera({ lon: fence.lon, lat: fence.lat }, true)}
              >
                {fence.name}
              </button>
              <span class="small soft" data-inside={inside(fence.id)}>
                {words.fence.inside(formatCount(inside(fence.id)))}
              </span>
              <button
                type="button"
                class="button quiet"
                onClick={() => setFences(fences().filter((one) => one !== fence))}
              >
                {words.fence.remove}
              </button>
            </li>
          )}
        </For>
      </ul>
      <section aria-label={words.fence.log}>
        <h3>{words.fence.log}</h3>
        <ol class="small" aria-live="polite" aria-relevant="additions">
          <For each={crossings().slice(0, 30)} fallback={<li class="soft">{words.fence.noLog}</li>}>
            {(one) => (
              <li data-crossing={one.is}>
                <span class="soft">{ageWords(now() - one.at)}</span> {words.fence[one.is](one.name, one.fence)}
              </li>
            )}
          </For>
        </ol>
        <p class="soft small">{words.fence.watching}</p>
        <Unsaved when={keptFences.isUnsaved()} />
      </section>
    </div>
  );
}

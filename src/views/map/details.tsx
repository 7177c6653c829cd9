import { createEffect, createSignal, For, type JSX, on, Show } from 'solid-js';
import { ageWords } from '../../components/age-words.ts';
import { clockTime, utcTime } from '../../components/clock-words.ts';
import { type Fact, FactList } from '../../components/fact-list.tsx';
import { formatCount, formatValue } from '../../components/format-value.ts';
import { now } from '../../components/now.ts';
import { Reading } from '../../components/reading.tsx';
import type { CrepRecord } from '../../contract/upstream/crep.ts';
import { t } from '../../i18n/en.ts';
import { map as words } from '../../i18n/map.ts';
import { ageOf, deviceStatus, eventStatus, limitsOf } from '../../upstreams/crep/age.ts';
import { distanceM } from '../../upstreams/crep/geo/sphere.ts';
import { bearingWords, flagWords, nameOf, placeWords } from './entity-words.ts';
import { bearingDeg } from './geometry.ts';
import { site } from './kept.ts';
import { type Pass, passesOver } from './passes.ts';
import type { MapAddress } from './state.ts';
import { inUnits, unitText } from './units.ts';
import type { MapState } from './use-map.ts';

const DAY_MS = 86_400_000;
const PASS_POINTS = 1_440;
const OLD_ELEMENTS_DAYS = 7;

interface DetailsProps {
  readonly map: MapState;
  readonly address: MapAddress;
  readonly change: (part: Partial<MapAddress>) => void;
}

/** One entity looked into: every field, each with its unit, its source and its age. */
export function Details(props: DetailsProps): JSX.Element {
  const it = () => props.map.chosen();
  return (
    <section class="map-details map-sheet" aria-label={words.detail.title}>
      <Show
        when={it()}
        fallback={
          <>
            <h2>{props.address.sel?.slice(0, 60)}</h2>
            <p class="soft">{words.detail.forgotten}</p>
          </>
        }
      >
        {(found) => <Fields {...props} it={found()} />}
      </Show>
      <button
        type="button"
        class="button"
        onClick={() => props.change({ sel: undefined, follow: false, isolate: false })}
      >
        {words.detail.close}
      </button>
    </section>
  );
}

function Fields(props: DetailsProps & { readonly it: CrepRecord }): JSX.Element {
  const { map } = props;
  const place = () => {
    map.tick();
    now();
    return map.placeOf(props.it);
  };
  const staleMs = () => limitsOf(props.it.kind, props.it.everyMs).ageingMs;
  const number = (value: number | undefined, what: 'height' | 'speed' | 'rate') => {
    const shown = inUnits(value, what, props.address.units);
    return (
      <Reading
        value={shown.value}
        unit={shown.unit}
        digits={shown.digits}
        at={props.it.at}
        provenance={props.it.provenance}
        flags={props.it.flags}
        staleMs={staleMs()}
        source={props.it.source}
      />
    );
  };
  const plain = (value: string | number | undefined, unit = '') =>
    value === undefined ? undefined : <span>{`${value}${unit}`}</span>;
  const satellite = () => (props.it.kind === 'satellite' ? props.it : undefined);
  const elementsDays = () => {
    const at = satellite()?.elements?.epochMs;
    return at === undefined ? undefined : (now() - at) / DAY_MS;
  };
  const facts = (): readonly Fact[] => {
    const { it } = props;
    const base: Fact[] = [[words.detail.category, plain(it.category)]];
    if (it.kind === 'aircraft' || it.kind === 'vessel') {
      if (it.kind === 'aircraft')
        base.push([
          words.detail.altitude,
          it.onGround === true ? plain(words.detail.onGround) : number(it.altM, 'height'),
        ]);
      base.push([words.detail.speed, number(it.speedMps, 'speed')]);
      base.push([words.detail.track, plain(it.trackDeg === undefined ? undefined : bearingWords(it.trackDeg), '°')]);
      base.push([
        words.detail.heading,
        plain(it.headingDeg === undefined ? undefined : bearingWords(it.headingDeg), '°'),
      ]);
      if (it.kind === 'aircraft') base.push([words.detail.rate, number(it.vrateMps, 'rate')]);
    }
    if (it.kind === 'aircraft' && it.squawk !== undefined) base.push(['Squawk', plain(it.squawk)]);
    if (it.kind === 'satellite') {
      const height = map.data.satellites.get(it.key)?.heightKm;
      base.push([
        words.detail.height,
        <Reading
          value={inUnits(height === undefined ? undefined : height * 1_000, 'distance', props.address.units).value}
          unit={inUnits(0, 'distance', props.address.units).unit}
          digits={0}
          at={map.data.satellites.get(it.key)?.at}
          provenance="derived"
          staleMs={5_000}
          source={words.detail.computed}
        />,
      ]);
      const days = elementsDays();
      base.push([
        words.detail.elementsAge,
        plain(
          days === undefined
            ? it.noElements === undefined
              ? undefined
              : words.detail.noElements(it.noElements)
            : days > OLD_ELEMENTS_DAYS
              ? words.detail.elementsOld(formatValue(days, 1))
              : words.detail.elements(formatValue(days, 1)),
        ),
      ]);
      base.push(['Orbit', plain(it.orbit)]);
    }
    if (it.kind === 'event') {
      base.push([words.detail.severity, plain(it.severity)], [words.detail.status, plain(eventStatus(it, now()))]);
      base.push([words.detail.magnitude, plain(it.magnitude)], [words.detail.depth, plain(it.depthKm, ' km')]);
      base.push([words.detail.expires, plain(it.expiresAt === undefined ? undefined : utcTime(it.expiresAt))]);
    }
    if (it.kind === 'device') base.push([words.detail.status, plain(deviceStatus(it, now()))]);
    if ('x' in it && it.x !== undefined)
      for (const [name, value] of Object.entries(it.x))
        if (name !== 'link' && name !== 'image') base.push([name, plain(String(value).slice(0, 300))]);
    return base.filter(([, value]) => value !== undefined);
  };
  const distance = () => {
    const at = place();
    const from = site();
    if (at === undefined || from === undefined) return undefined;
    const metres = distanceM(from[0], from[1], at[0], at[1]);
    return words.detail.distance(unitText(metres, 'distance', props.address.units), bearingWords(bearingDeg(from, at)));
  };
  return (
    <>
      <header class="map-details-head">
        <h2>{nameOf(props.it)}</h2>
        <span class="soft small">{words.kinds[props.it.kind]}</span>
        <Show when={t.common.provenanceTag[props.it.provenance]}>
          {(tag) => (
            <span class="tag" title={t.common.provenance[props.it.provenance]}>
              {tag()}
            </span>
          )}
        </Show>
      </header>
      <p class="small" classList={{ 'map-alarm': props.it.flags.includes('emergency') }}>
        {words.age.words[ageOf(props.it, now())]} ·{' '}
        <span title={`${clockTime(props.it.at)} · ${utcTime(props.it.at)}`}>
          {words.detail.reported.toLowerCase()} {ageWords(Math.max(0, now() - props.it.at))}
        </span>{' '}
        · {props.it.source}
      </p>
      <Show when={props.it.flags.length > 0}>
        <p class="small map-warn">▲ {flagWords(props.it.flags)}</p>
      </Show>
      <div class="row">
        <button
          type="button"
          class="button"
          aria-pressed={props.address.follow}
          onClick={() => props.change({ follow: !props.address.follow })}
        >
          {words.detail.follow}
        </button>
        <button
          type="button"
          class="button"
          aria-pressed={props.address.isolate}
          onClick={() => props.change({ isolate: !props.address.isolate })}
        >
          {words.detail.isolate}
        </button>
        <button
          type="button"
          class="button"
          disabled={place() === undefined}
          onClick={() => {
            const at = place();
            if (at !== undefined)
              map.engine()?.setCamera({ lon: at[0], lat: at[1], zoom: Math.max(5, map.camera().zoom) }, true);
          }}
        >
          {words.detail.center}
        </button>
      </div>
      <FactList
        facts={[
          [
            words.detail.position,
            <>
              <Show when={place()} fallback={<span class="soft">{words.detail.noPosition}</span>}>
                {(at) => placeWords(at()[0], at()[1])}
              </Show>
              <Show when={distance()}>{(text) => <span class="soft small"> {text()}</span>}</Show>
            </>,
          ],
          ...facts(),
          [words.detail.id, <span class="mono">{props.it.key.slice(0, 80)}</span>],
        ]}
      />
      <Show when={map.tick() >= 0 && map.trails.of(props.it.key).length > 1}>
        <p class="soft small">{words.detail.trailHere(formatCount(map.trails.of(props.it.key).length))}</p>
      </Show>
      <Show when={satellite()?.elements}>
        <Passes map={map} key={props.it.key} />
      </Show>
    </>
  );
}

function Passes(props: { readonly map: MapState; readonly key: string }): JSX.Element {
  const [passes, setPasses] = createSignal<readonly Pass[]>();
  createEffect(
    on([() => props.key, site], async ([key, at]) => {
      setPasses(undefined);
      if (at === undefined) return;
      const from = Date.now();
      const track = await props.map.data.track(key, from, from + DAY_MS, PASS_POINTS);
      if (key === props.key) setPasses(passesOver(at, track));
    }),
  );
  return (
    <section aria-label={words.detail.passes}>
      <h3>
        {words.detail.passes}{' '}
        <span class="tag" title={t.common.provenance.derived}>
          {t.common.provenanceTag.derived}
        </span>
      </h3>
      <p class="soft small">{words.detail.footprint}</p>
      <Show when={site()} fallback={<p class="soft small">{words.detail.noSite}</p>}>
        <Show when={passes()} fallback={<p class="soft small">{words.detail.passesWait}</p>}>
          {(found) => (
            <ol data-passes={found().length}>
              <For each={found()} fallback={<li class="soft small">{words.detail.noPasses}</li>}>
                {(pass) => (
                  <li>{words.detail.pass(clockTime(pass.from), clockTime(pass.to), formatValue(pass.mostDeg, 0))}</li>
                )}
              </For>
            </ol>
          )}
        </Show>
      </Show>
    </section>
  );
}

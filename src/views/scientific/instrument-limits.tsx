import { createSignal, createUniqueId, type JSX, Show } from 'solid-js';
import { Unsaved } from '../../components/unsaved.tsx';
import { scientific as words } from '../../i18n/scientific.ts';
import { areLimitsUnsaved, type Limit, limitOf, setLimit } from './limits.ts';

/** Lowest and highest that a reading should have; kept in this browser. */
export function InstrumentLimits(props: {
  readonly series: string;
  readonly name: string;
  readonly unit: string;
}): JSX.Element {
  const id = createUniqueId();
  const limit = () => limitOf(props.series);
  const [isWrong, setWrong] = createSignal(false);
  const keep = (form: HTMLFormElement) => {
    const data = new FormData(form);
    const side = (name: string) => {
      const text = String(data.get(name) ?? '').trim();
      return text === '' ? undefined : Number(text);
    };
    const [low, high] = [side('low'), side('high')];
    const isBad = [low, high].some(Number.isNaN) || (low !== undefined && high !== undefined && low >= high);
    setWrong(isBad);
    if (isBad) return;
    const next: Limit = { ...(low !== undefined && { low }), ...(high !== undefined && { high }) };
    setLimit(props.series, low === undefined && high === undefined ? undefined : next);
  };
  return (
    <form
      class="row lab-limits"
      data-limits={props.series}
      onSubmit={(event) => {
        event.preventDefault();
        keep(event.currentTarget);
      }}
    >
      <span class="small soft">
        {props.name} · {words.instruments.limits}
      </span>
      <label class="small" for={`${id}-low`}>
        {words.instruments.low}
      </label>
      <input id={`${id}-low`} class="field" name="low" inputmode="decimal" value={limit()?.low ?? ''} />
      <label class="small" for={`${id}-high`}>
        {words.instruments.high}
      </label>
      <input id={`${id}-high`} class="field" name="high" inputmode="decimal" value={limit()?.high ?? ''} />
      <span class="small soft">{props.unit}</span>
      <button type="submit" class="button" title={words.instruments.limitsHint}>
        {words.instruments.save}
      </button>
      <Show when={limit()}>
        <button type="button" class="button quiet" onClick={() => setLimit(props.series, undefined)}>
          {words.instruments.clear}
        </button>
      </Show>
      <Show when={isWrong()}>
        <span role="alert" class="act-failed small">
          {words.instruments.badLimits}
        </span>
      </Show>
      <Unsaved when={areLimitsUnsaved()} />
    </form>
  );
}

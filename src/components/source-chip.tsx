import type { JSX } from 'solid-js';
import type { SourceState } from '../contract/upstream/source-state.ts';
import { panels as words } from '../i18n/panels.ts';
import { ageWords } from './age-words.ts';
import { clockTime, utcTime } from './clock-words.ts';
import { now } from './now.ts';
import { SOURCE_SHAPES } from './source-shapes.ts';
import './state-chip.css';
import './source-strip.css';

/** Shape, word and since, of the source behind a panel: ● live 4 min. */
export function SourceChip(props: { readonly state: SourceState }): JSX.Element {
  const since = () => ('since' in props.state ? props.state.since : undefined);
  const title = () => {
    const at = since();
    return at === undefined ? undefined : `since ${clockTime(at)} · ${utcTime(at)}`;
  };
  return (
    <span class={`chip source-chip ${props.state.is}`} data-source={props.state.is} title={title()}>
      <span aria-hidden="true">{SOURCE_SHAPES[props.state.is]}</span>
      <span>{words.is[props.state.is]}</span>
      <span class="chip-age">{since() === undefined ? '' : ageWords(now() - (since() ?? 0))}</span>
    </span>
  );
}

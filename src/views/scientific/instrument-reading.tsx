import type { JSX, ParentProps } from 'solid-js';
import { Reading } from '../../components/reading.tsx';
import { type InstrumentRecord, TYPED_STALE_MS } from '../../contract/upstream/mas-scientific.ts';
import { limitOf, outsideOf } from './limits.ts';
import { type ReadingKind, seriesOf } from './readings.ts';

/** A reading of an instrument; outside of a person's limits it says so, with what stands in it. */
export function InstrumentReading(
  props: ParentProps<{ readonly row: InstrumentRecord; readonly reading: ReadingKind }>,
): JSX.Element {
  const outside = () => outsideOf(props.reading.of(props.row), limitOf(seriesOf(props.row.id, props.reading)));
  return (
    <span class="lab-reading" classList={{ outside: outside() !== undefined }} data-outside={outside()}>
      <Reading
        value={props.reading.of(props.row)}
        unit={props.reading.unit}
        digits={props.reading.digits}
        at={props.row.at}
        provenance={props.row.provenance}
        flags={props.row.flags}
        staleMs={TYPED_STALE_MS}
        source={props.row.source}
      />
      {props.children}
    </span>
  );
}

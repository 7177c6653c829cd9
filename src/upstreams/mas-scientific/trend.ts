import type { Sourced } from '../../contract/upstream/upstream.ts';
import type { Out, ReadContext } from '../out.ts';
import { RowClock } from './row-clock.ts';
import { SeriesCap } from './series-cap.ts';

/** Numbers of rows that replace each other, kept as curves as well: series `<id>.<name>`. What a row does not say is no reading. */
export class Trend {
  readonly #part: string;
  readonly #cap = new SeriesCap();
  readonly #clock = new RowClock();

  constructor(part: string) {
    this.#part = part;
  }

  add(
    id: string,
    values: readonly (readonly [name: string, value: number | undefined])[],
    from: Sourced,
    out: Out,
    context: ReadContext,
  ): void {
    const said = values.flatMap(([name, value]) => {
      const series = `${id.slice(0, 60)}.${name}`;
      return value !== undefined && this.#cap.hasPlaceFor(series, out) ? [[series, value] as const] : [];
    });
    if (said.length === 0) return;
    out.rows(this.#part, {
      series: said.map(([series]) => series),
      times: Float64Array.of(this.#clock.next(from.at, context.now)),
      columns: said.map(([, value]) => Float64Array.of(value)),
      provenance: from.provenance,
    });
  }
}

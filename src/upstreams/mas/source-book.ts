import type { EpochMs } from '../../contract/time.ts';
import type { MasSourceRecord } from '../../contract/upstream/mas-topology.ts';
import { type Out, type ReadContext, saidAt } from '../out.ts';
import type { Plain } from './fields.ts';

/** Which snapshots can be had now. What was before stays on the screen; this says since when and why it is old. */
export class SourceBook {
  readonly #lastGood = new Map<string, EpochMs>();

  available(
    id: string,
    path: string,
    out: Out,
    context: ReadContext,
    facts: Readonly<Record<string, Plain>> = {},
  ): void {
    const at = saidAt(context);
    this.#lastGood.set(id, at);
    out.put('service', id, record(id, path, true, undefined, context.now, at, facts));
  }

  unavailable(id: string, path: string, why: string, out: Out, context: ReadContext): void {
    out.put('service', id, record(id, path, false, why, context.now, this.#lastGood.get(id), {}));
  }
}

const record = (
  id: string,
  path: string,
  available: boolean,
  why: string | undefined,
  rx: EpochMs,
  lastGoodAt: EpochMs | undefined,
  facts: Readonly<Record<string, Plain>>,
): MasSourceRecord => ({ t: 'mas-source', id, path, available, why, rx, lastGoodAt, facts });

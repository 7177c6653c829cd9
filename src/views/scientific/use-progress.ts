import { upstreamChannel } from '../../contract/upstream/upstream.ts';
import { createSamples } from '../../link/create-samples.ts';
import type { Curve } from '../../link/curve.ts';
import { type Lab, SLUG } from './use-lab.ts';

/** An hour at one a second. */
const KEEP_ROWS = 3_600;

/** Progress of simulations and experiments as it was heard, while `shown`: by id, reactive. */
export function useProgress(lab: Lab, shown: () => boolean): (id: string) => Curve | undefined {
  const { version, curves } = createSamples(
    lab.link,
    () => (shown() ? upstreamChannel('samples', SLUG, 'progress') : undefined),
    { keepRows: KEEP_ROWS },
  );
  return (id) => {
    version();
    return curves.get(`${id.slice(0, 60)}.percent`);
  };
}

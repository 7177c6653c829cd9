import type { LineState } from '../../../src/contract/upstream/status.ts';
import type { MasTimings } from './socket-options.ts';

/** Impatient enough for a test, patient enough for a busy machine. */
export const FAST: MasTimings = {
  handshakeMs: 1_500,
  pingMs: 1_000,
  backoff: { firstMs: 100, mostMs: 400 },
  refetchMs: 500,
  scale: 0.05,
};

export async function until(isSo: () => unknown, what = isSo.toString(), ms = 25_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const isTrying = (state: LineState['is']): boolean => state === 'retrying' || state === 'connecting';

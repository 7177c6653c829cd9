// How often each place is asked (crep §4.1, §4.3), and when a link is believed no more (§4.2, §7).

/** Waits after a broken link: doubling from the first to the most, with jitter, without end. */
export const CREP_BACKOFF = { firstMs: 1_500, mostMs: 30_000 } as const;

/** No record for this long: the link is stale. */
export const LIVE_STALE_MS = 45_000;
/** A live link that brought nothing of a kind for this long does not replace asking. */
export const LIVE_GRACE_MS = 15_000;

/** Published at most this often. */
export const PUBLISH_MS = 1_000;
export const SWEEP_MS = 10_000;

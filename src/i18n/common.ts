import type { Provenance } from '../contract/provenance.ts';

/** Words that several views share. */
export const common = {
  never: 'never',
  ago: (age: string) => (age === 'now' || age === 'never' ? age : `${age} ago`),
  cancel: 'Cancel',
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied',
  undo: 'Undo',
  hold: (what: string) => `Hold: ${what}`,
  holdHint: 'Hold the button for a second, or press it twice.',
  pressAgain: (what: string) => `Press again: ${what}`,
  state: {
    live: 'live',
    late: 'late',
    silent: 'silent',
    starting: 'starting',
    retrying: 'cannot open',
    released: 'released',
    away: 'away',
  },
  freshness: { never: 'never', live: 'live', late: 'late', stale: 'stale', gone: 'gone' },
  provenanceTag: {
    measured: '',
    derived: 'ƒ',
    simulated: 'SIM',
    replayed: 'REC',
    unknown: '?',
  } satisfies Record<Provenance, string>,
  provenance: {
    measured: 'Measured by a sensor',
    derived: 'Computed from measured values',
    simulated: 'Simulated: invented, no sensor behind it',
    replayed: 'Replayed from a recording',
    unknown: 'The source does not say where this comes from',
  } satisfies Record<Provenance, string>,
  implausible: (low: string, high: string, unit: string) => `Outside ${low} to ${high} ${unit}: check the sensor`,
  gapWhy: {
    'slow-consumer': 'this tab was too slow',
    'history-trimmed': 'older than what is kept',
    'epoch-changed': 'the source started anew',
    'owner-changed': 'another tab took the port over',
    unplugged: 'unplugged',
    'hub-restarted': 'the hub restarted',
    'link-lost': 'the relay was not reachable',
    silence: 'connected, nothing sent',
  },
  lostRecords: (count: number | undefined, why: string) =>
    count === undefined ? `Missing: ${why}` : `${count} missing: ${why}`,
};

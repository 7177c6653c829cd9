import { type Accessor, createMemo } from 'solid-js';
import type { LineStatus, UpstreamStatus, UpstreamsRecord } from '../contract/upstream/status.ts';
import { createState } from './create-state.ts';
import type { HubLink } from './link.ts';

/** Every upstream this browser knows of and its connections, as the hub tells them. */
export interface Upstreams {
  readonly upstreams: Accessor<readonly UpstreamStatus[]>;
  readonly lines: Accessor<readonly LineStatus[]>;
  /** The first snapshot has come. */
  readonly ready: Accessor<boolean>;
}

/** Counters change all the time; nobody reads them faster than this. */
const EVERY_MS = 500;

/** Subscribing wakes nobody: a connection that nobody looks at stays idle. Lives as long as its owner. */
export function createUpstreams(link: HubLink): Upstreams {
  const { records, ready } = createState<UpstreamsRecord>(link, () => 'upstreams', { everyMs: EVERY_MS });
  const all = createMemo(() => records.values());
  return {
    upstreams: createMemo(() => all().filter((one) => one.t === 'upstream')),
    lines: createMemo(() => all().filter((one) => one.t === 'line')),
    ready,
  };
}

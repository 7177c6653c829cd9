import { type Accessor, createSignal, onCleanup } from 'solid-js';
import type { HubLink, LinkStatus } from './link.ts';

/** The link's status as a signal. */
export function createLinkStatus(link: HubLink): Accessor<LinkStatus> {
  const [status, setStatus] = createSignal<LinkStatus>(link.status());
  onCleanup(link.onStatus((next) => setStatus(() => next)));
  return status;
}

import type { JSX } from 'solid-js';

export function TopologyView(): JSX.Element {
  return <h1>Topology</h1>;
}

import type { JSX } from 'solid-js';

export function MapView(): JSX.Element {
  return <h1>Map</h1>;
}

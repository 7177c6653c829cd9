import type { JSX } from 'solid-js';

export function DevicesView(): JSX.Element {
  return <h1>Devices</h1>;
}

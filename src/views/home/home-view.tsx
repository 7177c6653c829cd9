import type { JSX } from 'solid-js';

export function HomeView(): JSX.Element {
  return <h1>Home</h1>;
}

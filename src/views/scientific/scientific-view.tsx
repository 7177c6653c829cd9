import type { JSX } from 'solid-js';

export function ScientificView(): JSX.Element {
  return <h1>Scientific</h1>;
}

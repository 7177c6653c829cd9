import type { JSX } from 'solid-js';

export function VoiceView(): JSX.Element {
  return <h1>Voice</h1>;
}

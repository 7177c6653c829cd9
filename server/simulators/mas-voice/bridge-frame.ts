import { readBinaryFrame } from '../../../src/upstreams/mas-voice/binary-frame.ts';

/** What the bridge does with what is said on `/ws/{session_id}` (contract mas-voice §2.2, §2.3). */
export type BridgeReaction =
  /** To the model, as it is. */
  | { readonly is: 'forward'; readonly container: 'ogg' | 'opus'; readonly payload: Uint8Array }
  | { readonly is: 'stop-speech' }
  /** A typed turn: it is answered at once and by the brain later. */
  | { readonly is: 'typed'; readonly text: string }
  | { readonly is: 'speak'; readonly text: string }
  /** Taken for what the person said. */
  | { readonly is: 'transcript'; readonly text: string }
  | { readonly is: 'ignore' }
  | { readonly is: 'end-session' };

export function bridgeReaction(data: string | Uint8Array): BridgeReaction {
  if (typeof data !== 'string') {
    const frame = readBinaryFrame(data);
    return frame.is === 'audio'
      ? { is: 'forward', container: frame.container, payload: frame.payload }
      : { is: 'ignore' };
  }
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return { is: 'ignore' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { is: 'end-session' };
  const message = value as Readonly<Record<string, unknown>>;
  if (message.type === 'barge_in' || isTruthy(message.interrupt)) return { is: 'stop-speech' };
  const text = typeof message.text === 'string' ? message.text : undefined;
  if (message.type === 'inject_feedback') {
    const injection = message.injection as { readonly content?: unknown } | undefined;
    const content = typeof injection?.content === 'string' ? injection.content : text;
    return content === undefined ? { is: 'ignore' } : { is: 'speak', text: content };
  }
  if (text === undefined || text === '') return { is: 'ignore' };
  return message.type === 'user_speech' ? { is: 'typed', text } : { is: 'transcript', text };
}

/** As Python has it. */
const isTruthy = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : Boolean(value) && JSON.stringify(value) !== '{}';

import { createContext, createMemo, createSignal, onCleanup, useContext } from 'solid-js';
import type {
  BridgeHealthRecord,
  ReplyRecord,
  TextSessionRecord,
  ToolCallRecord,
  TurnRecord,
  VoiceSessionRecord,
} from '../../contract/upstream/mas-voice.ts';
import { upstreamChannel } from '../../contract/upstream/upstream.ts';
import { createSource } from '../../link/create-source.ts';
import { createState } from '../../link/create-state.ts';
import { createUpstreams } from '../../link/create-upstreams.ts';
import { useLink } from '../../link/link-context.ts';
import { isUnderWay, SLUG, useCall } from './call.ts';
import { isSoundHeld } from './sound-lock.ts';

const HELD_MS = 2_000;

export type Voice = ReturnType<typeof createVoice>;

/** What all panels of the view share, subscribed to while `shown`. */
export function createVoice(shown: () => boolean) {
  const link = useLink();
  const all = createUpstreams(link);
  const part = <R>(name: string) =>
    createState<R>(link, () => (shown() ? upstreamChannel('state', SLUG, name) : undefined));
  const health = part<BridgeHealthRecord>('health');
  const session = part<VoiceSessionRecord>('session');
  const turns = part<TurnRecord>('turns');
  const tools = part<ToolCallRecord>('tools');
  const replies = part<ReplyRecord>('replies');
  const text = part<TextSessionRecord>('text-session');
  const [isHeld, setHeld] = createSignal(false);
  const look = async () => setHeld(await isSoundHeld());
  void look();
  const timer = setInterval(() => {
    if (shown()) void look();
  }, HELD_MS);
  onCleanup(() => clearInterval(timer));
  const call = useCall(link);
  const record = createMemo(() => session.records.get('session'));
  return {
    link,
    call,
    /** What answers now and then without being asked for a conversation. */
    source: createSource(all, SLUG),
    healthSource: createSource(all, SLUG, ['health']),
    /** A bridge that was well half a minute ago and has dropped us since is not well. */
    bridgeSource: createSource(all, SLUG, ['health', 'bridge']),
    health: () => health.records.get('bridge'),
    healthReady: health.ready,
    session: record,
    turns: createMemo(() => [...turns.records.values()].sort((a, b) => a.startedAt - b.startedAt)),
    turnsReady: turns.ready,
    tools: createMemo(() => [...tools.records.values()].sort((a, b) => b.rx - a.rx)),
    replies: createMemo(() => [...replies.records.values()].sort((a, b) => b.rx - a.rx)),
    text: () => text.records.get('v9'),
    isUnderWay: () => isUnderWay(record()?.phase),
    /** Another tab of this browser has the sound. */
    isElsewhere: () => call.part() === 'none' && isHeld(),
    shown,
  };
}

const VoiceContext = createContext<Voice>();
export const VoiceProvider = VoiceContext.Provider;

/** That of the view; a panel that stands alone gives its own. */
export function useVoice(): Voice {
  const voice = useContext(VoiceContext);
  if (voice === undefined) throw new Error('useVoice: there is no VoiceProvider above');
  return voice;
}

import type { EpochMs } from '../time.ts';
import type { Position } from './mas-devices.ts';
import type { Sourced } from './upstream.ts';

/** Spoken and typed conversation with MYCA: the voice bridge and what MAS has beside it (contract `mas-voice`). */
export const MAS_VOICE_PARTS = {
  /** key: `bridge` · {@link BridgeHealthRecord} */
  health: 'state',
  /** key: `session` · {@link VoiceSessionRecord} */
  session: 'state',
  /** key: turn id · {@link TurnRecord}; the newest `KEPT_TURNS`. */
  turns: 'state',
  /** key: call id · {@link ToolCallRecord} */
  tools: 'state',
  /** key: `reply-<n>` · {@link ReplyRecord}: what the brain answered, one per turn of the person. */
  replies: 'state',
  /** {@link VoiceActivityRecord} */
  activity: 'events',
  /** {@link AudioRecord} */
  audio: 'events',
  /** {@link MapCommandRecord} */
  map: 'events',
  /** key: `v9` · {@link TextSessionRecord} */
  'text-session': 'state',
} as const;

/** A warm-up may take this long (§2.1). */
export const WARMUP_BUDGET_MS = 240_000;
/** No word for this long ends a turn (§2.4). */
export const TURN_SILENCE_MS = 1_200;
/** Audio that was under way when it was interrupted (§2.5). */
export const BARGE_IN_DISCARD_MS = 250;
/** She is speaking while the newest audio is younger than this (§2.5). */
export const SPEAKING_MS = 800;
/** A conversation that nobody listens to for so long is ended: its model is wanted by others. */
export const UNHEARD_MS = 30_000;
/** Audio that waits for a slow listener; older goes first (§6). */
export const AUDIO_BACKLOG_MS = 3_000;
/** The bridge looks after its model every 30 s (§1). */
export const HEALTH_EVERY_MS = 30_000;
export const KEPT_TURNS = 200;
/** Of one uplink message, and how many of them in a second (§6). */
export const UPLINK_MAX_BYTES = 16_384;
export const UPLINK_MAX_PER_S = 60;

export interface BridgeHealthRecord extends Sourced {
  readonly available: boolean;
  /** Why a conversation cannot be started; undefined: it can. */
  readonly why: string | undefined;
  readonly canStart: boolean;
  readonly modelAvailable: boolean;
  readonly localStt: boolean;
  readonly version: string | undefined;
  readonly features: readonly string[];
}

export type VoicePhase =
  | 'idle'
  /** A session is asked for, its socket opens. */
  | 'opening'
  /** The model loads; nothing is sent meanwhile. */
  | 'warming'
  | 'ready'
  /** The connection was lost; a new session of the same conversation follows. */
  | 'retrying'
  /** The person ended it. */
  | 'ended'
  /** Not to be tried again by itself: `error` says why. */
  | 'failed';

export interface VoiceSessionRecord extends Sourced {
  readonly phase: VoicePhase;
  readonly since: EpochMs;
  readonly sessionId: string | undefined;
  readonly conversationId: string | undefined;
  readonly voice: string | undefined;
  readonly duplex: boolean | undefined;
  /** Of the present warm-up, ms; undefined when there is none. */
  readonly warmingMs: number | undefined;
  readonly speaking: boolean;
  readonly error: string | undefined;
  /** Sessions that were opened for this conversation. */
  readonly sessions: number;
  /** Turns that the bridge loaded of an older conversation. */
  readonly loadedTurns: number | undefined;
  readonly audio: {
    readonly framesIn: number;
    readonly framesOut: number;
    /** Not delivered: nobody listened fast enough, or it was interrupted. */
    readonly dropped: number;
    readonly discarded: number;
  };
}

export interface TurnRecord extends Sourced {
  readonly id: string;
  readonly speaker: 'user' | 'myca';
  /** Text, never markup. */
  readonly text: string;
  readonly open: boolean;
  readonly startedAt: EpochMs;
  /** voice: the bridge · typed: by the person here · local-stt · v9 · brain. */
  readonly from: 'voice' | 'typed' | 'local-stt' | 'v9' | 'brain';
}

export interface ToolCallRecord extends Sourced {
  readonly id: string;
  readonly tool: string;
  readonly query: string | undefined;
  readonly status: string;
  readonly durationMs: number | undefined;
  readonly result: string | undefined;
}

export interface ReplyRecord extends Sourced {
  readonly text: string;
  /** Answers of this turn so far: the first is instant, a later one replaces it. */
  readonly versions: number;
}

export interface VoiceActivityRecord extends Sourced {
  readonly type: string;
  readonly message: string;
  readonly data: unknown;
}

/**
 * One thing for a player. `audio`: bytes as they came · `flush`: drop what is queued, she was interrupted · `reset`: another stream
 * follows.
 */
export interface AudioRecord extends Sourced {
  readonly is: 'audio' | 'flush' | 'reset';
  readonly seq: number;
  readonly container: 'ogg' | 'opus' | undefined;
  readonly bytes: Uint8Array | undefined;
  /** By the packets' own headers; 0 for headers of a stream. */
  readonly durationMs: number;
  /** reset: this many packets follow. */
  readonly packets: number | undefined;
}

/** A command for the map: checked. `center` and the like are the peer's choice, never more than a proposal. */
export interface MapCommandRecord extends Sourced {
  readonly command: MapCommand;
  readonly speak: string | undefined;
}

export type MapCommand =
  | {
      readonly type: 'flyTo';
      readonly center: Position;
      readonly zoom: number | undefined;
      readonly durationMs: number | undefined;
    }
  | { readonly type: 'geocodeAndFlyTo'; readonly query: string; readonly zoom: number | undefined }
  | { readonly type: 'setZoom'; readonly zoom: number }
  | { readonly type: 'zoomBy'; readonly delta: number }
  | { readonly type: 'panBy'; readonly xPx: number; readonly yPx: number }
  | { readonly type: 'showLayer' | 'hideLayer' | 'toggleLayer'; readonly layer: string }
  | { readonly type: 'applyFilter'; readonly filterType: string; readonly filterValue: string }
  | { readonly type: 'getEntityDetails'; readonly entity: string }
  | { readonly type: 'setTimeCursor'; readonly time: string | number }
  | { readonly type: 'timelineSearch'; readonly query: string }
  | { readonly type: 'setMute'; readonly muted: boolean }
  | { readonly type: 'resetView' | 'clearFilters' | 'getViewContext' | 'getSystemStatus' };

export interface TextSessionRecord extends Sourced {
  readonly sessionId: string | undefined;
  readonly conversationId: string | undefined;
  readonly phase: 'idle' | 'opening' | 'ready' | 'ended';
  readonly error: string | undefined;
  readonly provider: string | undefined;
  readonly interrupted: boolean;
  readonly interruptedDraft: string | undefined;
  readonly bargeIns: number;
  readonly personaLocked: boolean | undefined;
  readonly driftDetected: boolean | undefined;
  readonly rewrites: number | undefined;
}

/** `call('start', …)`. The identity is the server's to add, never the browser's. */
export interface StartVoiceArgs {
  readonly conversationId?: string;
  readonly voice?: 'myca' | 'moshika';
}

/** `call('command', …)`. */
export interface VoiceCommandArgs {
  readonly text: string;
  /** What is no command is not asked of the brain. */
  readonly only?: boolean;
}

/** What MAS understood of a sentence (§3). For whoever asked and nobody else. */
export interface VoiceCommandAnswer {
  readonly domain: string | undefined;
  readonly action: string | undefined;
  readonly speak: string | undefined;
  readonly command: MapCommand | undefined;
}

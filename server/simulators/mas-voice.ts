import { randomId } from '../../src/lib/random-id.ts';
import { parsed } from './mas-devices/board.ts';
import { awareTime } from './mas-devices/device-socket.ts';
import { type BridgeSessionState, BridgeSocket } from './mas-voice/bridge-session.ts';
import { BROADCASTS, mapReply, understood } from './mas-voice/map-socket.ts';
import { TextSocketState } from './mas-voice/text-socket.ts';
import type { SimAnswer, SimHost, SimRequest, SimSocket, Simulator, SimulatorKind } from './simulator.ts';

const MAX_SESSIONS = 200;
const MAP_MS = 5_000;

/** The voice bridge and what MAS has beside it, below one root. */
export const masVoiceSimulator: SimulatorKind = {
  slug: 'mas-voice',
  about: 'voice bridge (sessions, binary audio, map commands), text session v9 and the brain',
  faults: {
    'moshi-down': 'the speech model is not there: an error, then the end',
    'local-stt': 'the bridge recognises speech by itself: not full duplex',
    'never-ready': 'the model never finishes its warm-up',
    'error-then-close': 'an error two seconds after "ready", then the end',
    'cut-pages': 'audio frames are cut short',
    'shuffled-pages': 'each second audio frame comes before the first',
    'junk-audio': 'audio frames that nobody can decode',
    echo: 'what the microphone sends comes back as her voice',
    'long-fallback': '173 packets at once, 3.5 s of sound',
    vad: 'the bridge says by itself that it was interrupted',
    'map-broadcasts': 'others command the map, some of it nonsense',
    'brain-error': 'the brain fails, with status 200',
    'router-missing': 'sentences are not understood',
  },
  dials: { warmupS: { initial: 3, most: 240, about: 'seconds until the model is ready' } },
  start: (host) => new MasVoice(host),
};

class MasVoice implements Simulator {
  readonly #host: SimHost;
  readonly #sessions = new Map<string, BridgeSessionState>();
  readonly #sockets = new Map<string, BridgeSocket>();
  readonly #turns = new Map<string, number>();
  readonly #maps = new Set<SimSocket>();
  #broadcast = 0;

  constructor(host: SimHost) {
    this.#host = host;
    host.every(MAP_MS, () => this.#sayToMaps());
  }

  socket(path: string, query: URLSearchParams, socket: SimSocket): number | undefined {
    if (path === '/ws/crep/commands') return this.#takeMap(socket);
    if (path === '/ws/voice/v9') return this.#takeText(socket);
    const id = /^\/ws\/([^/]+)$/.exec(path)?.[1];
    if (id === undefined) return 403;
    const session =
      this.#sessions.get(id) ?? this.#create(id, query.get('conversation_id'), query.get('voice') ?? 'moshika');
    // One socket per session id: the newer one has it.
    this.#sockets.get(id)?.stop();
    const bridge = new BridgeSocket(this.#host, session, socket);
    this.#sockets.set(id, bridge);
    socket.onClose(() => {
      if (this.#sockets.get(id) === bridge) this.#sockets.delete(id);
      this.#turns.set(session.conversationId, (this.#turns.get(session.conversationId) ?? 0) + 1);
    });
    return undefined;
  }

  http({ method, path, body }: SimRequest): SimAnswer | undefined {
    const host = this.#host;
    const now = awareTime(host.now());
    if (method === 'GET' && path === '/health') return { json: this.#health() };
    if (method === 'POST' && path === '/session') return this.#open(body);
    if (method === 'GET' && /^\/session\/[^/]+\/history$/.test(path)) return this.#history(path.split('/')[2] ?? '');
    if (method === 'GET' && /^\/conversation\/[^/]+\/history$/.test(path)) {
      return { json: { conversation_id: path.split('/')[2], history: [], count: 0 } };
    }
    if (method === 'GET' && path === '/voice/brain/status') {
      return { json: { status: 'ok', brain: {}, providers: ['simulator'], memory: null, timestamp: now } };
    }
    if (method === 'POST' && path === '/voice/brain/stream') return this.#brain(body);
    if (method === 'POST' && path === '/voice/brain/chat') {
      const response = `Simulated answer to "${String(parsed(body)?.message).slice(0, 80)}".`;
      return {
        json: {
          response,
          provider: 'simulator',
          session_id: randomId(),
          conversation_id: randomId(),
          memory_context: null,
          actions_taken: [],
          timestamp: now,
        },
      };
    }
    if (method === 'POST' && path === '/voice/command') return { json: this.#command(body) };
    if (method === 'POST' && path === '/api/voice/session/create') {
      return { json: { ...parsed(body), is_active: true, turn_count: 0, created_at: now } };
    }
    return { status: 404, json: { detail: 'Not Found' } };
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.stop();
  }

  #health(): object {
    const isLocal = this.#host.fault('local-stt');
    return {
      status: 'healthy',
      version: '8.2.0',
      moshi_available: !this.#host.fault('moshi-down'),
      moshi_url: 'http://192.0.2.20:8998',
      mas_url: 'http://192.0.2.20:8001',
      temperature: { text: 0.4, audio: 0.6 },
      persona_length: 412,
      voice_store_connected: false,
      map_clients_connected: this.#maps.size,
      gpu_profile: null,
      local_stt_mode: isLocal,
      features: { full_duplex: !isLocal, local_stt_4080: isLocal, mas_tool_calls: true, session_persistence: true },
    };
  }

  #open(body: string): SimAnswer {
    const asked = parsed(body);
    const given = typeof asked?.conversation_id === 'string' ? asked.conversation_id : null;
    const session = this.#create(randomUuid(), given, typeof asked?.voice === 'string' ? asked.voice : 'myca');
    return {
      json: {
        session_id: session.id,
        conversation_id: session.conversationId,
        user_id: null,
        created_at: awareTime(this.#host.now()),
        history_count: session.historyCount,
        duplex_enabled: true,
      },
    };
  }

  #create(id: string, conversationId: string | null, voice: string): BridgeSessionState {
    const conversation = conversationId ?? randomUuid();
    const session = {
      id,
      conversationId: conversation,
      voice,
      readySaid: false,
      historyCount: this.#turns.get(conversation) ?? 0,
    };
    this.#sessions.set(id, session);
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= MAX_SESSIONS) break;
      this.#sessions.delete(oldest);
    }
    return session;
  }

  #history(id: string): SimAnswer {
    const session = this.#sessions.get(id);
    return session === undefined
      ? { status: 404, json: { error: 'Session not found' } }
      : {
          json: {
            session_id: id,
            conversation_id: session.conversationId,
            transcript_history: [],
            loaded_history: [],
            total_turns: 0,
          },
        };
  }

  #brain(body: string): SimAnswer {
    const asked = parsed(body);
    const words = ['Simulated', ' answer', ' to', ` "${String(asked?.message).slice(0, 80)}"`, '.'];
    return {
      stream: (stream) => {
        let index = 0;
        const stop = this.#host.every(50, () => {
          const token = words[index];
          index += 1;
          if (this.#host.fault('brain-error') && index > 2) {
            stream.event(JSON.stringify({ error: 'model unavailable' }));
          } else if (token !== undefined) {
            stream.event(JSON.stringify({ token }));
            return;
          } else {
            stream.event(
              JSON.stringify({
                done: true,
                session_id: randomUuid(),
                conversation_id: asked?.conversation_id ?? randomUuid(),
              }),
            );
          }
          stop();
          stream.end();
        });
        return stop;
      },
    };
  }

  #command(body: string): object {
    const text = String(parsed(body)?.text ?? '');
    const reply = this.#host.fault('router-missing') ? undefined : understood(text);
    return {
      success: reply !== undefined,
      domain: reply === undefined ? 'unknown' : 'map',
      action: reply?.command.type ?? null,
      speak: reply?.speak ?? null,
      frontend_command: reply?.command ?? null,
      needs_llm_response: reply === undefined,
      error: this.#host.fault('router-missing') ? 'VoiceCommandRouter not available' : null,
      raw_text: text,
      timestamp: awareTime(this.#host.now()),
    };
  }

  #takeMap(socket: SimSocket): undefined {
    this.#maps.add(socket);
    socket.onClose(() => this.#maps.delete(socket));
    socket.onMessage((data) => {
      const reply = mapReply(data, this.#host.now());
      if (reply !== undefined) socket.send(JSON.stringify(reply));
    });
    const message = 'Connected to CREP voice command channel';
    socket.send(JSON.stringify({ type: 'connected', message, timestamp: awareTime(this.#host.now()) }));
    return undefined;
  }

  #takeText(socket: SimSocket): undefined {
    const state = new TextSocketState(() => this.#host.now(), randomUuid);
    const say = (messages: readonly object[]): void => {
      for (const message of messages) socket.send(JSON.stringify(message));
    };
    say([state.hello()]);
    const stops = new Set<() => void>();
    socket.onMessage((data) => {
      const { now, later } = state.reply(data);
      say(now);
      if (later.length === 0) return;
      const stop = this.#host.once(300, () => {
        stops.delete(stop);
        say(later);
      });
      stops.add(stop);
    });
    socket.onClose(() => {
      for (const stop of stops) stop();
    });
    return undefined;
  }

  #sayToMaps(): void {
    if (!this.#host.fault('map-broadcasts')) return;
    const command = BROADCASTS[this.#broadcast % BROADCASTS.length];
    this.#broadcast += 1;
    const frame = JSON.stringify({ type: 'frontend_command', command, timestamp: awareTime(this.#host.now()) });
    for (const map of this.#maps) map.send(frame);
  }
}

function randomUuid(): string {
  const hex = randomId();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

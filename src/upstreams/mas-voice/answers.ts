import { RATE_LIMIT_MS } from '../mas/answer.ts';
import { isFields, textOf } from '../mas/fields.ts';
import type { Out, ReadContext } from '../out.ts';
import { readHealth } from './health.ts';
import { checkMapCommand } from './map-commands.ts';
import type { VoiceSession } from './session.ts';
import { type Told, told } from './told.ts';

/** One question to the bridge or to MAS and what came back. */
export interface VoiceAnswer {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  readonly status: number;
  /** undefined: it was no JSON. */
  readonly value: unknown;
  /** `Retry-After`, where it was said. */
  readonly retryAfterMs?: number | undefined;
}

/** What an answer means. Failures leave what was known as it is. */
export function readVoiceAnswer(answer: VoiceAnswer, session: VoiceSession, out: Out, context: ReadContext): Told {
  const { method, path, status, value } = answer;
  if (status < 200 || status > 299) return readFailure(answer);
  if (value === undefined) {
    // A page, or half of an answer: as good as none.
    out.count('dropped', 'not-json');
    return told(method === 'GET' ? 'degrade' : 'show_error', { message: 'the answer is not JSON' });
  }
  if (path === '/health') return readHealth(value, out, context);
  if (path === '/session' && method === 'POST') return session.opened(value, out, context);
  if (path === '/voice/command') return readVoiceCommand(value, out);
  if (!isFields(value)) {
    out.count('dropped', 'not-an-object');
    return told('drop');
  }
  const error = textOf(value.error);
  return error === undefined ? told('apply') : told('show_error', { message: error });
}

/** What MAS understood of a sentence. Where it did not, the brain is asked (contract mas-voice §3). */
export function readVoiceCommand(value: unknown, out: Out): Told {
  if (!isFields(value)) {
    out.count('dropped', 'not-an-object');
    return told('drop');
  }
  if (value.success !== true || value.needs_llm_response === true) return told('fallback_to_brain');
  const command = isFields(value.frontend_command) ? checkMapCommand(value.frontend_command) : undefined;
  const isUsable = command !== undefined && command !== 'unknown';
  if (!isUsable && value.frontend_command !== null && value.frontend_command !== undefined) {
    out.count('dropped', 'bad-frontend-command');
  }
  return told('apply', {
    domain: textOf(value.domain, 32),
    action: textOf(value.action, 80),
    speak: textOf(value.speak, 500),
    command: isUsable ? command : undefined,
  });
}

/** A route that FastAPI does not have answers `{detail: "Not Found"}`: nothing a person could mend. */
function readFailure({ method, status, value, retryAfterMs }: VoiceAnswer): Told {
  const fields = isFields(value) ? value : undefined;
  const message = textOf(fields?.error) ?? textOf(fields?.detail) ?? textOf(fields?.message) ?? `HTTP ${status}`;
  if (status === 429) return told('backoff', { message, retry_after_s: (retryAfterMs ?? RATE_LIMIT_MS) / 1_000 });
  if (status === 404 && fields?.error === undefined && fields?.detail === 'Not Found')
    return told('degrade', { message });
  if (method === 'GET' && status >= 500) return told('degrade', { message });
  return told('show_error', { message });
}

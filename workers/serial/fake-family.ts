import type { BoardFamily, BoardSession, SessionHost, SessionOptions } from '../../src/boards/board.ts';
import type { BoardHealth } from '../../src/contract/board-status.ts';
import { EMPTY_HEALTH, EMPTY_IDENTITY } from '../../src/contract/board-status.ts';

/** One session of the test's family, as the test sees it. */
export interface FakeSession {
  readonly host: SessionHost;
  readonly options: SessionOptions;
  health: BoardHealth;
  text: string;
  readonly notes: string[];
  closed: string | undefined;
}

const ESPRESSIF = { usbVendorId: 0x303a };
const PHANTOM = { usbVendorId: 0x303a, usbProductId: 0xffb0 };

/**
 * For tests: a family whose boards talk in text. Every chunk is a row of one reading (its length) and a console record;
 * `I am X` is the board's identity.
 */
export function makeFakeFamily(): { readonly family: BoardFamily; readonly sessions: FakeSession[] } {
  const sessions: FakeSession[] = [];
  const family: BoardFamily = {
    name: 'fake',
    usbFilters: [ESPRESSIF],
    notBoards: [PHANTOM],
    serial: { baudRate: 115_200, bufferSize: 65_536 },
    openSession: (host, options) => open(host, options, sessions),
  };
  return { family, sessions };
}

function open(host: SessionHost, options: SessionOptions, sessions: FakeSession[]): BoardSession {
  const session: FakeSession = {
    host,
    options,
    health: options.health ?? EMPTY_HEALTH,
    text: '',
    notes: [],
    closed: undefined,
  };
  sessions.push(session);
  host.onPhase({ is: 'open', since: host.now().epochMs });
  return {
    feed(bytes) {
      const text = new TextDecoder().decode(bytes);
      session.text += text;
      session.health = { ...session.health, bytesIn: session.health.bytesIn + bytes.length };
      const deviceId = /^I am (\S+)/.exec(text)?.[1];
      if (deviceId) host.onIdentity({ ...EMPTY_IDENTITY, deviceId }, ['blink'], true);
      const at = host.now().epochMs;
      host.onSamples({ series: ['length'], times: [at], rows: [[bytes.length]] });
      host.onConsole([{ dir: 'in', at, item: { kind: 'text', text }, hex: '' }]);
      host.onHealth(session.health, 'off');
    },
    command({ id, board, name, params, by }) {
      const state = { is: 'sent', attempt: 1 } as const;
      host.onCommand({ id, board, name, params, by, at: host.now().epochMs, state });
    },
    cancelCommand: (id) => session.notes.push(`cancelled ${id}`),
    write(bytes) {
      host.write(Uint8Array.from(bytes)).catch((cause: unknown) => session.notes.push(String(cause)));
    },
    note: (text) => session.notes.push(text),
    count(what, by) {
      if (what === 'read-error') {
        const { errors } = session.health;
        session.health = { ...session.health, errors: { ...errors, [what]: (errors[what] ?? 0) + by } };
      } else session.health = { ...session.health, [what]: session.health[what] + by };
    },
    close(reason) {
      session.closed = reason;
      return session.health;
    },
  };
}

import type { BoardIdentity, Dialect } from '../../../contract/board-status.ts';
import { helloProbe } from '../command/encode.ts';

/** Times of §15, ms. */
const LISTEN_MS = 2_500;
const PROBE_MS = 500;
/** Longer than the three attempts of a question and than the slowest build takes to boot (3.1 s). */
const DOUBT_MS = 3_500;

type Stage = NonNullable<BoardIdentity['stage']>;

interface DetectionHost {
  schedule(ms: number, callback: () => void): () => void;
  send(bytes: Uint8Array<ArrayBuffer>, text: string): void;
  nextNumber(): number;
  onListening(): void;
  onProbing(): void;
  onVerdict(dialect: Dialect, stage: Stage): void;
  /** A board that was known as something said nothing of the kind; it will be found out anew. Never called without a known dialect. */
  onEstranged?(): void;
}

/**
 * Which dialect does this board speak? (board contract §15)
 * ```text
 * listening 2.5 s ──▶ hello frame 0.5 s ──▶ status 0.5 s ──▶ {"cmd":"status"} 0.5 s ──▶ text-log | silent
 *      └───────────────────┴──── first item with a verdict ─────┴──▶ that dialect
 * ```
 * The order is safe everywhere: text builds answer the frame with one error, and the gateway betrays itself at the text probe,
 * before the JSON one, which it would send by radio. A verdict is never final: two items in a row with another one mean that
 * the board was flashed with something else. A known board that says nothing of its kind for 3.5 s, though it was asked, was
 * perhaps flashed while it was away: it is listened to and probed like an unknown one.
 */
interface Detection {
  start(): void;
  /** The verdict of one item, in stream order. */
  judge(verdict: Dialect | undefined): void;
  /** Some text was heard. */
  heardText(): void;
  readonly dialect: Dialect | undefined;
  stop(): void;
}

const encoder = new TextEncoder();

/** A board that was `known` as something is taken at its word until it proves otherwise. */
export function createDetection(host: DetectionHost, known: Dialect | undefined): Detection {
  let dialect: Dialect | undefined = known;
  let stage: Stage = 'passive';
  let text = false;
  let other: Dialect | undefined;
  let cancel: (() => void) | undefined;

  function decide(verdict: Dialect): void {
    cancel?.();
    cancel = undefined;
    dialect = verdict;
    other = undefined;
    const by = verdict === 'text-log' || verdict === 'silent' ? 'none' : stage;
    // What comes out later was not asked for.
    stage = 'passive';
    host.onVerdict(verdict, by);
  }

  function hello(): void {
    stage = 'hello';
    host.onProbing();
    let frame: Uint8Array<ArrayBuffer> | undefined;
    while (frame === undefined) frame = helloProbe(host.nextNumber());
    // Timer first: a pretend board answers while it is being written to.
    cancel = host.schedule(PROBE_MS, status);
    host.send(frame, '{"cmd":"hello"}');
  }

  function status(): void {
    stage = 'status';
    cancel = host.schedule(PROBE_MS, json);
    host.send(encoder.encode('status\n'), 'status');
  }

  function json(): void {
    stage = 'json';
    cancel = host.schedule(PROBE_MS, () => decide(text ? 'text-log' : 'silent'));
    host.send(encoder.encode('{"cmd":"status"}\n'), '{"cmd":"status"}');
  }

  function listen(): void {
    host.onListening();
    cancel = host.schedule(LISTEN_MS, hello);
  }

  function doubt(): void {
    dialect = undefined;
    other = undefined;
    host.onEstranged?.();
    listen();
  }

  return {
    start() {
      if (known === undefined) return listen();
      decide(known);
      // A gateway is asked nothing and may hear nothing for hours.
      if (known !== 'gateway-json') cancel = host.schedule(DOUBT_MS, doubt);
    },
    judge(verdict) {
      if (verdict === undefined) return;
      if (dialect === undefined || dialect === 'text-log' || dialect === 'silent') return decide(verdict);
      if (sameBoard(verdict, dialect)) {
        cancel?.();
        cancel = undefined;
        other = undefined;
      } else if (other === verdict) decide(verdict);
      else other = verdict;
    },
    heardText() {
      text = true;
      // Late words: it is not silent after all.
      if (dialect === 'silent') decide('text-log');
    },
    get dialect() {
      return dialect;
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}

/** One build speaks both. Production keeps the old form for some answers in machine mode (§7.1). */
export const sameBoard = (a: Dialect, b: Dialect): boolean =>
  a === b || (PRODUCTION.includes(a) && PRODUCTION.includes(b));
const PRODUCTION: readonly Dialect[] = ['json-legacy', 'ndjson-machine'];

import type { BoardItem } from '../../../contract/board-item.ts';
import { type BoardIdentity, type Dialect, EMPTY_IDENTITY } from '../../../contract/board-status.ts';
import type { ConsoleRecord } from '../../../contract/console-record.ts';
import type { Instant } from '../../../contract/time.ts';
import { toHex } from '../../../decode/hex.ts';
import type { BoardSession, SessionHost, SessionOptions } from '../../board.ts';
import { deviceCount } from '../command/answers.ts';
import { formsFor, hasOutputs } from '../command/command-set.ts';
import { MOST_LISTED_DEVICES } from '../command/machine-forms.ts';
import { createCommandQueue } from '../command/queue.ts';
import type { Forms, Params } from '../command/step.ts';
import { createDemux } from '../demux.ts';
import { dialectOf } from '../detect.ts';
import { withWords } from '../reading/identity.ts';
import { createCadence } from './cadence.ts';
import { createDetection, sameBoard } from './detection.ts';
import { createOutputs } from './outputs.ts';
import { createOwnWords } from './own-words.ts';
import { createPaced } from './paced.ts';
import { createRawWindow } from './raw-window.ts';
import { createResets, isGreeting } from './resets.ts';
import { createRowCollector } from './row-collector.ts';
import { createSequences } from './sequences.ts';
import { createSetUp } from './set-up.ts';
import { countError, snapshot, startTotals } from './totals.ts';

/** The holder is told of the totals at most this often. */
const HEALTH_MS = 250;
/** Asked for again at every opening: nobody can tell what they are from their silence. */
const UNSURE: readonly (Dialect | undefined)[] = ['text-log', 'silent', undefined];

/** One open port with a MycoBrain behind it: bytes in; values, console, identity, totals and command updates out. */
export function openSession(host: SessionHost, options: SessionOptions): BoardSession {
  const totals = startTotals(options.health);
  const remembered = options.known;
  const known = UNSURE.includes(remembered?.dialect) ? undefined : remembered?.dialect;
  /** The last dialect that was sure. */
  let spoken = known;
  let identity: BoardIdentity = { ...(remembered ?? EMPTY_IDENTITY), dialect: known };
  let told: { readonly identity: BoardIdentity; readonly forms: Forms } | undefined;
  let forms: Forms = {};
  let isOpen = false;
  let closed = false;
  let heardBefore = options.health?.lastDataAt !== undefined;
  let fewDevices = false;
  /** The firmware itself said something in this chunk. */
  let spoke = false;
  let now: Instant = host.now();
  let records: ConsoleRecord[] = [];
  let feeding = false;
  let hearing: BoardItem | undefined;
  const later: Uint8Array[] = [];

  const raw = createRawWindow();
  const rows = createRowCollector();
  const cadence = createCadence(totals.cadenceMs);
  const sequences = createSequences();
  const resets = createResets(totals.uptimeMs);
  const outputs = createOutputs(() => Object.hasOwn(forms, 'clear-estop'));
  const demux = createDemux(hear);
  const ownWords = createOwnWords((verdict) => {
    const { dialect } = identity;
    return dialect === undefined || UNSURE.includes(dialect) || (verdict !== undefined && sameBoard(verdict, dialect));
  });
  const health = createPaced(host, HEALTH_MS, tellHealth);

  const queue = createCommandQueue({
    send,
    now: () => host.now(),
    schedule: (ms, callback) => host.schedule(ms, callback),
    update: (update) => host.onCommand(update),
    board: () => (isOpen ? { forms, identity } : undefined),
    sent(name, params) {
      outputs.sent(name, params);
      health.soon();
    },
    finished,
    refused: (name, params) => outputs.refused(name, params),
  });

  const detection = createDetection(
    {
      schedule: (ms, callback) => host.schedule(ms, callback),
      send: (bytes, text) =>
        void send(bytes, text, 'hyphae').catch(() => note(`"${text}" was not sent: the port is gone`, 'warn')),
      nextNumber: () => queue.nextNumber(),
      onListening: () => host.onPhase({ is: 'listening', since: host.now().epochMs }),
      onProbing: () => host.onPhase({ is: 'probing', since: host.now().epochMs }),
      onVerdict: decided,
      onEstranged: estranged,
    },
    known,
  );
  const setUp = createSetUp((name, params) => queue.ask(name, params), options.usualIntervalS);

  function decided(dialect: Dialect, stage: NonNullable<BoardIdentity['stage']>): void {
    const before = spoken;
    const sure = !UNSURE.includes(dialect);
    const reflashed = sure && before !== undefined && !sameBoard(before, dialect);
    if (sure) spoken = dialect;
    if (reflashed) {
      queue.abandon('the board was flashed with another build');
      // The chip stays, whatever runs on it.
      identity = withWords({ ...EMPTY_IDENTITY, mac: identity.mac, presumed: identity.presumed }, ownWords.release());
      // The item that proves the new build is its own.
      if (hearing !== undefined) learn(hearing);
      sequences.forget();
      note(`speaks ${dialect} now, no longer ${before}: the board was flashed with another build`, 'warn');
    }
    identity = {
      ...identity,
      dialect,
      stage: known === dialect && remembered?.stage !== undefined ? remembered.stage : stage,
    };
    forms = formsFor(identity, fewDevices);
    if (!isOpen || reflashed) host.onPhase({ is: 'open', since: host.now().epochMs });
    isOpen = true;
    if (!feeding) tellIdentity();
    setUp.begin(identity);
    queue.pump();
  }

  function estranged(): void {
    note(`says nothing as ${identity.dialect}: it is listened to anew`, 'warn');
    isOpen = false;
    forms = {};
    identity = { ...identity, dialect: undefined, stage: undefined };
    tellIdentity();
    queue.abandon('the board does not answer; what it is is being found out anew');
  }

  function finished(name: string, params: Params): void {
    outputs.finished(name, params);
    if (name === 'set-rate') {
      cadence.expect(Number(params.interval_s) * 1000);
      setUp.chosenIntervalS = Number(params.interval_s);
    }
    if (name === 'machine-mode' && identity.dialect === 'json-legacy') {
      identity = { ...identity, dialect: 'ndjson-machine' };
      forms = formsFor(identity, fewDevices);
      tellIdentity();
    }
    health.soon();
  }

  function send(bytes: Uint8Array<ArrayBuffer>, text: string, by: string): Promise<void> {
    record({ dir: 'out', at: host.now().epochMs, text, hex: toHex(bytes), by });
    totals.bytesOut += bytes.length;
    return host.write(bytes);
  }

  function record(entry: ConsoleRecord): void {
    records.push(entry);
    if (!feeding) tellConsole();
  }

  function tellConsole(): void {
    if (records.length === 0) return;
    const ready = records;
    records = [];
    host.onConsole(ready);
  }

  function tellIdentity(): void {
    if (identity === told?.identity && forms === told.forms) return;
    told = { identity, forms };
    host.onIdentity(identity, Object.keys(forms), hasOutputs(forms));
  }

  function tellHealth(): void {
    totals.uptimeMs = resets.uptimeMs;
    totals.cadenceMs = cadence.ms;
    host.onHealth(snapshot(totals), outputs.state);
  }

  function note(text: string, level: 'info' | 'warn' | 'alarm'): void {
    record({ dir: 'note', at: host.now().epochMs, text, level });
  }

  function hear(item: BoardItem, from: number, to: number): void {
    records.push({ dir: 'in', at: now.epochMs, item, hex: raw.hex(from, to) });
    if (item.kind === 'error') {
      countError(totals, item.error);
      return;
    }
    totals.items += 1;
    if (item.kind === 'text') detection.heardText();
    noticeReset(item);
    if (isRepeat(item)) return;
    learn(item);
    const verdict = dialectOf(item);
    if (verdict !== undefined) spoke = true;
    hearing = item;
    detection.judge(verdict);
    hearing = undefined;
    outputs.heard(item);
    queue.heard(item);
    if (rows.add(item, now.epochMs)) {
      cadence.arrived(now.monoMs);
      totals.lastDataAt = now.epochMs;
      heardBefore = true;
    }
  }

  function noticeReset(item: BoardItem): void {
    const reset = resets.judge(item, now.monoMs, heardBefore);
    if (resets.jumpMs > 0) {
      countError(totals, 'clock-jump');
      note(`the board's clock leapt ahead by ${Math.round(resets.jumpMs / 1000)} s`, 'warn');
    }
    if (reset !== undefined) {
      totals.resets += 1;
      totals.lastReset = { at: now.epochMs, reason: reset.reason };
      if (reset.brownout) totals.brownouts += 1;
      const why = reset.brownout ? `brown-out (${reset.reason}): its supply is too weak` : reset.reason;
      note(`the board was reset: ${why}`, reset.brownout ? 'alarm' : 'warn');
      sequences.forget();
      outputs.reset();
      setUp.afterReset();
    } else if (isGreeting(item)) {
      outputs.reset();
      if (isOpen) setUp.afterReset();
    }
    if (isGreeting(item)) heardBefore = true;
  }

  /** Counts what its number says is missing; true for a copy of what was here before. */
  function isRepeat(item: BoardItem): boolean {
    const verdict = sequences.judge(item, now.monoMs);
    if (verdict?.is === 'lost') totals.lost += verdict.count;
    if (verdict?.is !== 'duplicate') return false;
    countError(totals, 'duplicate');
    return true;
  }

  function learn(item: BoardItem): void {
    const count = deviceCount(item);
    if (count !== undefined) fewDevices = count <= MOST_LISTED_DEVICES;
    const words = ownWords.hear(item);
    if (words !== undefined) identity = withWords(identity, words);
    if (isOpen && (count !== undefined || words !== undefined)) forms = formsFor(identity, fewDevices);
  }

  function take(bytes: Uint8Array): void {
    now = host.now();
    totals.bytesIn += bytes.length;
    totals.lastByteAt = now.epochMs;
    feeding = true;
    raw.add(bytes);
    demux.feed(bytes);
    raw.trim(demux.pendingBytes);
    if (isOpen) {
      tellIdentity();
      // Not at the chip's boot text: the firmware behind it hears nothing yet.
      if (spoke) setUp.heardBoard(identity);
      spoke = false;
    }
    const taken = rows.take();
    if (taken !== undefined) host.onSamples(taken);
    feeding = false;
    tellConsole();
  }

  detection.start();

  return {
    feed(bytes) {
      if (closed || bytes.length === 0) return;
      if (feeding) {
        // A pretend board answers while it is being written to; the demultiplexer takes one chunk at a time.
        later.push(bytes.slice());
        return;
      }
      for (let chunk: Uint8Array | undefined = bytes; chunk !== undefined; chunk = later.shift()) take(chunk);
      health.soon();
    },
    command: (request) => queue.submit(request),
    cancelCommand: (id) => queue.cancel(id),
    write(bytes, by) {
      const copy = new Uint8Array(bytes);
      const text = new TextDecoder().decode(copy).trimEnd();
      if (!queue.write(copy, text, by)) note(`"${text}" was not sent: too much waits for this board already`, 'warn');
    },
    note,
    count(what, by) {
      if (what === 'read-error') countError(totals, 'read-error', by);
      else totals[what] += by;
      health.soon();
    },
    close(reason) {
      if (!closed) {
        detection.stop();
        queue.close(reason);
        health.last();
        closed = true;
      }
      return snapshot(totals);
    },
  };
}

import type { BoardFamily, BoardSession, SessionHost } from '../../src/boards/board.ts';
import type { CommandRequest } from '../../src/contract/board-command.ts';
import type { FromHolder, KnownBoard } from '../../src/contract/board-link.ts';
import type { EpochMs } from '../../src/contract/time.ts';
import { pause } from '../../src/serial/clock.ts';
import { closePort, openPort } from '../../src/serial/open-port.ts';
import type { OpenCircumstances } from '../../src/serial/port-errors.ts';
import { readPort } from '../../src/serial/read-loop.ts';
import { resetBoard } from '../../src/serial/reset-board.ts';
import type { SerialPortLike } from '../../src/serial/serial-like.ts';
import { makeWriteQueue } from '../../src/serial/write-queue.ts';
import { refuseCommand } from './board-not-open.ts';
import { PortStory, type PortStoryOptions } from './port-story.ts';

/** A hang-up comes a few ms before the system says that the device is gone: reopening at once would only fail. */
const AFTER_LOSS_MS = 200;
/** A hub says within a few ms whose port this is; one that is only just starting is not waited for longer than this. */
const KNOWN_WITHIN_MS = 1_000;

/** A pretend board is there to be seen moving. */
const SIMULATED_INTERVAL_S = 0.2;

export interface HeldPortOptions extends PortStoryOptions {
  readonly family: BoardFamily;
  readonly random: () => number;
  readonly circumstances: () => OpenCircumstances;
  /** Whose it is, as far as is known before the hub's word. */
  readonly known: KnownBoard | undefined;
  onOpened(): void;
}

/** What the person wants of the port; whether it is plugged in is another matter. */
type Wish = 'open' | 'released';

interface Run {
  readonly port: SerialPortLike;
  readonly stop: AbortController;
  session: BoardSession | undefined;
}

/** One port under one key, from the first plugging in until it is forgotten, however often it goes and comes back. */
export class HeldPort {
  readonly #options: HeldPortOptions;
  #wish: Wish = 'open';
  #port: SerialPortLike | undefined;
  #run: Run | undefined;
  #ended: Promise<void> = Promise.resolve();
  readonly #story: PortStory;
  #known: KnownBoard | undefined;
  /** Aborts when `#known` is. */
  readonly #whose = new AbortController();
  /** False when it came back together with another of its kind, until its own words tell which it is. */
  #sure = true;
  /** Since when nothing could be heard from a board that was open before. */
  #awaySince: EpochMs | undefined;

  constructor(options: HeldPortOptions) {
    this.#options = options;
    this.#known = options.known;
    this.#story = new PortStory(options);
  }

  /** Everything a hub that has just started must know of this port. */
  announce(): FromHolder[] {
    return this.#story.messages(this.#known);
  }

  /** Tells the present hub all of it. */
  introduce(): void {
    for (const message of this.announce()) this.#options.outbox.send(message);
  }

  plugged(port: SerialPortLike, sure: boolean): void {
    this.#port = port;
    this.#sure = sure;
    if (this.#wish === 'open') void this.#start(port);
    else this.#story.tellPhase({ is: 'released', since: this.#now() });
  }

  unplugged(): void {
    this.#port = undefined;
    this.#run?.stop.abort('unplugged');
    this.#story.tellPhase({ is: 'unplugged', since: this.#now() });
  }

  async release(): Promise<void> {
    this.#wish = 'released';
    await this.#stop('released');
    if (this.#wish === 'released') this.#story.tellPhase({ is: 'released', since: this.#now() });
  }

  open(): void {
    this.#wish = 'open';
    if (this.#port) void this.#start(this.#port);
    else this.#story.tellPhase({ is: 'unplugged', since: this.#now() });
  }

  /** Closes it for good and withdraws the browser's permission. */
  async forget(): Promise<void> {
    this.#wish = 'released';
    await this.#stop('forgotten');
    this.#options.outbox.send({ t: 'port-gone', key: this.#options.key });
    await this.#port?.forget?.();
  }

  async reset(): Promise<void> {
    const { clock } = this.#options;
    const run = this.#run;
    if (!run?.session) return this.#refuse('The board was not reset: it is not open.');
    run.session.note('Reset line pulsed.', 'info');
    try {
      await resetBoard(run.port, clock, run.stop.signal);
    } catch (cause) {
      this.#refuse(`The board was not reset: ${String(cause)}`);
    }
  }

  assign(known: KnownBoard): void {
    this.#known = known;
    if (known.health && !this.#story.health) this.#story.noteHealth(known.health);
    this.#whose.abort();
  }

  write(bytes: Uint8Array, by: string): void {
    const session = this.#run?.session;
    if (session) session.write(bytes, by);
    else this.#refuse(`${bytes.length} bytes of ${by} were not sent: the board is not open.`);
  }

  command(request: CommandRequest): void {
    const session = this.#run?.session;
    if (session) session.command(request);
    else {
      const update = refuseCommand(request, this.#story.phase, this.#now());
      this.#options.outbox.send({ t: 'command', key: this.#options.key, update });
    }
  }

  cancelCommand(id: string): void {
    this.#run?.session?.cancelCommand(id);
  }

  /** Records of this port were dropped on their way to the hub. */
  countDropped(count: number): void {
    const session = this.#run?.session;
    const { health } = this.#story;
    if (session) session.count('dropped', count);
    else if (health) this.#story.noteHealth({ ...health, dropped: health.dropped + count });
  }

  // one run: from opening to closing

  async #start(port: SerialPortLike): Promise<void> {
    // The run before it may still be closing; its totals are needed here.
    await this.#ended;
    if (this.#run || this.#wish !== 'open' || this.#port !== port) return;
    const run: Run = { port, stop: new AbortController(), session: undefined };
    this.#run = run;
    this.#ended = this.#keepOpen(run).finally(() => {
      this.#run = undefined;
    });
    await this.#ended;
  }

  async #stop(reason: string): Promise<void> {
    this.#run?.stop.abort(reason);
    await this.#ended;
  }

  async #keepOpen(run: Run): Promise<void> {
    const { family, clock, random, circumstances } = this.#options;
    const { signal } = run.stop;
    // A board that another tab held before goes on with its identity and its totals from there.
    await pause(clock, KNOWN_WITHIN_MS, AbortSignal.any([signal, this.#whose.signal]));
    while (!signal.aborted) {
      this.#story.tellPhase({ is: 'opening', since: this.#now() });
      const isOpen = await openPort(run.port, {
        ...family.serial,
        clock,
        random,
        circumstances,
        signal,
        onRetry: ({ attempt, error: { code, message: reason }, nextAt }) =>
          this.#story.tellPhase({ is: 'retrying', since: this.#now(), nextAt, attempt, code, reason }),
      });
      if (!isOpen) return;
      this.#options.onOpened();
      const reason = await this.#listen(run);
      this.#awaySince = this.#now();
      if (signal.aborted) return;
      const since = this.#now();
      const nextAt = since + AFTER_LOSS_MS;
      this.#story.tellPhase({ is: 'retrying', since, nextAt, attempt: 0, code: 'port-lost', reason });
      await pause(clock, AFTER_LOSS_MS, signal);
    }
  }

  /** Lets the board's session have the open port until it is lost or the run is stopped. Returns why it ended; the port is closed. */
  async #listen(run: Run): Promise<string> {
    const { signal } = run.stop;
    const writes = makeWriteQueue(run.port);
    const hosting = { is: true };
    const session = this.#openSession(writes.write, hosting);
    run.session = session;
    const end = await readPort(run.port, {
      signal,
      onBytes: (bytes) => session.feed(bytes),
      onReadError: (error) => {
        session.count('read-error', 1);
        session.note(`Some bytes were lost (${error.message}).`, 'warn');
      },
    });
    const reason = end.is === 'lost' ? end.error.message : String(signal.reason);
    session.note(end.is === 'lost' ? `The port was lost (${reason}).` : `The port was closed: ${reason}.`, 'info');
    run.session = undefined;
    this.#story.tellHealth(session.close(reason));
    hosting.is = false;
    await writes.close(reason);
    await closePort(run.port);
    return reason;
  }

  #openSession(write: SessionHost['write'], hosting: { is: boolean }): BoardSession {
    const { key, family, clock, outbox, simulated } = this.#options;
    const knownIdentity = this.#known?.identity ?? this.#story.identity;
    const session = family.openSession(
      {
        write,
        now: () => clock.now(),
        schedule: (ms, callback) => clock.schedule(ms, callback),
        onSamples: (rows) => hosting.is && outbox.samples(key, rows, simulated ? 'simulated' : 'measured'),
        onConsole: (records) => hosting.is && outbox.console(key, records),
        onIdentity: (identity, commands, hasOutputs) => {
          if (!hosting.is) return;
          if (this.#known) this.#known = { board: this.#known.board, identity };
          this.#story.tellIdentity(identity, commands, hasOutputs);
        },
        onPhase: (phase) => {
          // A port that went away in the meantime has its own phase already.
          if (hosting.is && this.#run?.stop.signal.aborted === false) this.#story.tellPhase(phase);
        },
        onHealth: (health, outputs) => hosting.is && this.#story.tellHealth(health, outputs),
        onCommand: (update) => hosting.is && outbox.send({ t: 'command', key, update }),
      },
      {
        known: knownIdentity && (this.#sure ? knownIdentity : { ...knownIdentity, presumed: true }),
        health: this.#story.health,
        simulated,
        ...(simulated && { usualIntervalS: SIMULATED_INTERVAL_S }),
      },
    );
    this.#tellAbsence(session);
    return session;
  }

  /** The board was away and is back: the curves have a hole of known size. */
  #tellAbsence(session: BoardSession): void {
    if (this.#awaySince === undefined) return;
    const gap = { why: 'unplugged', count: undefined, fromMs: this.#awaySince, toMs: this.#now() } as const;
    this.#awaySince = undefined;
    session.count('gaps', 1);
    session.count('reopened', 1);
    session.note(`The board was away for ${((gap.toMs - gap.fromMs) / 1000).toFixed(1)} s.`, 'warn');
    this.#options.outbox.send({ t: 'gap', key: this.#options.key, gap });
  }

  #refuse(text: string): void {
    this.#options.outbox.console(this.#options.key, [{ dir: 'note', at: this.#now(), text, level: 'warn' }]);
  }

  #now(): EpochMs {
    return this.#options.clock.now().epochMs;
  }
}

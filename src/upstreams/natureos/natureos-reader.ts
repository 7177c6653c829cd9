import type { EpochMs } from '../../contract/time.ts';
import {
  NATUREOS_ALERT_CLEAR_MS,
  NATUREOS_COMMAND_CONFIRM_MS,
  type NatureosSummary,
} from '../../contract/upstream/natureos.ts';
import type { Out, ReadContext } from '../out.ts';
import { readMessage, readMyca, readSync, readSystem, SimulationRuns } from './activity.ts';
import { AlertBook } from './alert-book.ts';
import { CommandBook } from './command-book.ts';
import { DeviceBook } from './device-book.ts';
import { deviceIdOf } from './device-id.ts';
import { readEnvelope } from './envelope.ts';
import { EventBook } from './event-book.ts';
import { type Fields, field, isFields, plainNumberOf, shortTextOf, textOf } from './fields.ts';
import { HubSession } from './hub-session.ts';
import { readSnapshot } from './snapshot.ts';
import { stampOf } from './stamp.ts';
import { NOTHING, readData } from './telemetry.ts';

type ReadTarget = (message: Fields, context: ReadContext, out: Out) => void;

/** What NatureOS says, over whichever of its ways, made into records. Holds what a message must be compared with. */
export class NatureosReader {
  readonly session = new HubSession();
  readonly devices = new DeviceBook();
  readonly alerts: AlertBook;
  readonly commands: CommandBook;
  readonly events: EventBook;
  readonly #runs = new SimulationRuns();
  #listeningSince: EpochMs | undefined;

  constructor(options: { readonly alertClearMs?: number; readonly commandConfirmMs?: number } = {}) {
    this.alerts = new AlertBook(options.alertClearMs ?? NATUREOS_ALERT_CLEAR_MS);
    this.commands = new CommandBook(options.commandConfirmMs ?? NATUREOS_COMMAND_CONFIRM_MS);
    this.events = new EventBook(this.devices);
  }

  /** The methods that the hub calls on its clients. Their names compare without case. */
  readonly targets: Readonly<Record<string, ReadTarget>> = {
    Connected: (message) => this.session.connected(message),
    JoinedGroup: (message) => this.session.joined(message),
    LeftGroup: (message) => this.session.left(message),
    MessageReceived: (message, context, out) => out.event('activity', readMessage(message, context)),
    DeviceUpdate: (message, context, out) => this.#deviceUpdate(message, context, out),
    DeviceEnvelope: (message, context, out) => this.#deviceEnvelope(message, context, out),
    DeviceCommand: (message, context, out) => this.commands.read(message, context, out),
    EventReceived: (message, context, out) => this.events.received(message, context, out),
    SystemAlert: (message, context, out) => this.alerts.read(message, context, out),
    SystemUpdate: (message, context, out) => out.event('activity', readSystem(message, context)),
    SyncProgress: (message, context, out) => out.event('activity', readSync('running', message, context)),
    SyncCompleted: (message, context, out) => out.event('activity', readSync('done', message, context)),
    SyncFailed: (message, context, out) => out.event('activity', readSync('failed', message, context)),
    SimulationStarted: (message, context, out) => this.#runs.read('started', message, context, out),
    SimulationCompleted: (message, context, out) => this.#runs.read('completed', message, context, out),
    SimulationFailed: (message, context, out) => this.#runs.read('failed', message, context, out),
    SimulationUpdate: (message, context, out) => this.#runs.read('update', message, context, out),
    MycaResponse: (message, context, out) => out.event('activity', readMyca('response', message, context)),
    MycaActivity: (message, context, out) => out.event('activity', readMyca('activity', message, context)),
  };

  readonly #byName = new Map(Object.entries(this.targets).map(([name, read]) => [name.toLowerCase(), read]));

  /** The hub is heard from now on; undefined: its connection is lost, and silence means nothing. */
  listening(since: EpochMs | undefined): void {
    this.#listeningSince = since;
    this.alerts.listening(since);
  }

  /** Ends what silence has ended. To be called every few seconds. */
  age(context: ReadContext, out: Out): void {
    this.alerts.age(context, out);
    this.commands.age(context, out);
    this.devices.age(context, this.#listeningSince, out);
  }

  /** One call of the hub. */
  invoked(target: string, args: readonly unknown[], context: ReadContext, out: Out): void {
    const read = this.#byName.get(target.toLowerCase());
    if (read === undefined) {
      out.count('unknown', 'target', target.slice(0, 64));
      return;
    }
    const [message] = args;
    if (args.length === 0) {
      out.count('dropped', 'missing-argument', target);
      return;
    }
    if (!isFields(message)) {
      out.count('dropped', 'argument-not-object', target);
      return;
    }
    read(message, context, out);
  }

  /** The store's devices, from any of its lists. `where`: of which, for people. */
  snapshot(answer: unknown, where: string, context: ReadContext, out: Out): void {
    const snapshot = readSnapshot(answer);
    if (snapshot === undefined) {
      out.count('dropped', 'not-a-list', where);
      this.noSnapshot(where, 'not a list of devices', context, out);
      return;
    }
    for (const path of snapshot.dropped) out.count('dropped', 'bad-member', path);
    // Nothing is no statement: the store often has no devices though they are there.
    if (snapshot.devices.length === 0) {
      this.noSnapshot(where, 'empty', context, out);
      return;
    }
    for (const device of snapshot.devices) this.devices.known(device, context, out);
    out.put('summary', where, summaryOf(where, 'known', snapshot.devices.length, undefined, context));
  }

  /** The store failed, or had nothing: what is known stays, and nobody is offline because of it. */
  noSnapshot(where: string, why: string, context: ReadContext, out: Out): void {
    out.put('summary', where, summaryOf(where, 'unknown', 0, why, context));
  }

  #deviceUpdate(message: Fields, context: ReadContext, out: Out): void {
    const device = deviceIdOf(message);
    if (device === undefined) {
      out.count('dropped', 'no-device-id');
      return;
    }
    const type = field(message, 'deviceType');
    const reading = readData(type, field(message, 'data'), context.now);
    const stamp = stampOf(message, context);
    if (this.devices.read(device, shortTextOf(type, 64), reading, stamp, out))
      this.commands.telemetry(device, reading, stamp, out);
  }

  #deviceEnvelope(message: Fields, context: ReadContext, out: Out): void {
    const device = deviceIdOf(message);
    if (device === undefined) {
      out.count('dropped', 'no-device-id');
      return;
    }
    const { values, dropped } = readEnvelope(field(message, 'envelope'));
    const seq = plainNumberOf(field(message, 'seq'));
    const id = `${device}/${seq ?? ''}/${textOf(field(message, 'msgId')) ?? ''}`;
    const stamp = stampOf(message, context);
    if (!this.events.envelope(id, device, seq, values, stamp, out)) return;
    for (const name of dropped) out.count('dropped', 'bad-field', name);
    // Its number is of another count than that of telemetry.
    const isNewest = !this.devices.spokeAfter(device, stamp);
    if (values.length > 0 && isNewest) this.devices.read(device, undefined, { ...NOTHING, values }, stamp, out);
  }
}

function summaryOf(
  where: string,
  is: 'known' | 'unknown',
  devices: number,
  why: string | undefined,
  { now, simulated }: ReadContext,
): Extract<NatureosSummary, { readonly t: 'snapshot' }> {
  return {
    t: 'snapshot',
    at: now,
    atFrom: 'arrival',
    rx: now,
    source: where,
    provenance: simulated ? 'simulated' : 'measured',
    flags: simulated ? ['simulated'] : [],
    is,
    devices,
    why,
  };
}

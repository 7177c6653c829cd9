import {
  NATUREOS_COMMAND_CONFIRM_MS,
  NATUREOS_COMMANDS,
  type NatureosCommand,
  type NatureosCommandType,
} from '../../contract/upstream/natureos.ts';
import type { Out, ReadContext } from '../out.ts';
import { evidenceOf } from './command-evidence.ts';
import { deviceIdOf } from './device-id.ts';
import { type Fields, field, isFields, plainNumberOf, textOf } from './fields.ts';
import type { Reading } from './reading.ts';
import { Seen } from './seen.ts';
import { type Stamp, stampOf } from './stamp.ts';

const MOST_PENDING = 200;

export interface Ordered {
  readonly device: string;
  readonly command: NatureosCommandType;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly sequence: number;
}

interface Pending extends Ordered {
  readonly record: NatureosCommand;
  /** What the device said of itself before. */
  readonly before: Reading | undefined;
}

/** Commands on their way: ours until there is evidence or none can be expected any more, and a word about those of others. */
export class CommandBook {
  readonly #pending = new Map<string, Pending>();
  readonly #seen = new Seen(2_000);
  readonly #confirmMs: number;
  /** The newest reading of each device, to compare with what comes after a command. */
  readonly #newest = new Map<string, Reading>();

  constructor(confirmMs = NATUREOS_COMMAND_CONFIRM_MS) {
    this.#confirmMs = confirmMs;
  }

  get waiting(): number {
    return this.#pending.size;
  }

  /** We are about to send it. False: too many are under way. */
  sending(order: Ordered, context: ReadContext, out: Out): boolean {
    if (this.#pending.size >= MOST_PENDING) return false;
    const record: NatureosCommand = {
      ...ours(context),
      t: 'command',
      source: 'hyphae',
      id: commandId(order.device, order.sequence),
      device: order.device,
      command: NATUREOS_COMMANDS[order.command],
      sequence: order.sequence,
      state: 'sending',
      why: undefined,
      by: 'us',
    };
    this.#pending.set(record.id, { ...order, record, before: this.#newest.get(order.device) });
    out.event('commands', record);
    return true;
  }

  /** The working route took it; that is not the device. `sequence`: what it counts it as, if it has its own mind about that. */
  queued(id: string, context: ReadContext, out: Out, sequence?: number): void {
    const device = this.#pending.get(id)?.device;
    if (device !== undefined && sequence !== undefined) this.#seen.add(commandId(device, sequence));
    this.#tell(id, { ...ours(context), state: 'queued', why: undefined }, out);
  }

  /** `isCertain`: it was refused. Else it failed on the way, and the hub may yet say that it was queued. */
  notSent(id: string, why: string, isCertain: boolean, context: ReadContext, out: Out): void {
    // The hub was quicker: it is queued, whatever went wrong with the answer.
    if (!isCertain && this.#pending.get(id)?.record.state === 'queued') return;
    this.#tell(id, { ...ours(context), state: 'not-sent', why }, out);
    if (isCertain) this.#pending.delete(id);
  }

  /** `DeviceCommand`: somebody's command was queued, perhaps ours. */
  read(message: Fields, context: ReadContext, out: Out): void {
    const device = deviceIdOf(message);
    const command = textOf(field(message, 'commandId'));
    if (device === undefined) {
      out.count('dropped', 'no-device-id');
      return;
    }
    if (command === undefined) {
      out.count('dropped', 'no-command');
      return;
    }
    const sequence = plainNumberOf(field(message, 'sequence'));
    const stamp = stampOf(message, context);
    const id = sequence === undefined ? `${device}@${stamp.at}` : commandId(device, sequence);
    if (this.#pending.has(id)) {
      this.queued(id, context, out);
      return;
    }
    if (!this.#seen.add(id)) {
      out.count('deduped', 'same-command', id);
      return;
    }
    const record: NatureosCommand = {
      ...stamp,
      t: 'command',
      source: device,
      id,
      device,
      command: command.slice(0, 64),
      sequence,
      state: 'queued',
      why: undefined,
      by: 'others',
    };
    out.event('commands', record);
  }

  /** Telemetry of a device: the only evidence that there is. */
  telemetry(device: string, reading: Reading, stamp: Stamp, out: Out): void {
    this.#remember(device, reading);
    if (this.#pending.size === 0) return;
    for (const [id, { device: its, record, ...order }] of this.#pending) {
      if (its !== device || record.state !== 'queued') continue;
      const why = evidenceOf(order.command, order.parameters, reading, order.before);
      if (why === undefined) continue;
      this.#tell(id, { ...stamp, flags: [...stamp.flags, 'derived'], state: 'confirmed', why }, out);
      this.#pending.delete(id);
    }
  }

  /** Ends what has waited too long. To be called every few seconds. */
  age(context: ReadContext, out: Out): void {
    for (const [id, { record }] of this.#pending) {
      if (context.now - record.rx <= this.#confirmMs || record.state === 'sending') continue;
      if (record.state === 'queued')
        this.#tell(id, { ...ours(context), state: 'unconfirmed', why: 'no telemetry showed its effect' }, out);
      this.#pending.delete(id);
    }
  }

  #tell(id: string, change: Partial<NatureosCommand>, out: Out): void {
    const pending = this.#pending.get(id);
    if (pending === undefined || pending.record.state === change.state) return;
    this.#seen.add(id);
    const record = { ...pending.record, ...change };
    this.#pending.set(id, { ...pending, record });
    out.event('commands', record);
  }

  #remember(device: string, reading: Reading): void {
    this.#newest.delete(device);
    this.#newest.set(device, reading);
    if (this.#newest.size > MOST_DEVICES) {
      const [oldest] = this.#newest.keys();
      if (oldest !== undefined) this.#newest.delete(oldest);
    }
  }
}
const MOST_DEVICES = 2_000;

export const commandId = (device: string, sequence: number): string => `${device}/${sequence}`;

/** What the route answers to a command that it took. undefined: it is no such answer. */
export function readSent(answer: unknown): { readonly sequence: number | undefined } | undefined {
  if (!isFields(answer) || textOf(field(answer, 'status'))?.toLowerCase() !== 'sent') return undefined;
  return { sequence: plainNumberOf(field(answer, 'sequence')) };
}

/** Said by us, so at our time. */
const ours = ({ now, simulated }: ReadContext): Stamp => ({
  at: now,
  atFrom: 'source',
  rx: now,
  provenance: simulated ? 'simulated' : 'measured',
  flags: simulated ? ['simulated'] : [],
});

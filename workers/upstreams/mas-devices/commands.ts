import type { ErrorCode } from '../../../src/contract/error-codes.ts';
import type { Outcome } from '../../../src/contract/hub-api.ts';
import type { MonoMs } from '../../../src/contract/time.ts';
import type {
  BuoyCommandArgs,
  DeviceCommandArgs,
  DeviceCommandRecord,
} from '../../../src/contract/upstream/mas-devices.ts';
import { randomId } from '../../../src/lib/random-id.ts';
import { isFields, textOf } from '../../../src/upstreams/mas/fields.ts';
import { readAnswer } from '../../../src/upstreams/mas-devices/answers.ts';
import type { BuoyAck } from '../../../src/upstreams/mas-devices/buoy.ts';
import { blockedWord, MAX_COMMAND_CHARS, needsConfirmation } from '../../../src/upstreams/mas-devices/commands.ts';
import { fieldsOf, keepNewest } from '../../../src/upstreams/mas-devices/plain.ts';
import type { DeviceReadings } from '../../../src/upstreams/mas-devices/readings.ts';
import type { DeviceRegistry } from '../../../src/upstreams/mas-devices/registry.ts';
import { stamp } from '../../../src/upstreams/mas-devices/stamp.ts';
import type { AdapterHost } from '../adapter.ts';

const MAX_REMEMBERED = 256;
/** MAS gives a board so long, s. */
const BOARD_TIMEOUT_S = 5;

/** What a page may say; none of it is believed before it was looked at. */
type Asked = Readonly<Partial<Record<keyof DeviceCommandArgs | keyof BuoyCommandArgs, unknown>>>;

interface Order {
  readonly id: string;
  readonly device: string;
  readonly command: string;
  readonly path: string;
  readonly body: object;
  sentAt: MonoMs | undefined;
}

/** Commands to devices: asked for once, done once, and every step told on the part `commands`. */
export class DeviceCommands {
  readonly #host: AdapterHost;
  readonly #known: { readonly registry: DeviceRegistry; readonly readings: DeviceReadings };
  /** One at a time for each device. */
  readonly #outstanding = new Map<string, Order>();
  /** By the id of whoever asked: the same one is not done twice. */
  readonly #done = new Map<string, Promise<Outcome<unknown>>>();
  /** Those that a buoy will acknowledge later. */
  readonly #waiting = new Map<string, Order>();

  constructor(host: AdapterHost, known: { readonly registry: DeviceRegistry; readonly readings: DeviceReadings }) {
    this.#host = host;
    this.#known = known;
  }

  /** `call('command', DeviceCommandArgs)`, `call('buoy-command', BuoyCommandArgs)`. */
  run(kind: 'command' | 'buoy-command', args: unknown): Promise<Outcome<unknown>> {
    const order = this.#orderOf(kind, args);
    if ('ok' in order) return Promise.resolve(order);
    const before = this.#done.get(order.id);
    if (before !== undefined) return before;
    if (this.#outstanding.has(order.device)) {
      const message = `${order.device} still has a command to answer: one at a time`;
      return Promise.resolve(refused('command-queue-full', message));
    }
    const outcome = this.#do(order);
    this.#done.set(order.id, outcome);
    keepNewest(this.#done, MAX_REMEMBERED);
    return outcome;
  }

  /** A buoy said over its stream what became of a command. */
  acked(device: string, ack: BuoyAck): void {
    const order = ack.id === undefined ? undefined : this.#waiting.get(ack.id);
    if (order === undefined || order.device !== device) {
      this.#host.out.count('unknown', 'ack-of-nothing');
      return;
    }
    if (ack.state === 'applied' || ack.state === 'failed') {
      this.#waiting.delete(order.id);
      this.#tell(order, ack.state === 'applied' ? 'acked' : 'failed', ack.detail ?? ack.state);
    }
  }

  #orderOf(kind: 'command' | 'buoy-command', args: unknown): Order | Outcome<never> {
    const asked: Asked | undefined = fieldsOf(args);
    const device = textOf(asked?.device, 128);
    const command = textOf(asked?.command, MAX_COMMAND_CHARS);
    const params = asked?.params ?? {};
    if (device === undefined || command === undefined || !isFields(params)) {
      return refused('command-bad-parameter', 'device and command are texts, params an object');
    }
    const blocked = blockedWord(command, params);
    if (blocked !== undefined) {
      return refused('not-allowed', `"${blocked}" is never sent to a device from here`);
    }
    if (needsConfirmation(command) && asked?.confirmed !== true) {
      return refused('not-allowed', `"${command}" may move or light something: it must be confirmed`);
    }
    const id = textOf(asked?.id, 64) ?? randomId();
    const place = encodeURIComponent(device);
    if (kind === 'command') {
      // Without it MAS sends the command a second time, by another way (contract mas-devices §4).
      const path = `/api/devices/${place}/command?use_mycorrhizae=false`;
      return { id, device, command, path, body: { command, params, timeout: BOARD_TIMEOUT_S }, sentAt: undefined };
    }
    const target = asked?.target;
    if (target !== 'side_a' && target !== 'side_b') {
      return refused('command-bad-parameter', 'target is side_a or side_b');
    }
    const body = { target, cmd: command, params, clientCommandId: id };
    return { id, device, command, path: `/api/psathyrella/${place}/command`, body, sentAt: undefined };
  }

  async #do(order: Order): Promise<Outcome<unknown>> {
    const { out } = this.#host;
    this.#outstanding.set(order.device, order);
    this.#tell(order, 'queued', undefined);
    order.sentAt = this.#host.mono();
    this.#tell(order, 'sent', undefined);
    const outcome = await this.#host.request('POST', order.path, order.body);
    this.#outstanding.delete(order.device);
    if (!outcome.ok) {
      this.#tell(order, 'failed', outcome.error.message);
      return outcome;
    }
    const path = order.path.split('?')[0] ?? order.path;
    const answer = { method: 'POST', path, status: 200, value: outcome.value };
    const { action, facts } = readAnswer(answer, this.#known, out, this.#host.context());
    if (action === 'command_failed') {
      const why = textOf(facts?.why) ?? 'the device said no';
      this.#tell(order, 'failed', why);
      return refused('command-refused', why);
    }
    const state = textOf(facts?.state, 16);
    if (action === 'apply' && (state === 'queued' || state === 'sent')) {
      this.#waiting.set(order.id, order);
      keepNewest(this.#waiting, MAX_REMEMBERED);
      this.#tell(order, 'sent', state === 'queued' ? 'waits until the buoy is heard again' : undefined);
      return { ok: true, value: { id: order.id, state } };
    }
    const words = answerWords(outcome.value);
    this.#tell(order, 'acked', words);
    return { ok: true, value: { id: order.id, state: 'acked', answer: words } };
  }

  #tell(order: Order, state: DeviceCommandRecord['state'], answer: string | undefined): void {
    const isOver = state === 'acked' || state === 'failed';
    const record: DeviceCommandRecord = {
      ...stamp(this.#host.context(), undefined, order.device),
      id: order.id,
      device: order.device,
      command: order.command,
      state,
      answer,
      rttMs: isOver && order.sentAt !== undefined ? this.#host.mono() - order.sentAt : undefined,
    };
    this.#host.out.event('commands', record);
  }
}

/** What the board itself said. */
function answerWords(value: unknown): string | undefined {
  const answer = fieldsOf(value);
  const inner = fieldsOf(answer?.response);
  return textOf(inner?.response) ?? textOf(answer?.response) ?? textOf(fieldsOf(answer?.ack)?.detail);
}

const refused = (code: ErrorCode, message: string): Outcome<never> => ({ ok: false, error: { code, message } });

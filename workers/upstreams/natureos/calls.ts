import type { AppError } from '../../../src/contract/error-codes.ts';
import type { Outcome } from '../../../src/contract/hub-api.ts';
import {
  NATUREOS_COMMANDS,
  type NatureosCalls,
  type NatureosCommandType,
} from '../../../src/contract/upstream/natureos.ts';
import { commandId, readSent } from '../../../src/upstreams/natureos/command-book.ts';
import { type Fields, fieldsOf, plainNumberOf, textOf } from '../../../src/upstreams/natureos/fields.ts';
import { readHistory } from '../../../src/upstreams/natureos/history.ts';
import { locationGroup } from '../../../src/upstreams/natureos/hub-session.ts';
import { readMycaAnswer } from '../../../src/upstreams/natureos/myca-answer.ts';
import type { NatureosReader } from '../../../src/upstreams/natureos/natureos-reader.ts';
import { commandPath } from '../../../src/upstreams/natureos/rest-answer.ts';
import type { AdapterHost } from '../adapter.ts';
import type { NatureosHub } from './hub-line.ts';
import type { NatureosStore } from './store.ts';

const MOST_HISTORY = 500;
const MOST_QUESTION_CHARS = 4_000;
const SEQUENCES = 2 ** 32;

type Answer = Promise<Outcome<unknown>> | Outcome<unknown>;
type Call = (args: Fields) => Answer;

/** What a page may ask (`NatureosCalls`). */
export class NatureosCallsMade {
  readonly #host: AdapterHost;
  readonly #reader: NatureosReader;
  readonly #hub: NatureosHub;
  readonly #calls: Readonly<Record<keyof NatureosCalls, Call>>;
  #lastSequence = 0;

  constructor(host: AdapterHost, reader: NatureosReader, hub: NatureosHub, store: NatureosStore) {
    this.#host = host;
    this.#reader = reader;
    this.#hub = hub;
    this.#calls = {
      command: (args) => this.#command(args),
      acknowledge: (args) => this.#acknowledge(args),
      snapshot: () => {
        store.askDevices();
        return done;
      },
      history: (args) => this.#history(args),
      ask: (args) => this.#ask(args),
      'join-device': (args) => this.#joinDevice(args),
      'join-location': (args) => this.#joinLocation(args),
      leave: (args) => this.#leave(args),
      message: (args) => this.#message(args),
    };
  }

  call(name: string, args: unknown): Promise<Outcome<unknown>> {
    const call = Object.hasOwn(this.#calls, name) ? this.#calls[name as keyof NatureosCalls] : undefined;
    return Promise.resolve(
      call?.(fieldsOf(args)) ?? refused('no-such-upstream', `NatureOS cannot be asked for "${name}"`),
    );
  }

  /** By the one route that passes commands on. Its answer means "on the way": what came of it is told on the commands channel. */
  async #command(args: Fields): Promise<Outcome<unknown>> {
    const device = textOf(args.device);
    const command = typeof args.command === 'string' ? args.command : '';
    if (device === undefined) return refused('command-bad-parameter', 'device is missing');
    if (!isCommand(command)) return refused('command-not-supported', `there is no command "${command}"`);
    const parameters = fieldsOf(args.parameters);
    const sequence = this.#nextSequence();
    const id = commandId(device, sequence);
    const { commands } = this.#reader;
    const { out } = this.#host;
    if (!commands.sending({ device, command, parameters, sequence }, this.#host.context(), out))
      return refused('command-queue-full', 'too many commands are under way');
    const body = { command_type: command, parameters: { ...parameters, sequence } };
    const answer = await this.#host.request('POST', commandPath(device), body);
    const sent = answer.ok ? readSent(answer.value) : undefined;
    if (sent !== undefined) {
      commands.queued(id, this.#host.context(), out, sent.sequence);
      return { ok: true, value: { id, sequence } };
    }
    const error: AppError = answer.ok
      ? { code: 'upstream-failed', message: 'it did not say that the command was sent' }
      : answer.error;
    // Who refuses has not sent it. Who fails may have.
    commands.notSent(id, error.message, error.code !== 'upstream-failed', this.#host.context(), out);
    return { ok: false, error };
  }

  #acknowledge(args: Fields): Outcome<unknown> {
    const key = typeof args.key === 'string' ? args.key : '';
    const isKnown = this.#reader.alerts.acknowledge(key, this.#host.context(), this.#host.out);
    return isKnown ? done : refused('bad-message', 'no such alert holds');
  }

  async #history(args: Fields): Promise<Outcome<unknown>> {
    const device = textOf(args.device);
    if (device === undefined) return refused('bad-message', 'device is missing');
    const query = new URLSearchParams({ limit: String(MOST_HISTORY) });
    const sensor = textOf(args.sensorType);
    if (sensor !== undefined) query.set('sensor_type', sensor);
    for (const [name, at] of [
      ['start_time', args.from],
      ['end_time', args.to],
    ] as const) {
      const ms = plainNumberOf(at);
      if (ms !== undefined && Math.abs(ms) < 8e15) query.set(name, new Date(ms).toISOString());
    }
    const answer = await this.#host.request('GET', `/devices/${encodeURIComponent(device)}/sensor-data?${query}`);
    if (!answer.ok) return answer;
    const read = readHistory(answer.value);
    return read === undefined
      ? refused('upstream-failed', 'its answer is no history')
      : { ok: true, value: read.readings };
  }

  async #ask(args: Fields): Promise<Outcome<unknown>> {
    const question = textOf(args.question)?.slice(0, MOST_QUESTION_CHARS);
    if (question === undefined) return refused('bad-message', 'question is missing');
    const body = { question, context: {}, userId: 'hyphae' };
    const answer = await this.#host.request('POST', '/api/mycosoft/myca/query', body);
    if (!answer.ok) return answer;
    const read = readMycaAnswer(answer.value, this.#host.context());
    return read === undefined
      ? refused('upstream-failed', 'there is no answer in its answer')
      : { ok: true, value: read };
  }

  #joinDevice({ device }: Fields): Answer {
    const id = textOf(device);
    if (id === undefined) return refused('bad-message', 'device is missing');
    return this.#onHub(() => this.#hub.join(`device-${id}`, 'JoinDeviceGroup', id));
  }

  #joinLocation(args: Fields): Answer {
    const [latitude, longitude] = [plainNumberOf(args.latitude), plainNumberOf(args.longitude)];
    if (latitude === undefined || longitude === undefined)
      return refused('bad-message', 'latitude or longitude is missing');
    const radius = plainNumberOf(args.radiusKm) ?? 0;
    const group = locationGroup(latitude, longitude);
    return this.#onHub(() => this.#hub.join(group, 'JoinLocationGroup', latitude, longitude, radius));
  }

  #leave({ group }: Fields): Answer {
    const name = textOf(group);
    return name === undefined ? refused('bad-message', 'group is missing') : this.#onHub(() => this.#hub.leave(name));
  }

  #message({ text }: Fields): Answer {
    const words = textOf(text);
    if (words === undefined || words.length > MOST_QUESTION_CHARS)
      return refused('bad-message', 'text is missing or too long');
    return this.#onHub(() => this.#hub.line.invoke('SendMessage', words));
  }

  async #onHub(act: () => Promise<unknown>): Promise<Outcome<unknown>> {
    try {
      return (await act()) === false ? refused('limit-reached', 'too many groups') : done;
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      return refused(this.#hub.isOpen ? 'upstream-refused' : 'upstream-not-reachable', message);
    }
  }

  /** The source counts by its clock as well; two in one ms must differ. */
  #nextSequence(): number {
    const sequence = Math.floor(this.#host.now()) % SEQUENCES;
    this.#lastSequence = sequence === this.#lastSequence ? (sequence + 1) % SEQUENCES : sequence;
    return this.#lastSequence;
  }
}

const done: Outcome<unknown> = { ok: true, value: undefined };
const refused = (code: AppError['code'], message: string): Outcome<never> => ({ ok: false, error: { code, message } });
const isCommand = (name: string): name is NatureosCommandType => Object.hasOwn(NATUREOS_COMMANDS, name);

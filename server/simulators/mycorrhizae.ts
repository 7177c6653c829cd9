import { isPattern } from '../../src/upstreams/mycorrhizae/pattern.ts';
import { KEY_FAULTS, Keys } from './mycorrhizae/keys.ts';
import { Messages, type Published } from './mycorrhizae/messages.ts';
import { Subscriber } from './mycorrhizae/subscriber.ts';
import { website } from './mycorrhizae/website.ts';
import type { SimAnswer, SimHost, SimRequest, Simulator, SimulatorKind } from './simulator.ts';

const STOCK = ['device.*.telemetry', 'device.*.alerts', 'agent.*.tasks', 'aggregate.*', 'system.*'];
const TYPES = ['telemetry', 'event', 'command', 'insight', 'query', 'response', 'heartbeat'];
const PUBLISH = /^\/api\/channels\/([^/]+)\/publish$/;

/** The Mycorrhizae service: its event stream with keys, publishing, and the website's route in front of it. */
export const mycorrhizaeSimulator: SimulatorKind = {
  slug: 'mycorrhizae',
  about: 'event streams by pattern, with keys, all kinds of payload, and publishing',
  faults: {
    ...KEY_FAULTS,
    asleep: 'no device says anything: only comments and pings',
    commands: 'commands and stimuli among the messages; a browser must not get them',
    untrusted: 'signatures do not fit',
    expired: 'messages past their lifetime',
    repeated: 'each beat ends with a message that was here before, by its id',
    nan: 'bare NaN in the JSON',
    'bad-json': 'half a message in a whole block',
    'unknown-words': 'types that are in no contract',
    'cut-block': 'the stream ends in the middle of a block',
  },
  dials: {
    devices: { initial: 6, most: 500, about: 'devices that speak' },
    everyMs: { initial: 1_000, most: 60_000, about: 'between two messages of a device' },
  },
  start: (host) => new Mycorrhizae(host),
};

class Mycorrhizae implements Simulator {
  readonly #host: SimHost;
  readonly #keys: Keys;
  readonly #subscribers = new Set<Subscriber>();
  readonly #messages: Messages;
  readonly #stop: () => void;
  #nextBeatAt = 0;
  #published = 0;

  constructor(host: SimHost) {
    this.#host = host;
    this.#keys = new Keys(host);
    this.#messages = new Messages(host, (message) => this.#publish(message));
    this.#stop = host.every(50, () => {
      const now = host.now();
      // A clock that was set back must not make it silent.
      if (now < this.#nextBeatAt && this.#nextBeatAt - now <= host.dial('everyMs')) return;
      this.#nextBeatAt = now + host.dial('everyMs');
      this.#messages.beat();
    });
  }

  http(request: SimRequest): SimAnswer | undefined {
    const { method, path } = request;
    const publish = PUBLISH.exec(path)?.[1];
    if (method === 'POST') return publish === undefined ? undefined : this.#take(decodeURIComponent(publish), request);
    switch (path) {
      case '/health':
        return { json: { status: this.#host.fault('keys-failing') ? 'degraded' : 'healthy', protocol: true } };
      case '/api/info':
      case '/api/stats':
        return { json: { version: '1.0.0', started: true, total_messages: this.#published } };
      case '/api/stream/channels':
        return this.#keys.refusal(request) ?? { json: { channels: ['alert.critical'], count: 1, patterns: STOCK } };
      case '/api/stream/subscribe':
        return this.#subscribe(request);
      case '/api/mycorrhizae/stream':
        return website(this.#host, request.query.get('channel') ?? 'system.*');
      default:
        return undefined;
    }
  }

  close(): void {
    this.#stop();
    for (const subscriber of this.#subscribers) subscriber.close();
  }

  #subscribe(request: SimRequest): SimAnswer {
    const channel = Keys.channelOf(request);
    const refusal = this.#keys.refusal(request);
    if (refusal !== undefined) return refusal;
    if (typeof channel !== 'string') return channel;
    return {
      headers: {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
      },
      stream: (stream) => {
        const subscriber = new Subscriber(this.#host, stream, channel);
        this.#subscribers.add(subscriber);
        return () => {
          this.#subscribers.delete(subscriber);
          subscriber.close();
        };
      },
    };
  }

  #take(channel: string, request: SimRequest): SimAnswer {
    const refusal = this.#keys.refusal(request);
    if (refusal !== undefined) return refusal;
    const body = bodyOf(request.body);
    if (body === undefined) return { status: 422, json: { detail: [{ loc: ['body'], msg: 'JSON decode error' }] } };
    const { payload = {}, message_type: type = 'telemetry', device_serial: device = null, tags = [] } = body;
    if (!TYPES.includes(String(type)))
      return { status: 400, json: { detail: `Invalid message type: ${String(type)}` } };
    if (!isPattern(channel) || !/^(?:device|system|alert|aggregate)\./.test(channel))
      return { status: 400, json: { detail: `Channel not found: ${channel}` } };
    const id = crypto.randomUUID();
    const timestamp = new Date(this.#host.now()).toISOString().replace('Z', '000+00:00');
    const source = { type: 'device', id: device, device_serial: device };
    const tracing = { correlation_id: null, reply_to: null, api_key_id: '0d9d3c55-1111-4222-8333-444455556666' };
    const message = {
      id,
      channel,
      timestamp,
      ttl_seconds: 3_600,
      source,
      message_type: type,
      payload,
      tracing,
      priority: 5,
      tags,
    };
    const notified = this.#publish({ channel, id, text: JSON.stringify(message) });
    return { json: { message_id: id, channel, subscribers_notified: notified, persisted: true } };
  }

  #publish(message: Published): number {
    this.#published += 1;
    for (const subscriber of this.#subscribers) subscriber.take(message);
    return this.#subscribers.size;
  }
}

function bodyOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // Not JSON: the undefined says so, and is answered with 422.
    return undefined;
  }
}

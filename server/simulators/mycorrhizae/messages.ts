import type { SimHost } from '../simulator.ts';
import { ack, envelope, fci, flat, maritime, protocol, stimulus } from './payloads.ts';

/** A message on its way to whoever listens. */
export interface Published {
  readonly channel: string;
  readonly id: string;
  readonly text: string;
}

interface Said {
  readonly channel: string;
  readonly device: string;
  readonly payload: object;
  readonly type?: string;
  readonly sourceType?: string;
  readonly tags?: readonly string[];
  readonly ttlS?: number;
  readonly ageMs?: number;
}

const ALERT_EVERY = 20;
const ACK_EVERY = 12;

/** What devices say, a beat after the other: all kinds of payload that there are, and the faults that are on. */
export class Messages {
  readonly #host: SimHost;
  readonly #publish: (message: Published) => void;
  #beat = 0;
  #last: Published | undefined;

  constructor(host: SimHost, publish: (message: Published) => void) {
    this.#host = host;
    this.#publish = publish;
  }

  /** One beat: every device says something. */
  beat(): void {
    const devices = Math.round(this.#host.dial('devices'));
    this.#beat += 1;
    if (this.#host.fault('asleep')) return;
    for (let at = 0; at < devices; at++) this.#say(this.#ofDevice(at));
    if (this.#beat % ALERT_EVERY === 0) this.#say(this.#alert());
    if (this.#beat % ACK_EVERY === 0) this.#say(this.#ack());
    this.#say({
      channel: 'aggregate.sensors.telemetry',
      device: '',
      payload: { temperature: 21.4, devices },
      sourceType: 'etl',
    });
    this.#strange();
  }

  #ofDevice(at: number): Said {
    const now = this.#host.now();
    const seq = this.#beat;
    const device = `MB-${(0x0a41 + at).toString(16).toUpperCase().padStart(4, '0')}`;
    const telemetry = { channel: `device.${device}.telemetry`, device };
    switch (at % 5) {
      case 0:
        return { ...telemetry, payload: flat(now, at) };
      case 1: {
        const untrusted = this.#host.fault('untrusted');
        return { ...telemetry, payload: envelope(now, at, device, seq, untrusted) };
      }
      case 2: {
        const buoy = `GW-${at}`;
        return {
          channel: `device.${buoy}.maritime.ocean_environment`,
          device: buoy,
          payload: maritime(now, at, buoy, seq),
        };
      }
      case 3: {
        const array = `FCI-${at}`;
        return {
          channel: `device.${array}.telemetry`,
          device: array,
          payload: fci(now, at, array, 4),
          sourceType: 'fci',
        };
      }
      default:
        return {
          channel: `device.SIM-${at}.telemetry`,
          device: `SIM-${at}`,
          payload: protocol(this.#host, at, `SIM-${at}`),
        };
    }
  }

  #alert(): Said {
    const payload = { title: 'Room 2 over 35 °C', device: 'MB-0A41' };
    return { channel: 'alert.critical', device: '', payload, type: 'event', sourceType: 'mas_agent' };
  }

  #ack(): Said {
    const payload = ack(this.#host.now(), 'MB-0A41', this.#beat);
    return { channel: 'device.MB-0A41.ack', device: '', payload, type: 'event', sourceType: 'system', tags: ['ack'] };
  }

  /** What goes wrong over there. */
  #strange(): void {
    const { fault } = this.#host;
    const telemetry = { channel: 'device.MB-0A41.telemetry', device: 'MB-0A41' };
    if (fault('commands')) {
      this.#say({ channel: 'device.MB-0A41.command', device: 'MB-0A41', payload: { relay: 1 }, type: 'command' });
      this.#say({ ...telemetry, payload: stimulus(), type: 'command' });
    }
    if (fault('expired')) this.#say({ ...telemetry, payload: { temperature: 19 }, ttlS: 60, ageMs: 3_600_000 });
    if (fault('unknown-words'))
      this.#say({
        ...telemetry,
        channel: 'device.MB-0A41.event',
        payload: { x: 1 },
        type: 'alert',
        sourceType: 'drone',
      });
    if (fault('nan')) {
      const text = this.#textOf(crypto.randomUUID(), { ...telemetry, payload: { temperature: null, humidity: 60 } });
      this.#publish({
        channel: telemetry.channel,
        id: '',
        text: text.replace('"temperature":null', '"temperature":NaN'),
      });
    }
    if (fault('bad-json')) this.#publish({ channel: telemetry.channel, id: 'x', text: '{"id":"x","channel":"dev' });
    if (fault('repeated') && this.#last !== undefined) this.#publish(this.#last);
  }

  #say(said: Said): void {
    const id = crypto.randomUUID();
    const message = { channel: said.channel, id, text: this.#textOf(id, said) };
    this.#last = message;
    this.#publish(message);
  }

  #textOf(id: string, said: Said): string {
    const sent = this.#host.now() - (said.ageMs ?? 0);
    return JSON.stringify({
      id,
      channel: said.channel,
      timestamp: new Date(sent).toISOString().replace('Z', '123+00:00'),
      ttl_seconds: said.ttlS ?? 3_600,
      source: {
        type: said.sourceType ?? 'device',
        id: said.device || null,
        device_serial: said.device === '' ? null : said.device,
      },
      message_type: said.type ?? 'telemetry',
      payload: said.payload,
      tracing: { correlation_id: null, reply_to: null, api_key_id: '0d9d3c55-1111-4222-8333-444455556666' },
      priority: 5,
      tags: said.tags ?? [],
    });
  }
}

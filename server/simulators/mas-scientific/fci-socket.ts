import { parsed, zonedUtc } from '../mas/words.ts';
import type { SimHost, SimSocket } from '../simulator.ts';

const TICK_MS = 20;
const MOST_PER_TICK = 100;
const PATTERNS = [
  'baseline',
  'active_growth',
  'nutrient_seeking',
  'network_communication',
  'action_potential',
] as const;

/** `/api/fci/ws/stream/{device}`: a message per sample, at the rate that the client asks for. Made up, whatever the device is called. */
export class FciSockets {
  readonly #host: SimHost;
  readonly #open = new Set<SimSocket>();

  constructor(host: SimHost) {
    this.#host = host;
  }

  take(device: string, asked: number | undefined, socket: SimSocket): void {
    const host = this.#host;
    const startedAt = host.now();
    let sent = 0;
    let ticks = 0;
    let wasUnplugged = false;
    this.#open.add(socket);
    this.#tellAll('device_connected', device);
    const stop = host.every(TICK_MS, () => {
      const rateHz = Math.min(1_000, Math.max(10, asked ?? host.dial('fciRateHz')));
      const isUnplugged = host.fault('probe-unplugged');
      if (isUnplugged !== wasUnplugged) {
        wasUnplugged = isUnplugged;
        this.#tellAll(isUnplugged ? 'device_disconnected' : 'device_connected', device, 'firmware');
      }
      ticks += 1;
      const owed = Math.floor(((host.now() - startedAt) * rateHz) / 1_000) - sent;
      const now = Math.min(owed, MOST_PER_TICK);
      sent += owed;
      if (isUnplugged) return;
      for (let index = now - 1; index >= 0; index -= 1) {
        const at = host.now() - (index * 1_000) / rateHz;
        socket.send(sampleText(at, Math.round(host.dial('fciChannels')), host.random));
      }
      if (ticks % 25 === 0) socket.send(JSON.stringify({ type: 'spectrum', data: spectrumOf(host.random) }));
      if (ticks % 50 === 0) socket.send(JSON.stringify({ type: 'pattern', data: patternOf(host) }));
    });
    socket.onClose(() => {
      stop();
      this.#open.delete(socket);
      this.#tellAll('device_disconnected', device);
    });
    socket.onMessage((data) => this.#heard(data, socket));
  }

  /** To every viewer of every device: that is how MAS does it. */
  #tellAll(type: string, device_id: string, source?: string): void {
    const text = JSON.stringify({ type, device_id, timestamp: zonedUtc(this.#host.now()), ...(source && { source }) });
    for (const socket of this.#open) socket.send(text);
  }

  #heard(data: string | Uint8Array, socket: SimSocket): void {
    const value = typeof data === 'string' ? parsed(data) : undefined;
    if (typeof value !== 'object' || value === null) {
      socket.close(1000, '');
      return;
    }
    const message = value as Readonly<Record<string, unknown>>;
    switch (message.type) {
      case 'ping':
        socket.send(JSON.stringify({ type: 'pong', timestamp: zonedUtc(this.#host.now()) }));
        break;
      case 'sdr_config':
        socket.send('{"type":"config_ack","status":"updated"}');
        break;
      case 'set_pattern':
        socket.send(JSON.stringify({ type: 'pattern_set', pattern: message.pattern ?? null }));
        break;
      case 'stimulate': {
        const command_id = `sim-${Math.floor(this.#host.random() * 1e9).toString(36)}`;
        socket.send(
          JSON.stringify({ type: 'stimulate_ack', status: 'queued', command_id, result: { status: 'queued' } }),
        );
        break;
      }
    }
  }
}

/** Written by hand: a thousand a second with 64 channels each. */
function sampleText(at: number, channels: number, random: () => number): string {
  let text = `{"type":"sample","timestamp":"${zonedUtc(at)}","channels":[`;
  for (let channel = 0; channel < channels; channel += 1) {
    const raw = 4 * Math.sin(at / 300 + channel) + random() * 4 - 2;
    text += `${channel === 0 ? '' : ','}{"channel":${channel},"raw":${raw.toFixed(4)},"filtered":${(raw * 0.6).toFixed(4)},"is_artifact":${random() < 0.002},"spike":${random() < 0.005},"snr_db":${(8 + 4 * random()).toFixed(2)}}`;
  }
  return `${text}]}`;
}

function spectrumOf(random: () => number): object {
  const frequencies = Array.from({ length: 64 }, (_, bin) => Math.round(bin * 3_906) / 10_000);
  const magnitudes = frequencies.map((hz) => Math.round((1 / (1 + (hz - 2) ** 2) + 0.1 * random()) * 1e5) / 1e5);
  return {
    frequencies,
    magnitudes,
    peak_frequency: 1.9531,
    peak_magnitude: Math.max(...magnitudes),
    band_powers: { ulf: 0.02, vlf: 0.4, lf: 0.22, mf: 0.05, hf: 0.01 },
    spectral_entropy: 0.63,
  };
}

const patternOf = (host: SimHost): object => ({
  pattern_name: PATTERNS[Math.floor(host.random() * PATTERNS.length)],
  category: 'metabolic',
  confidence: Math.round(50 + host.random() * 50) / 100,
  frequency: 2.4,
  amplitude: 1.9,
  timestamp: zonedUtc(host.now()),
});

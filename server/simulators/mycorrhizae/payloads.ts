import type { SimHost } from '../simulator.ts';

/** A value that wanders slowly around its middle, the same for everybody who asks at one time. */
export function wave(now: number, seed: number, middle: number, swing: number, periodMs = 180_000): number {
  const turn = (2 * Math.PI * now) / periodMs + seed;
  return Math.round((middle + swing * Math.sin(turn) + (swing / 5) * Math.sin(turn * 7.3 + seed)) * 100) / 100;
}

const iso = (ms: number): string => new Date(ms).toISOString().replace('Z', '+00:00');

/** Readings by name: 6.5. */
export const flat = (now: number, seed: number) => ({
  temperature: wave(now, seed, 21.5, 1.5),
  humidity: wave(now, seed + 1, 86, 6),
  pressure: wave(now, seed + 2, 1_008, 4),
  impedance: wave(now, seed + 3, 1_300, 90, 40_000),
  conductivity: wave(now, seed + 4, 600, 25),
  bioelectric: wave(now, seed + 5, 0, 0.6, 9_000),
});

/** A signed envelope as the service hands it on: 6.1. */
export const envelope = (now: number, seed: number, device: string, seq: number, untrusted: boolean) => ({
  hdr: { deviceId: device, msgId: `sim-${seq.toString(36).padStart(8, '0')}` },
  ts: iso(now),
  seq,
  pack: [
    { id: 'temp', v: wave(now, seed, 21.5, 1.5), u: 'degC' },
    { id: 'rh', v: wave(now, seed + 1, 86, 6), u: '%' },
    { id: 'co2', v: Math.round(wave(now, seed + 2, 820, 60)), u: 'ppm' },
  ],
  hash: `sha256:${'ab'.repeat(32)}`,
  sig: `ed25519:${'A'.repeat(86)}==`,
  verification: untrusted
    ? { hashValid: true, signatureValid: false, signatureReason: 'unknown_key' }
    : { hashValid: true, signatureValid: true, signatureReason: null },
});

/** What a buoy says over its gateway: 6.2. */
export const maritime = (now: number, seed: number, device: string, seq: number) => ({
  hdr: { deviceId: device, msgId: `g-${seq}`, seq },
  ts: iso(now),
  seq,
  pack: { temperature: wave(now, seed, 14, 0.8), salinity: wave(now, seed + 1, 33, 0.4) },
  protocol: 'mmp_v1',
  msg_type: 'ocean_environment',
  maritime: true,
});

/** The newest of each electrode: 6.3. */
export const fci = (now: number, seed: number, device: string, channels: number) => ({
  device_serial: device,
  channels,
  stats: { samples: 2_000 },
  latest_readings: Array.from({ length: channels }, (_, channel) => ({
    id: `r${channel}`,
    timestamp: iso(now - 500),
    signal_type: 'bioelectric',
    channel_id: channel,
    raw_value: channel === 3 ? null : wave(now, seed + channel, 400, 60, 7_000),
    raw_unit: 'uV',
    normalized_value: channel === 3 ? null : 0.4,
    quality: 0.9,
    noise_level: 3.1,
    snr: 18.2,
    calibrated: true,
    metadata: {},
  })),
});

/** The protocol's own envelope inside the payload, from an electrode array: 6.4. */
export const protocol = (host: SimHost, seed: number, device: string) => {
  const now = host.now();
  return {
    version: '1.0.0',
    id: crypto.randomUUID(),
    timestamp: iso(now),
    expires: iso(now + 3_600_000),
    ttl_seconds: 3_600,
    channel: `fci.${device}`,
    message_type: 'fci_telemetry',
    source: { type: 'simulator', id: 'sim', device_serial: device, firmware: '1.0', probe_type: 'type_b' },
    payload: {
      bioelectric: {
        channels: ['ch0', 'ch1'].map((id, at) => ({
          id,
          amplitude_uv: wave(now, seed + at, 120, 40, 6_000),
          rms_uv: wave(now, seed + at + 1, 40, 9, 6_000),
          dominant_freq_hz: wave(now, seed + at, 2.4, 0.6),
          snr_db: 17.5,
          quality_score: 0.93,
          band_powers: { ultra_low: 0.4, low: 0.3, mid: 0.2, high: 0.1 },
        })),
      },
      pattern: { detected: false, confidence: 0.2, alternatives: [], spike_count: 3, spike_rate_hz: 0.05 },
      environment: { temperature_c: wave(now, seed, 23, 1), humidity_pct: 70.2, voc_index: 112, co2_ppm: 903 },
      stimulus: { active: false },
      device_status: {},
    },
  };
};

/** A device was told that its stored message was taken: 6.6. */
export const ack = (now: number, device: string, seq: number) => ({
  deviceId: device,
  msgId: `sim-${seq}`,
  seq,
  accepted: true,
  reason: null,
  ackedAtUtc: iso(now),
});

/** A stimulus of living tissue: it must not reach a browser. */
export const stimulus = () => ({
  command: 'stimulate',
  parameters: { waveform: 'square', amplitude_uv: 50, frequency_hz: 1, duration_ms: 1_000 },
  safety: { max_amplitude_uv: 100 },
});

import type { SimAnswer, SimHost } from '../simulator.ts';
import { flat } from './payloads.ts';

const EVERY_MS = 2_000;

/** The website's route in front of the service, which invents telemetry while the service is away: other order, LF, ids of its own. */
export const website = (host: SimHost, channel: string): SimAnswer => ({
  stream(stream) {
    let count = 0;
    stream.raw(
      `event: connected\ndata: ${JSON.stringify({ channel, timestamp: iso(host.now()), message: 'Connected' })}\n\n`,
    );
    return host.every(EVERY_MS, () => {
      const now = host.now();
      count += 1;
      const id = `msg-${now}-${count}`;
      const message = {
        id,
        channel: 'device.simulation.telemetry',
        timestamp: iso(now),
        ttl_seconds: 3_600,
        source: { type: 'device', id: 'simulation', device_serial: 'SIM-001' },
        message_type: 'telemetry',
        payload: { ...flat(now, 1), quality: 0.91 },
        tracing: { correlation_id: `corr-${now}` },
        priority: 5,
        tags: ['simulation', 'telemetry'],
      };
      stream.raw(`event: message\nid: ${id}\ndata: ${JSON.stringify(message)}\n\n`);
      if (count % 10 === 0) stream.raw(`event: ping\ndata: ${JSON.stringify({ ts: now })}\n\n`);
    });
  },
});

const iso = (ms: number): string => new Date(ms).toISOString();

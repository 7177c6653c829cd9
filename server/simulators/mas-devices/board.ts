import type { SimAnswer, SimHost, SimRequest } from '../simulator.ts';
import { awareTime, naiveTime } from './device-socket.ts';

const fail = (status: number, detail: unknown): SimAnswer => ({ status, json: { detail } });

/** `GET …/telemetry`: a round trip over the board's serial line, or to an agent on the site. */
export function boardTelemetry(id: string, host: SimHost): SimAnswer {
  const trouble = boardTrouble(id, host);
  if (trouble !== undefined) return trouble;
  const now = host.now();
  const path = `mycobrain-${id}`;
  if (host.fault('agent-shape')) {
    const entries = [1, 0].map((ago) => ({
      envelope_id: `sim-${now - ago * 5_000}`,
      device_id: id,
      seq: Math.floor(now / 5_000) - ago,
      payload: { temperature: 23 - ago },
      received_at: awareTime(now - ago * 5_000),
      envelope: {},
    }));
    return { json: { telemetry: entries, device_id: id, mdp_path_id: id } };
  }
  const probe = {
    type: 'amb',
    temperature: 22.9 + host.random(),
    humidity: 81.2,
    pressure: 1_012.9,
    gas_resistance: 151_000,
    iaq: 49,
  };
  return {
    json: {
      status: 'ok',
      device_id: path,
      serial_device_id: path,
      telemetry: { raw: `AMB addr=0x77 T=${probe.temperature.toFixed(2)}C RH=81.2%`, bme1: probe },
      // The board's host writes its own local time.
      timestamp: naiveTime(now - 7 * 3_600_000),
      mdp_path_id: path,
    },
  };
}

/** `POST …/command`. What Mycorrhizae would be told as well is counted: a device must not be told twice. */
export function boardCommand(
  id: string,
  request: SimRequest,
  host: SimHost,
  executed: (command: string) => void,
): SimAnswer {
  const body = parsed(request.body);
  if (typeof body?.command !== 'string')
    return {
      status: 422,
      json: { detail: [{ loc: ['body', 'command'], msg: 'field required', type: 'value_error.missing' }] },
    };
  const trouble = boardTrouble(id, host);
  if (trouble !== undefined) return trouble;
  if (host.fault('command-rejected') || body.command === 'dance')
    return fail(502, `Agent rejected command: ${body.command}`);
  executed(body.command);
  if (request.query.get('use_mycorrhizae') !== 'false') executed(body.command);
  const now = host.now();
  const path = `mycobrain-${id}`;
  return {
    json: {
      status: 'ok',
      device_id: id,
      mdp_path_id: path,
      command: body.command,
      response: {
        status: 'ok',
        device_id: id,
        serial_device_id: path,
        command: body.command,
        response: `OK ${body.command.split(' ')[0]}`,
        timestamp: naiveTime(now),
      },
      timestamp: awareTime(now),
    },
  };
}

export function buoyCommand(request: SimRequest, host: SimHost, nextSeq: () => number): SimAnswer {
  const body = parsed(request.body);
  if (typeof body?.cmd !== 'string')
    return {
      status: 422,
      json: { detail: [{ loc: ['body', 'cmd'], msg: 'field required', type: 'value_error.missing' }] },
    };
  const now = host.now();
  const isDark = host.fault('dark-buoy');
  return {
    json: {
      target: body.target ?? 'side_a',
      ack: {
        commandId: body.clientCommandId ?? null,
        seq: nextSeq(),
        state: isDark ? 'queued' : 'applied',
        bearer: 'wifi',
        acceptedMs: now,
        appliedMs: isDark ? null : now + 840,
        latencyMs: isDark ? null : 840,
        detail: null,
      },
    },
  };
}

function boardTrouble(id: string, host: SimHost): SimAnswer | undefined {
  if (host.fault('board-timeout')) return fail(504, `Telemetry timeout for device ${id}`);
  if (host.fault('board-offline'))
    return fail(503, `Cannot connect to device ${id}: All connection attempts failed (http://192.0.2.10:8003)`);
  if (id.startsWith('mycobrain-service-')) return fail(503, `Gateway ${id} has no serial MDP device connected.`);
  return undefined;
}

export function parsed(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

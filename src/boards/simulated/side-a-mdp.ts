import { parseJsonObject } from '../../decode/json-object.ts';
import { decodeMdpFrame, encodeMdpFrame, MDP_ADDRESS, MDP_FLAG, MDP_TYPE } from '../../decode/mdp-frame.ts';
import { createSideAConsole } from './side-a-console.ts';
import { type Chip, type Firmware, float32, type Talker } from './talker.ts';

/** The board's receive buffer and JSON pool (board contract §5.3). */
const MOST_ENCODED_BYTES = 1024;
const MOST_JSON_NODES = 32;
const USUAL_RATE_HZ = 0.1;
/** The simulator's own limit: a real board has none and floods the port. */
const MOST_RATE_HZ = 100;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** SideA_MDP 2.1.0 as it is on the wire: frames and console on one port, the newline trap included (board contract §5). */
export const SIDE_A_MDP: Firmware = { bootMs: 1_200, start };

function start(chip: Chip): Talker {
  let seq = 0;
  let estop = false;
  let rateHz = chip.rateHz ?? USUAL_RATE_HZ;
  let stream = 0;
  let buffer: number[] = [];
  let spoilt = false;
  const console = createSideAConsole(chip);

  function send(type: number, ack: number, body: Readonly<Record<string, unknown>>, flags = 0): void {
    seq += 1;
    const frame = { type, seq, ack, flags, src: MDP_ADDRESS.sideA, dst: MDP_ADDRESS.host };
    chip.write(encodeMdpFrame(frame, encoder.encode(JSON.stringify(body))));
  }

  const reply = (ack: number, success: boolean, message: string) =>
    send(MDP_TYPE.ack, ack, { success, message }, success ? MDP_FLAG.isAck : MDP_FLAG.isNack);

  function hello(ack: number): void {
    const soil = chip.role === 'hyphae1' ? ['soil_moisture'] : [];
    send(MDP_TYPE.hello, ack, {
      device_id: `mycobrain-${chip.mac.split(':').slice(0, 3).reverse().join('')}`,
      firmware_version: 'side-a-mdp-2.1.0',
      role: chip.role,
      sensors: ['bme688_a', 'bme688_b', 'ai1', 'ai2', 'ai3', 'ai4', ...soil],
      capabilities: ['i2c', 'telemetry', 'led', 'buzzer', 'output_control', 'estop'],
    });
  }

  function telemetry(ack: number): void {
    const uptimeMs = chip.uptimeMs();
    chip.climate.advance(uptimeMs);
    const [ai1, ai2, ai3, ai4] = chip.climate.analog.map(Math.round);
    const soil = chip.role === 'hyphae1' ? { soil_moisture: Math.round(chip.climate.soilMoisture) } : {};
    const sensor = (slot: 'a' | 'b') => {
      const s = chip.climate.sensors[slot];
      return {
        temperature_c: float32(s.temperatureC),
        humidity_pct: float32(s.humidityPct),
        pressure_hpa: float32(s.pressureHpa),
        gas_ohm: Math.round(s.gasOhm),
        iaq: float32(s.iaq),
        co2_equivalent: float32(s.co2Ppm),
        voc_equivalent: float32(s.bvocPpm),
      };
    };
    send(MDP_TYPE.telemetry, ack, {
      type: 'telemetry',
      uptime_s: Math.floor(uptimeMs / 1000),
      estop,
      analog: { ai1, ai2, ai3, ai4, ...soil },
      bme688: { a: sensor('a'), b: sensor('b') },
    });
  }

  function streamOn(): void {
    stream += 1;
    const mine = stream;
    const next = () => {
      if (mine !== stream) return;
      telemetry(0);
      chip.after(1000 / rateHz, next);
    };
    chip.after(1000 / rateHz, next);
  }

  function outputControl(ack: number, params: Readonly<Record<string, unknown>>): void {
    if (estop) reply(ack, false, 'estop_active');
    else if (params.id === 'buzzer') reply(ack, true, 'buzzer_played');
    else if (params.id === 'neopixel') reply(ack, true, 'neopixel_updated');
    else if (typeof params.id === 'string' && /^mosfet[123]$/.test(params.id)) reply(ack, true, 'mosfet_updated');
    else reply(ack, false, 'invalid_output_id');
  }

  function command(ack: number, flags: number, body: Readonly<Record<string, unknown>>): void {
    const params = (typeof body.params === 'object' && body.params !== null ? body.params : {}) as Record<
      string,
      unknown
    >;
    switch (body.cmd) {
      case 'hello':
        hello(ack);
        return;
      case 'health':
      case 'read_sensors':
        telemetry(ack);
        if (flags & MDP_FLAG.ackRequested) reply(ack, true, 'telemetry_sent');
        return;
      case 'stream_sensors': {
        const asked = typeof params.rate_hz === 'number' ? params.rate_hz : USUAL_RATE_HZ;
        rateHz = Math.min(MOST_RATE_HZ, Math.max(USUAL_RATE_HZ, asked));
        reply(ack, true, 'stream_interval_updated');
        streamOn();
        return;
      }
      case 'output_control':
        outputControl(ack, params);
        return;
      case 'estop':
        estop = true;
        send(MDP_TYPE.event, ack, { event: 'estop_activated' });
        reply(ack, true, 'estop_activated');
        return;
      case 'clear_estop':
        estop = false;
        reply(ack, true, 'estop_cleared');
        return;
      case 'enable_peripheral':
      case 'disable_peripheral':
        reply(ack, true, 'peripheral_state_recorded');
        return;
      default:
        reply(ack, false, 'unknown_command');
    }
  }

  /** A frame that is damaged, too large or for somebody else is dropped without a word. */
  function frame(bytes: Uint8Array): void {
    const decoded = decodeMdpFrame(bytes);
    if ('error' in decoded || decoded.type !== MDP_TYPE.command || decoded.dst !== MDP_ADDRESS.sideA) return;
    const body = parseJsonObject(decoder.decode(decoded.body));
    if (body !== undefined && nodes(body) <= MOST_JSON_NODES) command(decoded.seq, decoded.flags, body);
  }

  /** 0A and 0D end a console line anywhere, also inside a frame: what was before is gone (§5.3). */
  function take(byte: number): void {
    if (byte === 0x00) {
      if (!spoilt && buffer.length > 0) frame(Uint8Array.from(buffer));
    } else if (byte === 0x0a || byte === 0x0d) {
      const printable = buffer.length > 0 && buffer.every((each) => each >= 0x20 && each < 0x7f);
      if (!spoilt && printable) console.line(String.fromCharCode(...buffer));
    } else {
      spoilt ||= buffer.length >= MOST_ENCODED_BYTES;
      if (!spoilt) buffer.push(byte);
      return;
    }
    buffer = [];
    spoilt = false;
  }

  hello(0);
  streamOn();
  return {
    receive(bytes) {
      bytes.forEach(take);
    },
  };
}

function nodes(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, member) => sum + 1 + nodes(member), 0);
}

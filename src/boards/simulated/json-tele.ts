import { parseJsonObject } from '../../decode/json-object.ts';
import { type Chip, createLineReader, type Firmware, fixed, reversedMac, type Talker } from './talker.ts';

const NAME = 'mycobrain.sideA.bsec2';
const VERSION = '2.1.0';
const USUAL_MS = 2_000;

/** DeviceManager + BSEC2 2.1.0, the field's baseline (board contract §9). */
export const JSON_TELE: Firmware = { bootMs: 2_700, start };

function start(chip: Chip): Talker {
  const mac = reversedMac(chip.mac);
  const node = `A-${mac}`;
  let seq = 0;
  let periodMs = chip.rateHz === undefined ? USUAL_MS : Math.max(200, 1000 / chip.rateHz);
  let enabled = true;
  let stream = 0;

  const json = (value: Readonly<Record<string, unknown>>) => chip.print(JSON.stringify(value));
  const sensors = () => {
    chip.climate.advance(chip.uptimeMs());
    return chip.climate.sensors;
  };

  function telemetry(): void {
    const { a } = sensors();
    const seconds = Math.floor(chip.uptimeMs() / 1000);
    json({
      type: 'tele',
      seq,
      t_ms: Math.round(chip.uptimeMs()),
      node,
      uptime_s: seconds,
      uptime_seconds: seconds,
      bme688_count: 2,
      temperature: fixed(a.temperatureC, 2),
      humidity: fixed(a.humidityPct, 2),
      pressure: fixed(a.pressureHpa, 2),
      gas_resistance: Math.round(a.gasOhm),
      iaq: fixed(a.iaq, 1),
      iaq_accuracy: a.accuracy,
      co2_equivalent: fixed(a.co2Ppm, 1),
      voc_equivalent: fixed(a.bvocPpm, 3),
      firmware_version: VERSION,
      health: { heap: 312_456, i2c_ok: true },
    });
    seq += 1;
  }

  function streamOn(): void {
    stream += 1;
    const mine = stream;
    const next = () => {
      if (mine !== stream) return;
      if (enabled) telemetry();
      chip.after(periodMs, next);
    };
    chip.after(periodMs, next);
  }

  const status = () => ({
    node_id: node,
    mac,
    uptime_ms: Math.round(chip.uptimeMs()),
    uptime_seconds: Math.floor(chip.uptimeMs() / 1000),
    heap: 312_456,
    firmware_version: VERSION,
    telemetry_enabled: enabled,
    telemetry_interval_ms: periodMs,
    bme688_count: 2,
    i2c_count: 2,
    output_format: 'json',
    bsec2: true,
  });

  const both = () => {
    const { a, b } = sensors();
    const one = (address: number, label: string, s: typeof a) => ({
      address,
      label,
      present: true,
      beginOk: true,
      subOk: true,
      temp_c: fixed(s.temperatureC, 2),
      humidity_pct: fixed(s.humidityPct, 2),
      pressure_hpa: fixed(s.pressureHpa, 2),
      gas_ohm: Math.round(s.gasOhm),
      iaq: fixed(s.iaq, 1),
      iaq_accuracy: s.accuracy,
      static_iaq: fixed(s.iaq * 0.9, 1),
      co2_equivalent: fixed(s.co2Ppm, 1),
      voc_equivalent: fixed(s.bvocPpm, 3),
    });
    return { bme688_count: 2, bme1: one(119, 'AMB', a), bme2: one(118, 'ENV', b) };
  };

  /** The members of the answer; undefined when this build does not know the command. */
  function perform(words: string): Readonly<Record<string, unknown>> | string | undefined {
    const period = /^telemetry period (\d+)$/.exec(words);
    if (period !== null) {
      const ms = Number(period[1]);
      if (ms < 200 || ms > 60_000) return 'period must be 200-60000 ms';
      periodMs = ms;
      streamOn();
      return {};
    }
    if (/^telemetry (?:on|off)$/.test(words)) {
      enabled = words.endsWith('on');
      return {};
    }
    if (/^(?:led |beep|coin|bump|power|1up|morgio|fmt |optx |aotx |set_neopixel|set_buzzer|help|ping)/.test(words))
      return {};
    if (words === 'status') return status();
    if (words === 'get_version') return { version: VERSION, firmware: NAME, bsec2: true };
    if (words === 'get_mac') return { mac };
    if (words === 'sensors') return both();
    if (words === 'scan' || words === 'i2c_scan') return { count: 2, bme688_count: 2, i2c: [118, 119] };
    if (words === 'lora status' || words === 'lora.status') return { initialized: false, tx_count: 0, last_tx: '' };
    if (words === 'mesh status' || words === 'mesh.status')
      return { mesh: 'standby', lora_initialized: false, peers_online: 0 };
    if (/^lora[ .](?:init|send)/.test(words)) return {};
    return undefined;
  }

  function answer(words: string, id: Readonly<Record<string, unknown>>): void {
    if (words === 'reboot') {
      json({ ok: true, ...id });
      chip.after(100, () => chip.reset('RTC_SW_SYS_RST', '0x3'));
      return;
    }
    const result = perform(words);
    if (result === undefined) json({ ok: false, error: "unknown command - try 'help'", ...id });
    else if (typeof result === 'string') json({ ok: false, error: result, ...id });
    else json({ ok: true, ...id, ...result });
  }

  const read = createLineReader(512, (text) => {
    if (!text.trimStart().startsWith('{')) {
      answer(text.trim().toLowerCase(), {});
      return;
    }
    const value = parseJsonObject(text);
    if (value === undefined) {
      json({ ok: false, error: 'bad_json' });
      return;
    }
    const cmd = typeof value.cmd === 'string' ? value.cmd : value.op;
    answer(String(cmd), { id: typeof value.id === 'string' ? value.id : '' });
  });

  chip.print('  MycoBrain DeviceManager + BSEC2');
  json({
    type: 'boot',
    ok: true,
    hello: NAME,
    version: VERSION,
    node_id: node,
    mac,
    role: 'side-a',
    baud: 115_200,
    i2c_count: 2,
    bme688_count: 2,
    bsec2: true,
    chip: 'ESP32-S3',
    cpu_mhz: 240,
    heap: 312_456,
  });
  streamOn();
  return {
    receive(bytes) {
      bytes.forEach(read);
    },
  };
}

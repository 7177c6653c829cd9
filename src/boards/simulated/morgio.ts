import type { SimulatedSensor } from './climate.ts';
import { type Chip, createLineReader, type Firmware, fixed, type Talker } from './talker.ts';

const LIVE_MS = 1_000;
const DEBUG_MS = 3_000;

/** The "morgio" build: human text, live and debug output on from the start (board contract §12). */
export const MORGIO: Firmware = { bootMs: 2_100, start };

function start(chip: Chip): Talker {
  let live = true;
  let debug = true;
  let json = false;
  const periodMs = chip.rateHz === undefined ? LIVE_MS : Math.max(100, 1000 / chip.rateHz);

  const liveText = (name: string, address: string, s: SimulatedSensor): string =>
    `${name} addr=${address} age=${Math.round(chip.uptimeMs() % 3000)}ms T=${s.temperatureC.toFixed(2)}C RH=${s.humidityPct.toFixed(2)}% P=${s.pressureHpa.toFixed(2)}hPa(raw=${s.pressureHpa.toFixed(2)}) Gas=${s.gasOhm.toFixed(0)}Ohm IAQ=${s.iaq.toFixed(2)} acc=${s.accuracy} sIAQ=${(s.iaq * 0.9).toFixed(2)} CO2eq=${s.co2Ppm.toFixed(2)} VOC=${s.bvocPpm.toFixed(2)}`;
  const liveJson = (sensor: string, addr: string, s: SimulatedSensor): string =>
    JSON.stringify({
      ts_ms: Math.round(chip.uptimeMs()),
      sensor,
      addr,
      tC: fixed(s.temperatureC, 2),
      rh: fixed(s.humidityPct, 2),
      p_hPa: fixed(s.pressureHpa, 2),
      gas: Math.round(s.gasOhm),
      iaq: fixed(s.iaq, 2),
      acc: s.accuracy,
      siaq: fixed(s.iaq * 0.9, 2),
      co2eq: fixed(s.co2Ppm, 2),
      voc: fixed(s.bvocPpm, 2),
    });

  const beat = () => {
    chip.climate.advance(chip.uptimeMs());
    const { a, b } = chip.climate.sensors;
    if (live && json) {
      chip.print(liveJson('AMB', '0x77', a));
      chip.print(liveJson('ENV', '0x76', b));
    } else if (live) {
      chip.print('===== LIVE =====');
      chip.print(liveText('AMB', '0x77', a));
      chip.print(liveText('ENV', '0x76', b));
      chip.print('===============');
    }
    chip.after(periodMs, beat);
  };

  const debugBeat = () => {
    const s = chip.climate.sensors.a;
    if (debug) {
      const pressure = s.pressureHpa.toFixed(2);
      chip.print(
        `[DBG AMB] rawP=${pressure} => P=${pressure} hPa | T=${s.temperatureC.toFixed(2)} RH=${s.humidityPct.toFixed(2)} Gas=${s.gasOhm.toFixed(0)} | iaq=${s.iaq.toFixed(2)} acc=${s.accuracy}`,
      );
    }
    chip.after(DEBUG_MS, debugBeat);
  };

  const read = createLineReader(200, (text) => {
    const words = text.trim().toLowerCase();
    const rgb = /^led rgb (\d+) (\d+) (\d+)$/.exec(words);
    const mode = /^led mode (off|state|manual)$/.exec(words);
    const toggle = /^(live|dbg) (on|off)$/.exec(words);
    if (rgb !== null) chip.print(`LED manual rgb=${rgb.slice(1).join(',')}`);
    else if (mode !== null) chip.print(`LED mode set to ${mode[1]}`);
    else if (toggle !== null) {
      if (toggle[1] === 'live') live = toggle[2] === 'on';
      else debug = toggle[2] === 'on';
      chip.print(`${toggle[1]?.toUpperCase()}=${toggle[2]}`);
    } else if (/^fmt (?:json|lines)$/.test(words)) {
      json = words === 'fmt json';
      chip.print(`FMT=${json ? 'json' : 'lines'}`);
    } else if (words === 'scan') ['I2C scan:', '  found: 0x76', '  found: 0x77'].forEach(chip.print);
    else if (words === 'status') statusLines().forEach(chip.print);
    else if (words === 'help') chip.print('Commands:');
    else if (words === 'poster') chip.print('  SuperMorgIO');
    else if (/^(?:rate|i2c) /.test(words)) chip.print('Re-initializing...');
    else if (/^(?:probe|regs) (?:amb|env)/.test(words)) chip.print('  #1 chip_id: OK 0x61 | variant_id: OK 0x01');
    else if (!/^(?:morgio|coin|bump|power|1up)$/.test(words)) chip.print(`Unknown cmd: ${words} (try 'help')`);
  });

  const statusLines = () => [
    '--- CORE / SDK ---',
    'ESP SDK: v4.4.6-dirty',
    'Chip model: ESP32-S3',
    'CPU freq: 240 MHz',
    '---------------',
    'I2C: SDA=5 SCL=4 @ 100000 Hz',
    `Format=${json ? 'json' : 'lines'} Debug=${debug ? 'on' : 'off'} Live=${live ? 'on' : 'off'} period=${periodMs}ms`,
    'AMB: present=YES addr=0x77 begin=OK sub=OK status=0 rate=LP',
    'ENV: present=YES addr=0x76 begin=OK sub=OK status=0 rate=LP',
  ];

  chip.print('  SuperMorgIO');
  chip.print('ESP32AB A-SIDE Dual BME688 (AMB/ENV) + BSEC2');
  chip.after(1_000, beat);
  chip.after(DEBUG_MS, debugBeat);
  return {
    receive(bytes) {
      bytes.forEach(read);
    },
  };
}

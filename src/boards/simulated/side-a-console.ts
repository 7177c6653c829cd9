import type { SimulatedSensor } from './climate.ts';
import { type Chip, fixed } from './talker.ts';

/** Sounds block the real board for about this long. */
const SILENT = /^(?:morgio|coin|bump|power|1up|led .*)$/;
const DEBUG_MS = 3_000;

/** The ASCII console of SideA_MDP 2.1 (board contract §5.4). */
export function createSideAConsole(chip: Chip): { line(text: string): void } {
  let live = 0;
  let debug = 0;
  let json = false;

  const age = () => `${Math.round(chip.uptimeMs() % 3000)}ms`;
  const liveText = (name: string, address: string, s: SimulatedSensor): string =>
    `#live ${name} addr=${address} age=${age()} T=${s.temperatureC.toFixed(2)}C RH=${s.humidityPct.toFixed(2)}% P=${s.pressureHpa.toFixed(2)}hPa Gas=${s.gasOhm.toFixed(0)}Ohm IAQ=${s.iaq.toFixed(2)} CO2eq=${s.co2Ppm.toFixed(2)} VOC=${s.bvocPpm.toFixed(2)}`;
  const liveJson = (sensor: string, s: SimulatedSensor): string =>
    JSON.stringify({
      ts_ms: Math.round(chip.uptimeMs()),
      sensor,
      tC: fixed(s.temperatureC, 2),
      rh: fixed(s.humidityPct, 2),
      p_hPa: fixed(s.pressureHpa, 2),
      gas: Math.round(s.gasOhm),
      iaq: fixed(s.iaq, 2),
      co2eq: fixed(s.co2Ppm, 2),
      voc: fixed(s.bvocPpm, 2),
    });

  function liveEvery(ms: number): void {
    live += 1;
    const mine = live;
    const next = () => {
      if (mine !== live) return;
      chip.climate.advance(chip.uptimeMs());
      const { a, b } = chip.climate.sensors;
      if (json) {
        chip.print(liveJson('AMB', a));
        chip.print(liveJson('ENV', b));
      } else {
        chip.print('#live =====');
        chip.print(liveText('AMB', '0x77', a));
        chip.print(liveText('ENV', '0x76', b));
      }
      chip.after(ms, next);
    };
    chip.after(ms, next);
  }

  function debugOn(): void {
    debug += 1;
    const mine = debug;
    const next = () => {
      if (mine !== debug) return;
      const s = chip.climate.sensors.a;
      chip.print(
        `#dbg AMB T=${s.temperatureC.toFixed(2)} RH=${s.humidityPct.toFixed(2)} P=${s.pressureHpa.toFixed(2)} gas=${s.gasOhm.toFixed(0)}`,
      );
      chip.after(DEBUG_MS, next);
    };
    chip.after(DEBUG_MS, next);
  }

  return {
    line(text) {
      const [first = '', ...rest] = text.trim().split(/\s+/);
      const words = [first.toLowerCase(), ...rest].join(' ');
      if (SILENT.test(words)) return;
      const liveOn = /^live on(?: (\d+))?$/.exec(words);
      if (liveOn !== null) {
        const ms = Math.max(50, Number(liveOn[1] ?? 1000));
        chip.print(`live ON ${ms} ms`);
        liveEvery(ms);
        return;
      }
      const probe = /^probe (amb|env)/.exec(words);
      const registers = /^regs (amb|env)$/.exec(words);
      if (probe !== null) {
        chip.print(`--- BME ID probe @ ${probe[1] === 'amb' ? '0x77' : '0x76'} ---`);
        for (let n = 1; n <= 3; n += 1) chip.print(`  #${n} chip_id: OK 0x61 | variant_id: OK 0x01`);
        chip.print('------------------------');
      } else if (registers !== null) chip.print(`${registers[1]?.toUpperCase()} 0xD0=0x61 0xF0=0x01`);
      else answer(words);
    },
  };

  function answer(words: string): void {
    switch (words) {
      case 'help':
      case '?':
        for (const text of HELP) chip.print(text);
        return;
      case 'poster':
        chip.print('='.repeat(68));
        chip.print('  SuperMorgIO');
        chip.print('  Mycosoft ESP32AB');
        chip.print('='.repeat(68));
        return;
      case 'scan':
        chip.print('I2C scan:');
        chip.print('  found: 0x76');
        chip.print('  found: 0x77');
        return;
      case 'status':
        chip.print('I2C: SDA=5 SCL=4 @ 100000 Hz');
        chip.print('AMB: present=YES addr=0x77 begin=OK sub=OK');
        chip.print('ENV: present=YES addr=0x76 begin=OK sub=OK');
        return;
      case 'live off':
        live += 1;
        chip.print('live OFF');
        return;
      case 'dbg on':
        chip.print('dbg ON');
        debugOn();
        return;
      case 'dbg off':
        debug += 1;
        chip.print('dbg OFF');
        return;
      case 'fmt json':
      case 'fmt lines':
        json = words === 'fmt json';
        chip.print(words);
        return;
      default:
        chip.print("Unknown command. Type 'help' for list.");
    }
  }
}

const HELP = [
  'Commands (Serial Monitor @ 115200):',
  '  help         - this help',
  '  scan         - I2C bus scan',
  '  status       - I2C config + BME presence',
  '  poster       - SuperMorgIO ASCII art',
  '  morgio|coin|bump|power|1up - retro SFX',
  '  led rgb <r> <g> <b> - set NeoPixel (0-255)',
  '  led mode off|state|manual',
  '  live on|off [period_ms]',
  '  dbg on|off   - throttled debug print',
  '  fmt lines|json',
];

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTextShape } from './text-shape.ts';

const live = 'AMB addr=0x77 age=40ms T=-4.19C RH=92.71% P=1034.52hPa(raw=1034.50) Gas=518296Ohm';
const liveFields = {
  slot: 'AMB',
  address: 0x77,
  age_ms: 40,
  temperature_c: -4.19,
  humidity_pct: 92.71,
  pressure_hpa: 1034.52,
  pressure_raw: 1034.5,
  gas_ohm: 518296,
};

test.each([
  [live, liveFields],
  [`${live} IAQ=N/A`, liveFields],
  [
    `#live ${live} IAQ=25.00 CO2eq=500.00 VOC=0.50`,
    { ...liveFields, iaq: 25, co2_equivalent: 500, voc_equivalent: 0.5 },
  ],
  [
    `${live} IAQ=25.00 acc=1 sIAQ=30.00 CO2eq=500.00 VOC=0.50`,
    { ...liveFields, iaq: 25, iaq_accuracy: 1, static_iaq: 30, co2_equivalent: 500, voc_equivalent: 0.5 },
  ],
  [live.replace('-4.19', 'nan').replace('518296', 'inf'), { ...liveFields, temperature_c: null, gas_ohm: null }],
  [live.replace('92.71', 'ovf').replace('1034.52', '-nan'), { ...liveFields, humidity_pct: null, pressure_hpa: null }],
])('sensor_live: %s', (line, fields) => {
  expect(readTextShape(line)).toEqual({ shape: 'sensor_live', fields });
});

test.each([
  [
    'rst:0xf (BROWNOUT_RST),boot:0x8 (SPI_FAST_FLASH_BOOT)',
    'reset_cause',
    [15, 'BROWNOUT_RST', 8, 'SPI_FAST_FLASH_BOOT'],
  ],
  ['rst:0x1 (POWERON),boot:0x0 (DOWNLOAD(USB/UART0))', 'reset_cause', [1, 'POWERON', 0, 'DOWNLOAD(USB/UART0)']],
  [
    '[  2320][E][Wire.cpp:513] requestFrom(): Error 263',
    'arduino_log',
    [2320, 'E', 'Wire.cpp', 513, 'requestFrom()', 'Error 263'],
  ],
  [
    '[DBG ENV] rawP=1.0 => P=2.0 hPa | T=3.0 RH=4.0 Gas=5 | iaq=6.0 acc=0',
    'sensor_debug',
    ['ENV', 3, 4, 2, 5, 1, 6, 0],
  ],
  ['#dbg AMB T=1.5 RH=2.0 P=3.0 gas=nan', 'sensor_debug', ['AMB', 1.5, 2, 3, null]],
  ['  ENV: T=26.61 RH=31.95 IAQ=120 CO2=1892 VOC=2.18', 'sensor_line', ['ENV', 26.61, 31.95, 120, 1892, 2.18]],
])('%s', (line, shape, values) => {
  const reading = readTextShape(line);
  expect(reading?.shape).toBe(shape);
  expect(Object.values(reading?.fields ?? {})).toEqual(values);
});

test.each([
  `${live} IAQ=`,
  `${live} junk`,
  'AMB: present=YES addr=0x77 begin=OK sub=OK',
  '#live =====',
  '',
  'Alive: 5',
])('"%s" is just text', (line) => {
  expect(readTextShape(line)).toBeUndefined();
});

test('any text is read or left alone', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readTextShape(text)));
});

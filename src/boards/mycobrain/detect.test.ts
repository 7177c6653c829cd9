import { expect, test } from 'vitest';
import type { BoardItem } from '../../contract/board-item.ts';
import { createDemux } from './demux.ts';
import { dialectOf } from './detect.ts';

const utf8 = new TextEncoder();

function itemOf(line: string): BoardItem {
  const items: BoardItem[] = [];
  createDemux((item) => items.push(item)).feed(utf8.encode(`${line}\n`));
  const [item] = items;
  if (item === undefined || items.length > 1) throw new Error(`${items.length} items`);
  return item;
}

test.each([
  ['{"t_ms":1,"src":161,"dst":192,"seq":3,"ack":0,"type":1,"flags":0}', 'gateway-json'],
  ['{"rx":1,"type":1,"seq":3}', 'gateway-json'],
  ['{"sent":true,"seq":4}', 'gateway-json'],
  ['{"side":"gateway","mdp":1,"status":"ready"}', 'gateway-json'],
  ['{"gateway":"mdp","status":"ready"}', 'gateway-json'],
  ['{"error":"json_parse"}', 'gateway-json'],
  ['{"side":"A","mdp":"v1","status":"ready"}', 'mdp1-bin'],
  ['{"type":"telemetry","sensor_slot":"amb"}', 'json-recovery'],
  ['{"ts_ms":1,"sensor":"AMB","addr":"0x77"}', 'cli-text'],
  ['{"ts_ms":1,"sensor":"AMB"}', 'mdp1-json'],
  ['{"type":"tele","seq":1}', 'json-tele'],
  ['{"type":"boot","ok":true}', 'json-tele'],
  ['{"ok":true,"hello":"x"}', 'json-tele'],
  ['{"type":"telemetry","heap":1,"seq":2}', 'json-tele'],
  ['{"t_ms":1,"node":"x"}', 'json-tele'],
  ['{"ok":true}', 'json-tele'],
  ['{"ok":false,"error":"json_parse"}', 'gateway-json'],
  ['{"ok":false,"error":"unknown"}', 'json-tele'],
  ['{"type":"scope_data","offset":0}', 'json-tele'],
  ['{"type":"status","i2c_devices":[]}', 'json-tele'],
  ['{"type":"telemetry","data":{}}', 'json-legacy'],
  ['{"type":"status","data":{}}', 'json-legacy'],
  ['{"type":"error","data":{"error":"x"}}', 'json-legacy'],
  ['{"type":"ack","data":[1]}', 'ndjson-machine'],
  ['{"type":"err","error":"x"}', 'ndjson-machine'],
  ['{"type":"telemetry","board_id":"x"}', 'ndjson-machine'],
  ['{"type":"telemetry","stim_active":false}', 'ndjson-machine'],
  ['{"type":"periph_list"}', 'ndjson-machine'],
  ['#live AMB addr=0x77 age=1ms T=-1.00C RH=2.00% P=3.00hPa Gas=4Ohm', 'mdp1-json'],
  ['AMB addr=0x77 age=1ms T=1.00C RH=2.00% P=3.00hPa Gas=4Ohm IAQ=N/A', 'cli-text'],
  ['#dbg AMB T=1.0 RH=2.0 P=3.0 gas=4', 'mdp1-json'],
  ['[DBG ENV] rawP=1.0 => P=1.0 hPa | T=1.0 RH=2.0 Gas=3', 'cli-text'],
  ['  AMB: T=1.0 RH=2.0 IAQ=3 CO2=4 VOC=5.0', 'json-tele'],
  ["Unknown command. Type 'help' for list.", 'mdp1-json'],
  ["Unknown cmd: x (try 'help')", 'cli-text'],
  ['Side-A disconnected', 'json-legacy'],
  ['=== MycoBrain Side-B (Router) ===', 'json-legacy'],
  ['{"type":"telemetry","analog":{}}', undefined],
  ['{"lora_init":"ok"}', undefined],
  ['{"hello":1}', undefined],
  ['Alive: 5', undefined],
  ['rst:0x1 (POWERON),boot:0x8 (SPI_FAST_FLASH_BOOT)', undefined],
])('%s → %s', (line, dialect) => {
  expect(dialectOf(itemOf(line))).toBe(dialect);
});

test('an inherited key proves nothing', () => {
  expect(dialectOf(itemOf('{"__proto__":{"ok":true,"ts_ms":1,"sensor":"AMB"}}'))).toBeUndefined();
});

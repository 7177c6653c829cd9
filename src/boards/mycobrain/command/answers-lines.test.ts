import { readFileSync } from 'node:fs';
import { type Build, checkAnswers, type Recording } from './check-answers.ts';

const BSEC2: Build = { dialect: 'json-tele', firmware: 'mycobrain.sideA.bsec2 2.1.0', word: '{"type":"tele"}' };
const DUAL: Build = { ...BSEC2, firmware: 'mycobrain.sideA.dualmode 1.1.0' };
const HEARTBEAT: Build = { ...BSEC2, firmware: 'dualmode-pio 1.2.0' };
const GATEWAY: Build = { dialect: 'gateway-json', firmware: undefined, word: '{"sent":true,"seq":0}' };
const MORGIO: Build = { dialect: 'cli-text', firmware: 'SuperMorgIO', word: "Unknown cmd: none (try 'help')" };

const recordings = ['json_lines', 'text_lines'].flatMap(
  (file) => JSON.parse(readFileSync(new URL(`../fixtures/${file}.json`, import.meta.url), 'utf8')) as Recording[],
);

checkAnswers(recordings, [
  [
    'BSEC2',
    BSEC2,
    [
      [
        'identify',
        {},
        [
          ['{"cmd":"get_version","id":"ID"}', 'bsec2_09_get_version'],
          ['{"cmd":"status","id":"ID"}', 'bsec2_04___type___cmd___op___st'],
        ],
        'done',
        'mycobrain.sideA.bsec2',
      ],
      ['ping', {}, [['{"cmd":"ping","id":"ID"}', 'bsec2_03___cmd___ping___id___t9']], 'done', '{"ok":true'],
      ['read-now', {}, [['{"cmd":"sensors","id":"ID"}', 'bsec2_02_sensors']], 'done', 'bme688_count'],
      ['i2c-scan', {}, [['{"cmd":"scan","id":"ID"}', 'bsec2_01_scan']], 'done', '{"ok":true'],
      [
        'led-colour',
        { red: 1, green: 2, blue: 3 },
        [['led rgb 1 2 3', 'bsec2_06_led_rgb_1_2_3']],
        'done',
        '{"ok":true}',
      ],
      [
        'set-rate',
        { interval_s: 2.762 },
        [['telemetry period 2762', 'bsec2_07_telemetry_period_2762']],
        'done',
        '{"ok":true}',
      ],
      [
        'set-rate',
        { interval_s: 60 },
        [['telemetry period 60000', 'bsec2_08_telemetry_period_5']],
        'failed',
        'period must be 200-60000 ms',
      ],
      ['lora-status', {}, [['{"cmd":"lora.status","id":"ID"}', 'bsec2_11_lora_status']], 'done', 'command_plane_ready'],
      ['optx-status', {}, [['optx status', 'bsec2_12_optx_status']], 'done', '"mode":"idle"'],
      ['mesh-status', {}, [['{"cmd":"mesh.status","id":"ID"}', 'bsec2_13_mesh_status']], 'done', '"peers_online":0'],
      ['format', { format: 'lines' }, [['fmt lines', 'bsec2_lines_mode']], 'done', 'ok'],
      ['lora-init', {}, [['{"cmd":"lora.init","id":"ID"}', 'bsec2_10__broken']], 'failed', 'bad_json'],
    ],
  ],
  [
    'DualMode and DeviceManager',
    DUAL,
    [
      ['ping', {}, [['{"cmd":"ping","id":"ID"}', 'dualmode_03___cmd___ping___id___dp']], 'done', '"pong":true'],
      [
        'read-now',
        {},
        [['{"cmd":"sensors","id":"ID"}', 'dualmode_02_sensors']],
        'failed',
        "unknown command - try 'help'",
      ],
      ['read-now', {}, [['{"cmd":"sensors","id":"ID"}', 'devicemanager_02_sensors']], 'done', '"label":"AMB"'],
      [
        'scope',
        { channel: '0', samples: 256, rate: 10_000 },
        [
          [
            '{"cmd":"scope","action":"capture","channel":0,"samples":256,"rate":10000,"id":"ID"}',
            'devicemanager_scope_capture',
          ],
        ],
        'done',
        '"sample_rate_hz":10000',
      ],
      ['scope-export', {}, [['{"cmd":"scope","action":"export"}', 'devicemanager_scope_export']], 'done', 'scope_end'],
      ['format', { format: 'lines' }, [['fmt lines', 'devicemanager_lines_mode']], 'done', 'ok'],
    ],
  ],
  [
    'a heartbeat build',
    HEARTBEAT,
    [
      ['status', {}, [['status', 'dualmode_pio_status']], 'done', '"i2c_devices":[118,119]'],
      ['status', {}, [['status', 'working_err']], 'failed', 'unknown command'],
    ],
  ],
  [
    'a gateway',
    GATEWAY,
    [
      [
        'mosfet',
        { output: '1', on: true },
        [['{"cmd":2,"dst":161,"data":[4,0,2,0,1,1]}', 'gateway_sent']],
        'done',
        'sent by radio, seq 1',
      ],
      [
        'mosfet',
        { output: '1', on: false },
        [['{"cmd":2,"dst":161,"data":[4,0,2,0,1,0]}', 'gateway_error']],
        'failed',
        'json_parse',
      ],
    ],
  ],
  [
    'morgio',
    MORGIO,
    [
      ['status', {}, [['status', 'morgio_status']], 'done', 'Chip model: ESP32-S3'],
      ['format', { format: 'json' }, [['fmt json', 'morgio_fmt_json']], 'done', 'FMT=json'],
      ['live', { on: false }, [['live off', 'morgio_live_off']], 'done', 'LIVE=off'],
      ['i2c-scan', {}, [['scan', 'morgio_scan']], 'done', 'I2C scan:\nfound: 0x76\nfound: 0x77'],
      [
        'led-colour',
        { red: 9, green: 8, blue: 7 },
        [['led rgb 9 8 7', 'morgio_led_rgb']],
        'done',
        'LED manual rgb=9,8,7',
      ],
      ['led-mode', { mode: 'off' }, [['led mode off', 'morgio_led_mode']], 'done', 'LED mode set to off'],
      ['gas-rate', { sensor: 'amb', rate: 'ulp' }, [['rate amb ulp', 'morgio_rate']], 'done', 'Re-initializing...'],
      ['i2c-pins', { sda: 5, scl: 4, hz: 400_000 }, [['i2c 5 4 400000', 'morgio_i2c']], 'done', 'Re-initializing...'],
      ['led-off', {}, [['led mode off', 'morgio_unknown']], 'failed', "Unknown cmd: bogus (try 'help')"],
    ],
  ],
]);

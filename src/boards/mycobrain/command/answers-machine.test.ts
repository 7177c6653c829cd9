import { readFileSync } from 'node:fs';
import { type Build, checkAnswers, type Recording } from './check-answers.ts';

const PRODUCTION: Build = {
  dialect: 'ndjson-machine',
  firmware: 'MycoBrain Side-A Production 1.0.0',
  word: '{"type":"ack","cmd":"none","message":"ok"}',
};
const HUMAN: Build = {
  dialect: 'json-legacy',
  firmware: 'MycoBrain Side-A Production 1.0.0',
  word: '{"type":"none","data":{}}\n{"type":"ping","data":{}}',
};
const ROUTER: Build = { dialect: 'json-legacy', firmware: 'Side-B Router 1.0.0', word: 'Side-A connected' };
const COMMS: Build = { ...PRODUCTION, firmware: 'MycoBrain-ScienceComms 1.0.0' };
const ADVANCED: Build = { ...PRODUCTION, firmware: 'MycoBrain-Advanced 2.0.0' };

const recordings = ['json_lines'].flatMap(
  (file) => JSON.parse(readFileSync(new URL(`../fixtures/${file}.json`, import.meta.url), 'utf8')) as Recording[],
);

checkAnswers(recordings, [
  [
    'Production in machine mode',
    PRODUCTION,
    [
      [
        'identify',
        {},
        [
          ['{"cmd":"get_version"}', 'production_version'],
          ['{"cmd":"get_mac"}', 'production_mac'],
          ['{"cmd":"get_device_identity"}', 'production_identity'],
        ],
        'done',
        '42:70:A3:1D:B4:10',
      ],
      ['status', {}, [['{"cmd":"status"}', 'production_status']], 'done', '"uptime_ms":11340'],
      ['ping', {}, [['{"cmd":"ping"}', 'production_ping']], 'done', 'ok'],
      [
        'mosfet',
        { output: '3', on: true },
        [['{"cmd":"set_mosfet","mosfet_index":2,"state":true}', 'production_mosfet_legacy_shape']],
        'done',
        '"mosfet_index":2',
      ],
      [
        'set-rate',
        { interval_s: 1 },
        [['{"cmd":"set_telemetry_interval","interval_seconds":1}', 'production_machine_telemetry']],
        'done',
        '"interval_seconds":1',
      ],
      ['i2c-scan', {}, [['{"cmd":"scan"}', 'production_periph_list']], 'done', 'i2c0-76'],
      [
        'sound',
        { name: 'coin' },
        [['{"cmd":"buzzer","pattern":"coin"}', 'production_buzzer_ack']],
        'done',
        'Pattern: coin',
      ],
      [
        'led-colour',
        { red: 1, green: 2, blue: 3 },
        [['led rgb 1 2 3', 'production_led_ack']],
        'done',
        'Color set (basic mode)',
      ],
      [
        'machine-mode',
        {},
        [
          ['mode machine', 'production_mode_machine_ack'],
          ['dbg off', 'production_dbg_ack'],
          ['fmt json', 'production_fmt_ack'],
        ],
        'done',
        'machine\noff\njson',
      ],
      [
        'tone-stop',
        {},
        [['{"cmd":"buzzer","stop":true}', 'production_err_plain']],
        'failed',
        'Invalid JSON or unknown command',
      ],
    ],
  ],
  [
    'Production in human mode',
    HUMAN,
    [
      ['status', {}, [['{"cmd":"status"}', 'production_human_status']], 'done', '"status":"ready"'],
      ['ping', {}, [['{"cmd":"ping"}', 'production_human_ping']], 'done', '"side":"side-a"'],
      ['led-off', {}, [['led off', 'production_human_led']], 'done', 'LED off'],
      ['i2c-scan', {}, [['{"cmd":"scan"}', 'production_human_scan']], 'done', '[118,119]'],
      ['led-off', {}, [['led off', 'production_human_err']], 'failed', 'Unknown command: bogus'],
    ],
  ],
  [
    'the Side B router',
    ROUTER,
    [
      ['status', {}, [['{"cmd":"status"}', 'sideb_router_0']], 'done', '"side_a_connected":false'],
      ['side-a-status', {}, [['{"cmd":"side_a_status"}', 'sideb_router_1']], 'done', '"last_heartbeat_ms":7660'],
      ['ping', {}, [['{"cmd":"ping"}', 'sideb_router_3']], 'done', 'side-b'],
      ['ping', {}, [['{"cmd":"ping"}', 'sideb_router_2']], 'failed', 'Invalid JSON'],
    ],
  ],
  [
    'ScienceComms',
    COMMS,
    [
      ['status', {}, [['status', 'sciencecomms_00_status']], 'done', 'MycoBrain-ScienceComms'],
      [
        'led-colour',
        { red: 51, green: 215, blue: 157 },
        [['led rgb 51 215 157', 'sciencecomms_02_led_rgb_51_215_157']],
        'done',
        'Color set',
      ],
      [
        'led-colour',
        { red: 0, green: 0, blue: 0 },
        [['led rgb 0 0 0', 'sciencecomms_13_led_rgb_300']],
        'failed',
        'Usage: led rgb',
      ],
      ['i2c-scan', {}, [['periph scan', 'sciencecomms_03_periph_scan']], 'done', 'BME688'],
      ['mosfet', { output: '1', on: true }, [['out set 1 1', 'sciencecomms_09_out_set_1_1']], 'done', 'On'],
      ['output-status', {}, [['out status', 'sciencecomms_10_out_status']], 'done', '"out1":{"state":true'],
      ['optx-status', {}, [['optx status', 'sciencecomms_06_optx_status']], 'done', '"transmitting":false'],
      ['aotx-status', {}, [['aotx status', 'sciencecomms_07_aotx_status']], 'done', '"symbols_sent":0'],
      ['stim-status', {}, [['stim status', 'sciencecomms_08_stim_status']], 'done', '"light":{"running":false'],
      [
        'sound',
        { name: 'coin' },
        [['buzz pattern coin', 'sciencecomms_11_buzz_pattern_coin']],
        'done',
        'Pattern playing',
      ],
      [
        'optx-send',
        { profile: 'beacon', text: '', rate: 10, repeat: false },
        [['optx start beacon payload_b64= rate_hz=10 repeat=false', 'sciencecomms_05_optx_start_beacon']],
        'failed',
        'No payload provided',
      ],
      ['led-off', {}, [['led off', 'advanced_05___cmd___nope__']], 'failed', 'unknown command'],
    ],
  ],
  [
    'Advanced',
    ADVANCED,
    [
      ['status', {}, [['status', 'advanced_00_status']], 'done', 'MycoBrain-Advanced'],
      [
        'led-colour',
        { red: 235, green: 1, blue: 2 },
        [['{"cmd":"led.rgb","r":235,"g":1,"b":2}', 'advanced_03___cmd___led_rgb___r__235']],
        'done',
        'ok',
      ],
      [
        'led-colour',
        { red: 1, green: 2, blue: 3 },
        [['{"cmd":"led.rgb","r":1,"g":2,"b":3}', 'advanced_02_led_rgb_1_2_3']],
        'done',
        '',
      ],
      [
        'optx-send',
        { profile: 'morse', text: 'hi', rate: 5, repeat: false },
        [
          [
            '{"cmd":"optx.start","profile":"morse","payload_b64":"aGk=","rate_hz":5,"repeat":false,"include_crc":true}',
            'advanced_06___cmd___optx_start___pro',
          ],
        ],
        'done',
        'transmitting',
      ],
      [
        'tone',
        { hz: 440, ms: 100 },
        [['{"cmd":"buzz.tone","hz":440,"ms":100}', 'advanced_05___cmd___nope__']],
        'failed',
        'unknown command',
      ],
      ['stim-status', {}, [['stim status', 'advanced_07_stim_status']], 'done', '"light_active":false'],
      ['tone-stop', {}, [['buzz stop', 'advanced_04_bogus']], 'failed', 'Unknown command: bogus'],
      [
        'machine-mode',
        {},
        [
          ['mode machine', 'advanced_08_mode_machine'],
          ['dbg off', 'advanced_05___cmd___nope__'],
        ],
        'failed',
        'machine mode enabled\nunknown command',
      ],
    ],
  ],
]);

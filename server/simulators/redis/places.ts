import { naive, raw, type Said, wave, wrapped } from './said.ts';

const DEVICES = ['mushroom1', 'mushroom2', 'petraeus', 'alarm-1'];
const GATEWAYS = ['!0badcafe', '!00000002', '!00c0ffee'];

/** What devices and experiments measure, one value now and then not a number. */
export function measured(now: number, count: number): readonly Said[] {
  const devices = DEVICES.map((device_id, at) => {
    const telemetry = {
      temperature: wave(now, at, 22, 1.5),
      humidity: wave(now, at + 1, 70, 9),
      co2: Math.round(wave(now, at + 2, 620, 90)),
      tvoc: Math.round(wave(now, at + 3, 120, 20)),
    };
    return wrapped('devices:telemetry', { device_id, telemetry }, now + at, 'mycobrain');
  });
  if (count % 30 === 0) {
    const broken = wrapped(
      'devices:telemetry',
      { device_id: 'mushroom2', telemetry: { temperature: 0, humidity: 50 } },
      now,
      null,
    );
    devices.push({ ...broken, text: broken.text.replace('"temperature":0', '"temperature":NaN') });
  }
  const data = {
    growth_rate: wave(now, 1, 0.15, 0.02),
    biomass: wave(now, 2, 125, 4),
    ph: wave(now, 3, 6.8, 0.1),
    nutrient_level: 'optimal',
  };
  const experiment = wrapped('experiments:data', { experiment_id: 'mycelium_growth_001', data }, now, null);
  return [...devices, experiment];
}

/** What Mycorrhizae's device gateway puts on Redis, which its own event stream does not see; and a command, which must not leave. */
export function mycorrhizae(now: number, count: number): readonly Said[] {
  const message = (channel: string, payload: object) => ({
    id: crypto.randomUUID(),
    channel,
    timestamp: new Date(now).toISOString().replace('Z', '000+00:00'),
    ttl_seconds: 3_600,
    source: { type: 'device', id: 'MB-7', device_serial: 'MB-7' },
    message_type: 'telemetry',
    payload,
    tracing: { correlation_id: null, reply_to: null, api_key_id: null },
    priority: 5,
    tags: ['simulation'],
  });
  const telemetry = message('device.MB-7.telemetry', {
    temperature: wave(now, 5, 21, 1),
    humidity: wave(now, 6, 80, 5),
  });
  const said = [raw('mycorrhizae:device.MB-7.telemetry', telemetry)];
  return count % 10 === 0
    ? [...said, raw('mycorrhizae:device.MB-7.commands', message('device.MB-7.commands', { relay: 1 }))]
    : said;
}

/** A packet, heard by one to three gateways. */
export function packets(now: number, count: number): readonly Said[] {
  return GATEWAYS.slice(0, 1 + (count % 3)).map((gateway_node_id, at) =>
    raw('mesh:packets', {
      topic: 'msh/US/2/e/LongFast/!a1b2c3d4',
      packet_uid: `a1b2c3d4-${count}`,
      from_node_id: '!a1b2c3d4',
      to_node_id: '!ffffffff',
      gateway_node_id,
      channel: 'LongFast',
      region: 'US',
      port_num: count % 4 === 0 ? 'TEXT_MESSAGE_APP' : 'POSITION_APP',
      rx_rssi: -90 - at * 8,
      rx_snr: 5.25 - at,
      rx_time: new Date(now).toISOString(),
      want_ack: false,
      hop_limit: 3 - at,
      hop_start: 3,
      ...(count % 4 === 0 ? { payload_text: 'rain at site 3' } : { from_lat: 45.5, from_lon: -122.6 }),
    }),
  );
}

/** Moving things, one sighting of a fungus, one prediction, one word of the guards. */
export function world(now: number, count: number): readonly Said[] {
  const turn = now / 60_000;
  const aircraft = {
    icao24: 'a12345',
    callsign: 'UAL123 ',
    latitude: 37.7 + Math.sin(turn) / 5,
    longitude: -122.4 + Math.cos(turn) / 5,
    altitude: 35_000,
    velocity: 450,
  };
  const entity = {
    type: 'vessel',
    id: 'ves-366999712',
    location: { latitude: 37.8, longitude: -122.5 + Math.sin(turn / 4) / 10 },
    time: { observed_at: new Date(now).toISOString() },
    properties: { name: 'SIMULATED' },
  };
  const fungus = {
    type: 'observation_geocoded',
    observation_id: `ob-${count}`,
    latitude: 45.5,
    longitude: -122.6,
    formatted_address: 'Portland, OR',
    source: 'inat',
    timestamp: naive(now),
  };
  const block = { action: count % 2 === 0 ? 'block' : 'unblock', ip: '198.51.100.7', reason: 'scan' };
  return [
    wrapped('crep:live', { category: 'aircraft', data: aircraft }, now, 'crep_collector'),
    wrapped('entities:lifecycle', { entity }, now, null),
    ...(count % 6 === 0
      ? [
          raw('crep:fungal:updates', fungus),
          wrapped(
            'earth2:predictions',
            { model: 'nowcast', valid_at: naive(now + 3_600_000), wind_ms: wave(now, 4, 6, 3) },
            now,
            null,
          ),
          raw('security:blocks', block),
        ]
      : []),
  ];
}

/** A whole snapshot: whoever is not in it is gone. */
export function flights(now: number): readonly object[] {
  const turn = now / 120_000;
  return Array.from({ length: 12 + (Math.floor(now / 30_000) % 3) }, (_, at) => ({
    id: `ac-sim${at.toString(16).padStart(3, '0')}`,
    type: 'aircraft',
    subtype: null,
    location: {
      latitude: 37 + at / 8 + Math.sin(turn + at) / 10,
      longitude: -123 + at / 6 + Math.cos(turn + at) / 10,
      altitude_ft: 20_000 + at * 1_000,
      type: 'Point',
    },
    properties: {
      icao24: `sim${at.toString(16).padStart(3, '0')}`,
      callsign: `SIM${at}`,
      velocity_knots: 420,
      heading: 90,
    },
    timestamp: new Date(now).toISOString(),
    source: 'opensky',
    source_url: null,
  }));
}

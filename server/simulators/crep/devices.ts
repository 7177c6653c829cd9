const TYPES = ['mushroom1', 'hyphae1', 'sporebase', 'myconode', 'alarm', 'psathyrella'];

/** A fifth has no position, a tenth has not spoken for long and says "online" all the same. */
export const mycosoftDevices = (now: number, count = 20): object[] =>
  Array.from({ length: count }, (_, index) => {
    const type = TYPES[index % TYPES.length];
    const lost = index % 5 === 4;
    return {
      id: `${type}-sim${index}`,
      device_type: type,
      mycobrain_id: null,
      name: index % 7 === 6 ? null : `Sim ${type} ${index}`,
      lat: lost ? null : index % 3 === 0 ? String(32.6 + index / 100) : 32.6 + index / 100,
      lng: lost ? null : index % 3 === 0 ? String(-117.1 - index / 100) : -117.1 - index / 100,
      status: index % 10 === 8 ? 'offline' : 'online',
      last_seen: new Date(now - (index % 10 === 9 ? 3_600_000 : (index % 8) * 1_000)).toISOString(),
      firmware: '2.4.1',
      mqtt_topic: `devices/${type}-sim${index}/telemetry`,
      owner: null,
    };
  });

export const mycobrainDevices = (now: number): object[] => [
  {
    device_id: 'mycobrain-sim-a',
    port: '/dev/ttyACM0',
    connected: true,
    protocol: 'MDP',
    info: { board: 'ESP32-S3', firmware: '1.9.0' },
    location: { lat: 32.6189, lng: -117.0769 },
    sensor_data: {
      temperature: Math.round((21 + Math.sin(now / 60_000)) * 10) / 10,
      humidity: 61.2,
      pressure: 1_014.9,
      gas_resistance: 98_000,
      iaq: 55,
      iaq_accuracy: 2,
      uptime_seconds: Math.floor(now / 1_000) % 100_000,
      firmware_version: '1.9.0',
      last_update: new Date(now - 1_500).toISOString().replace('Z', '000'),
    },
  },
];

const SPECIES = ['Amanita muscaria', 'Pleurotus ostreatus', 'Trametes versicolor', 'Laetiporus sulphureus'];

export const observation = (number: number, now: number): object => ({
  id: `inat-sim-${number}`,
  species: SPECIES[number % SPECIES.length],
  lat: Math.round((Math.sin(number) * 60 + 1) * 1e4) / 1e4,
  lng: Math.round((Math.cos(number * 1.7) * 170 + 1) * 1e4) / 1e4,
  observedOn: new Date(now).toISOString().slice(0, 10),
  source: 'inaturalist',
});

export const fungiFeed = (now: number): object => ({
  type: 'FeatureCollection',
  source: 'gbif',
  count: 60,
  features: Array.from({ length: 60 }, (_, index) => ({
    type: 'Feature',
    id: `gbif-sim-${index}`,
    geometry: { type: 'Point', coordinates: [Math.cos(index * 2.3) * 175, Math.sin(index) * 65] },
    properties: {
      species: SPECIES[index % SPECIES.length],
      observed_on: new Date(now - index * 86_400_000).toISOString().slice(0, 10),
    },
  })),
});

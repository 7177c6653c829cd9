/** What a MycoBrain posts. `change`: of its side A. */
export const telemetryBody = (serial: string, seq: number, change: object = {}): object => ({
  seq,
  serial,
  fw_version: '2.3.1',
  ts: Date.now(),
  side_a: {
    ai_counts: { ai1: 1_506 },
    ai_volts: { ai1: 1.214 },
    bme688: { temperature: 21.62, humidity: 87.4, pressure: 1009.8, gas_resistance: 48_211, chip_id: '0x61' },
    i2c_devices: ['0x76'],
    mosfet_states: { m1: false },
    uptime_ms: 7_211_004,
    ...change,
  },
  side_b: null,
  power: null,
});

/** What the health loop says each minute, with the key that it is known by. */
export const batteryAlert = (deviceId: string): { readonly key: string; readonly alert: object } => ({
  key: `DeviceHealth/Battery/${deviceId}/Critical`,
  alert: {
    id: null,
    type: 'DeviceHealth',
    category: 'Battery',
    severity: 'Critical',
    message: 'Battery is at 7%',
    timestamp: new Date().toISOString(),
    deviceId,
    recommendations: ['Replace the battery'],
  },
});

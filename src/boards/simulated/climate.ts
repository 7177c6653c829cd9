/** What the two gas sensors and the analog inputs of a pretend board stand in: a lab room, slowly changing. */
export interface Climate {
  /** Goes on to this uptime, ms. */
  advance(uptimeMs: number): void;
  readonly sensors: Readonly<Record<'a' | 'b', SimulatedSensor>>;
  /** Raw 12-bit counts. */
  readonly analog: readonly [number, number, number, number];
  readonly soilMoisture: number;
}

export interface SimulatedSensor {
  temperatureC: number;
  humidityPct: number;
  pressureHpa: number;
  gasOhm: number;
  iaq: number;
  accuracy: number;
  co2Ppm: number;
  bvocPpm: number;
}

/** BSEC gives a new value every 3 s. */
const GAS_STEP_MS = 3_000;
/** After this long the gas sensor calls itself calibrated, step by step from 0. */
const CALIBRATED_MS = 300_000;
/** A person near the board breathes: the IAQ swells and falls. */
const BREATH_MS = 47_000;

export function createClimate(random: () => number): Climate {
  const around = (centre: number, spread: number) => centre + (random() - 0.5) * 2 * spread;
  const sensor = (warmer: number): SimulatedSensor => ({
    temperatureC: around(22.5 + warmer, 1),
    humidityPct: around(52, 6),
    pressureHpa: around(1011, 3),
    gasOhm: around(210_000, 40_000),
    iaq: 50,
    accuracy: 0,
    co2Ppm: 500,
    bvocPpm: 0.5,
  });
  const sensors = { a: sensor(0), b: sensor(1.4) };
  const analog: [number, number, number, number] = [
    around(1500, 500),
    around(2200, 300),
    around(600, 200),
    around(3100, 300),
  ];
  const phase = random() * Math.PI * 2;
  let soilMoisture = around(1800, 200);
  let lastSwing = 0;
  let lastMs = 0;
  let gasMs = Number.NEGATIVE_INFINITY;

  /** A random step pulled back to the centre, so that it wanders and does not run away. */
  const walk = (value: number, centre: number, step: number, seconds: number): number =>
    value + (random() - 0.5) * step * Math.sqrt(Math.max(seconds, 0)) + (centre - value) * Math.min(1, seconds * 0.002);

  function gasStep(uptimeMs: number, each: SimulatedSensor, shift: number): void {
    const breath = 0.5 + 0.5 * Math.sin((uptimeMs / BREATH_MS) * Math.PI * 2 + phase + shift);
    each.iaq = Math.min(480, Math.max(5, 42 + 85 * breath * breath + (random() - 0.5) * 6));
    each.co2Ppm = 440 + each.iaq * 6.2 + (random() - 0.5) * 12;
    each.bvocPpm = Math.max(0.1, each.iaq / 90 + (random() - 0.5) * 0.08);
    each.gasOhm = Math.max(8_000, walk(each.gasOhm, 260_000 - each.iaq * 700, 9_000, 3));
    each.accuracy = Math.min(3, Math.floor((uptimeMs / CALIBRATED_MS) * 3));
  }

  return {
    sensors,
    analog,
    get soilMoisture() {
      return soilMoisture;
    },
    advance(uptimeMs) {
      const seconds = Math.min(60, Math.max(0, (uptimeMs - lastMs) / 1000));
      lastMs = uptimeMs;
      for (const each of [sensors.a, sensors.b]) {
        each.temperatureC = walk(each.temperatureC, each === sensors.a ? 22.5 : 23.9, 0.05, seconds);
        each.humidityPct = Math.min(98, Math.max(5, walk(each.humidityPct, 52, 0.2, seconds)));
        each.pressureHpa = walk(each.pressureHpa, 1011, 0.03, seconds);
      }
      analog.forEach((counts, index) => {
        const swing = index === 0 ? 90 * Math.sin(uptimeMs / 900) : 0;
        const next = walk(counts, 1500 + 400 * index, 22, seconds) + (swing - (index === 0 ? lastSwing : 0));
        analog[index] = Math.min(4095, Math.max(0, next));
        if (index === 0) lastSwing = swing;
      });
      soilMoisture = Math.min(4095, Math.max(0, walk(soilMoisture, 1800, 6, seconds)));
      if (uptimeMs - gasMs < GAS_STEP_MS && uptimeMs >= gasMs) return;
      gasMs = uptimeMs;
      gasStep(uptimeMs, sensors.a, 0);
      gasStep(uptimeMs, sensors.b, 0.7);
    },
  };
}

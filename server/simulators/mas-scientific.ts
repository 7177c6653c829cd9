import { everySoOften, naiveUtc } from './mas/words.ts';
import { DataSockets } from './mas-scientific/data-sockets.ts';
import { FciSockets } from './mas-scientific/fci-socket.ts';
import { LAB_DEVICES, SimLab } from './mas-scientific/lab.ts';
import { scientificAnswer } from './mas-scientific/rest.ts';
import { TypedSockets } from './mas-scientific/typed-socket.ts';
import type { SimHost, SimulatorKind } from './simulator.ts';

const FCI = '/api/fci/ws/stream/';
const SIGNAL_SAMPLES = 100;

/** The lab of MAS: instruments, jobs, experiments, and the signal of fungi. */
export const masScientificSimulator: SimulatorKind = {
  slug: 'mas-scientific',
  about: 'the lab of MAS: instruments, simulations, experiments, signals',
  faults: {
    'snapshot-500':
      'lists of simulations, experiments and hypotheses are answered 500, as today as soon as there is a row',
    'no-safety': 'no safety service is configured: 503',
    'no-database': 'every list is answered 500: the database is away',
    'redis-dead': 'sockets of records open and answer pings, and no record ever comes',
    'typed-idle': 'the typed socket acknowledges everything and never says anything, as today',
    'data-refused': '/ws/scientific/data is refused (403); its older twin is not',
    'alert-burst': 'twenty safety alerts at once, every 10 s',
    'probe-unplugged': 'the probe of every signal is unplugged, and its firmware says so',
    'odd-records': 'between the records come such as publishers really wrote: a bare text, no id, a list',
  },
  dials: {
    jobs: { initial: 3, most: 50, about: 'simulation jobs' },
    fciChannels: { initial: 4, most: 64, about: 'channels of a signal' },
    fciRateHz: { initial: 100, most: 1_000, about: 'samples a second, where the client asks for no rate' },
    recordsPerMin: { initial: 30, most: 6_000, about: 'raw records of experiments, per minute' },
  },
  start(host) {
    const lab = new SimLab(host);
    const typed = new TypedSockets(host);
    const data = new DataSockets(host);
    const fci = new FciSockets(host);
    sayTyped(host, lab, typed);
    sayRecords(host, data);
    return {
      http: (request) => scientificAnswer(request, lab, host),
      socket(path, query, socket) {
        if (path === '/ws/scientific') typed.take(socket);
        else if (path === '/ws/scientific/data') {
          if (host.fault('data-refused')) return 403;
          data.take('c', socket);
        } else if (path === '/api/stream/scientific/live') data.take('b', socket);
        else if (path.startsWith(FCI) && path.length > FCI.length) {
          const asked = Number(query.get('sample_rate') ?? Number.NaN);
          fci.take(decodeURIComponent(path.slice(FCI.length)), Number.isFinite(asked) ? asked : undefined, socket);
        } else return 403;
        return undefined;
      },
    };
  },
};

function sayTyped(host: SimHost, lab: SimLab, typed: TypedSockets): void {
  host.every(1_000, () => {
    for (const { id, progress, status } of lab.stepJobs())
      typed.say('simulation.progress', { id, progress, eta: `${Math.ceil((100 - progress) / 24)}m`, status });
    for (const { id, currentStep, totalSteps, status } of lab.stepExperiments())
      typed.say('experiment.step', { id, step: currentStep, totalSteps, status, message: `Step ${currentStep}` });
  });
  host.every(100, () => {
    if (typed.isWanted('fci.signal')) for (const { id } of lab.sessions) sayRaw(id, host, typed);
  });
  let device = 0;
  host.every(5_000 / LAB_DEVICES.length, () => {
    const deviceId = LAB_DEVICES[device++ % LAB_DEVICES.length] ?? 'mushroom1';
    const timestamp = naiveUtc(host.now());
    const readings = {
      temperature: 22 + Math.round(host.random() * 100) / 100,
      humidity: 87 + Math.round(host.random() * 10) / 10,
      pressure: 1_012.6,
    };
    typed.say('telemetry.update', { deviceId, readings, timestamp });
    typed.say('device.status', { deviceId, status: 'online', lastSeen: Math.floor(host.now() / 1_000) });
  });
  let instrument = 0;
  // Each of them at least every 30 s.
  host.every(30_000 / lab.instruments.length, () => {
    lab.drift();
    const one = lab.instruments[instrument++ % lab.instruments.length];
    if (one) typed.say('lab.instrument', one);
  });
  host.every(10_000, () => {
    for (let count = host.fault('alert-burst') ? 20 : host.random() < 0.02 ? 1 : 0; count > 0; count -= 1)
      typed.say('safety.alert', {
        type: 'containment',
        message: `Simulated: laminar hood airflow below set point (${count})`,
        severity: 'warning',
        timestamp: host.now(),
      });
    typed.say('mycelium.state', { networkId: 'dish-9', nodes: 214, edges: 301, coverage: 0.36, meanSignal: 4.2 });
  });
}

function sayRaw(id: string, host: SimHost, typed: TypedSockets): void {
  const channels = Array.from({ length: Math.round(host.dial('fciChannels')) }, (_, channel) =>
    Array.from(
      { length: SIGNAL_SAMPLES },
      (_unused, at) =>
        Math.round((4 * Math.sin((host.now() + at) / 300 + channel) + host.random() * 4 - 2) * 100) / 100,
    ),
  );
  typed.say('fci.signal', { sessionId: id, channels, sampleRate: 1_000 }, { sessionId: id });
}

function sayRecords(host: SimHost, data: DataSockets): void {
  let count = 0;
  everySoOften(
    host,
    () => 60_000 / Math.max(1, host.dial('recordsPerMin')),
    () => {
      count += 1;
      const ph = Math.round((6 + 0.3 * Math.sin(count / 20)) * 100) / 100;
      const inner = { ph, do_mg_l: 7.8, substrate_temp_c: 24 + Math.round(host.random() * 10) / 10 };
      data.say('experiment:exp-51a0000001', { experiment_id: 'exp-51a0000001', data: inner });
      if (!host.fault('odd-records')) return;
      const odd = [
        'calibration finished',
        { data: { ph: 6 } },
        { experiment_id: 17, data: inner },
        { experiment_id: 'x', data: [] },
      ];
      data.say(null, odd[count % odd.length]);
    },
  );
}

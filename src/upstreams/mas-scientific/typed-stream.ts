import {
  ALERT_SEVERITIES,
  type DeviceReadingsRecord,
  JOB_STATES,
  LAB_DEVICE_STATES,
  type LabDeviceRecord,
  type MyceliumRecord,
  type MycobrainJobRecord,
  type SafetyAlertRecord,
  type ScientificLogRecord,
} from '../../contract/upstream/mas-scientific.ts';
import type { Sourced } from '../../contract/upstream/upstream.ts';
import { withoutAddresses } from '../mas/addresses.ts';
import { clamp, countOf, type Fields, idOf, isFields, numberOf, textOf, textsOf, wordOf } from '../mas/fields.ts';
import { reasonOf } from '../mas/frame.ts';
import { sourced } from '../mas/sourced.ts';
import { millisMs, secondsMs, utcMs } from '../mas/time.ts';
import type { Out, ReadContext } from '../out.ts';
import type { FciSignals } from './fci-signals.ts';
import { experimentOf, hypothesisOf, instrumentOf, simulationOf } from './lab-rows.ts';
import type { LabTables } from './lab-tables.ts';
import { numericRows } from './numeric-rows.ts';
import { RowClock } from './row-clock.ts';
import { Trend } from './trend.ts';

/** The event that carries whole signals: asked for only while somebody looks at one. */
export const SIGNAL_EVENT = 'fci.signal';
const MAX_EVENTS = 64;

/** Socket A, `/ws/scientific` (§2): events by type, each of which must be asked for. */
export class TypedStream {
  readonly #tables: LabTables;
  readonly #signals: FciSignals;
  readonly #clock = new RowClock();
  readonly #readings = new Trend('instrument-readings');
  readonly #progress = new Trend('progress');

  constructor(tables: LabTables, signals: FciSignals) {
    this.#tables = tables;
    this.#signals = signals;
  }

  /** Gives the events there are, when MAS says them: its first words after every open. */
  read(message: Fields, out: Out, context: ReadContext): readonly string[] | undefined {
    const { type, payload } = message;
    switch (type) {
      case 'connected':
        return isFields(payload) ? textsOf(payload.availableEvents, MAX_EVENTS, 80) : [];
      case 'subscribed':
      case 'pong':
        return undefined;
      case 'error':
        out.event('log', serverError(isFields(payload) ? payload.message : undefined, context));
        return undefined;
    }
    const read = typeof type === 'string' && Object.hasOwn(READERS, type) ? READERS[type] : undefined;
    if (read === undefined) {
      out.count('unknown', reasonOf(type));
      return undefined;
    }
    const from = sourced(context, utcMs(message.timestamp), type);
    const isGood =
      isFields(payload) &&
      read({
        payload,
        message,
        from,
        out,
        context,
        tables: this.#tables,
        signals: this.#signals,
        clock: this.#clock,
        readings: this.#readings,
        progress: this.#progress,
      });
    if (!isGood) out.count('dropped', reasonOf(type));
    return undefined;
  }
}

export function serverError(words: unknown, context: ReadContext): ScientificLogRecord {
  const text = withoutAddresses(textOf(words) ?? 'MAS says that something was wrong, and not what');
  return { ...sourced(context, undefined, 'mas'), t: 'scientific-log', what: 'server-error', about: undefined, text };
}

interface Event {
  readonly payload: Fields;
  readonly message: Fields;
  readonly from: Sourced;
  readonly out: Out;
  readonly context: ReadContext;
  readonly tables: LabTables;
  readonly signals: FciSignals;
  readonly clock: RowClock;
  readonly readings: Trend;
  readonly progress: Trend;
}

/** Each gives false when a field that must be there is missing or of another kind: the message is dropped then, and counted. */
const READERS: Readonly<Record<string, (event: Event) => boolean>> = {
  'lab.instrument': ({ payload, from, out, context, tables, readings }) => {
    const row = instrumentOf(payload, from, 'push');
    if (row === undefined) return false;
    tables.instruments.put(row, out);
    readings.add(
      row.id,
      [
        ['temperature_c', row.temperatureC],
        ['humidity_percent', row.humidityPercent],
      ],
      from,
      out,
      context,
    );
    return true;
  },

  'simulation.progress': ({ payload, from, out, context, tables, progress }) => {
    if (numberOf(payload.progress) === undefined) return false;
    const row = simulationOf(payload, from, 'push');
    if (row === undefined) return false;
    const known = tables.simulations.get(row.id);
    tables.simulations.put({ ...row, name: known?.name, kind: known?.kind, gpu: known?.gpu }, out);
    progress.add(row.id, [['percent', row.progressPercent]], from, out, context);
    return true;
  },

  'experiment.step': ({ payload, from, out, context, tables, progress }) => {
    if (countOf(payload.step) === undefined || countOf(payload.totalSteps) === undefined) return false;
    const row = experimentOf(payload, from, 'push');
    if (row === undefined) return false;
    const known = tables.experiments.get(row.id);
    tables.experiments.put({ ...row, name: known?.name, startedAt: known?.startedAt }, out);
    progress.add(row.id, [['percent', row.percent]], from, out, context);
    return true;
  },

  'hypothesis.update': ({ payload, from, out, tables }) => {
    const row = hypothesisOf(payload, from, 'push');
    if (row) tables.hypotheses.put(row, out);
    return row !== undefined;
  },

  [SIGNAL_EVENT]: ({ payload, message, from, out, signals }) =>
    signals.frame(payload, payload.sessionId ?? message.sessionId, from, out),

  'device.status': ({ payload, from, out }) => {
    const id = idOf(payload.deviceId, 128);
    const said = textOf(payload.status, 40);
    if (id === undefined || said === undefined) return false;
    const state = wordOf(said, LAB_DEVICE_STATES);
    const lastSeenAt = secondsMs(payload.lastSeen);
    out.put('devices', id, { ...from, t: 'lab-device', id, state, said, lastSeenAt } satisfies LabDeviceRecord);
    return true;
  },

  'telemetry.update': ({ payload, from, out, context, clock }) => {
    const id = idOf(payload.deviceId, 128);
    if (id === undefined || !isFields(payload.readings)) return false;
    const values = numericRows(payload.readings, 64);
    if (values.length === 0) return false;
    const measuredAt = utcMs(payload.timestamp);
    out.put('readings', id, {
      ...from,
      t: 'readings',
      id,
      measuredAt,
      values: Object.fromEntries(values),
    } satisfies DeviceReadingsRecord);
    // A device's clock may be wrong, as may be that of MAS; then the row is where it arrived.
    const at = measuredAt !== undefined && Math.abs(measuredAt - from.at) < 60_000 ? measuredAt : from.at;
    out.rows('telemetry', {
      series: values.map(([name]) => `${id.slice(0, 60)}.${name}`),
      times: Float64Array.of(clock.next(at, context.now)),
      columns: values.map(([, value]) => Float64Array.of(value)),
      provenance: context.simulated ? 'simulated' : 'measured',
    });
    return true;
  },

  'safety.alert': ({ payload, from, out }) => {
    const kind = textOf(payload.type, 80);
    const message = textOf(payload.message, 500);
    const said = textOf(payload.severity, 40);
    if (kind === undefined || message === undefined || said === undefined) return false;
    out.event('alerts', {
      ...from,
      t: 'safety-alert',
      raisedAt: millisMs(payload.timestamp),
      kind,
      message: withoutAddresses(message),
      severity: wordOf(said, ALERT_SEVERITIES),
      said,
    } satisfies SafetyAlertRecord);
    return true;
  },

  'mycobrain.result': ({ payload, from, out }) => {
    const id = idOf(payload.jobId, 128);
    const said = textOf(payload.status, 40);
    if (id === undefined || said === undefined) return false;
    const { result } = payload;
    out.put('jobs', id, {
      ...from,
      t: 'mycobrain-job',
      id,
      state: wordOf(said, JOB_STATES),
      said,
      result: result === null || result === undefined ? undefined : JSON.stringify(result).slice(0, 2_000),
    } satisfies MycobrainJobRecord);
    return true;
  },

  'mycelium.state': ({ payload, from, out }) => {
    const id = idOf(payload.networkId, 128);
    const nodes = countOf(payload.nodes);
    const edges = countOf(payload.edges);
    const coverage = numberOf(payload.coverage);
    const meanSignalUv = numberOf(payload.meanSignal);
    if (id === undefined || nodes === undefined || edges === undefined) return false;
    if (coverage === undefined || meanSignalUv === undefined) return false;
    const record: MyceliumRecord = {
      ...from,
      t: 'mycelium',
      id,
      nodes,
      edges,
      coverage: clamp(coverage, 0, 1),
      meanSignalUv,
    };
    out.put('mycelium', id, record);
    return true;
  },
};

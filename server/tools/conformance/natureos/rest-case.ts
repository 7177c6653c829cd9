import { readNegotiation } from '../../../../src/decode/signalr/negotiation.ts';
import { readSent } from '../../../../src/upstreams/natureos/command-book.ts';
import { readDashboard } from '../../../../src/upstreams/natureos/dashboard.ts';
import { field, fieldsOf, isFields, plainNumberOf, textOf } from '../../../../src/upstreams/natureos/fields.ts';
import { readHistory, readPage } from '../../../../src/upstreams/natureos/history.ts';
import { readMycaAnswer } from '../../../../src/upstreams/natureos/myca-answer.ts';
import { NatureosReader } from '../../../../src/upstreams/natureos/natureos-reader.ts';
import { readRestAnswer } from '../../../../src/upstreams/natureos/rest-answer.ts';
import { readSnapshot } from '../../../../src/upstreams/natureos/snapshot.ts';
import { readStoredTelemetry } from '../../../../src/upstreams/natureos/stored-telemetry.ts';
import type { ReadContext } from '../../../../src/upstreams/out.ts';
import type { VectorLine } from '../ndjson-file.ts';
import { Captured } from './captured.ts';
import type { Actual } from './outcome.ts';
import { actualOf, dashboardWords, timeWords } from './told.ts';

/** One answer over HTTP, by itself. */
export function restCase(line: VectorLine, context: ReadContext): Actual {
  const method = String(line.method ?? 'GET').toUpperCase();
  const [path = ''] = String(line.path ?? '').split('?');
  const status = Number(line.status ?? 200);
  const answer = readRestAnswer({ method, path }, status, String(line.wire ?? ''));
  const isCommand = /\/commands?(\/|$)/.test(path) && method === 'POST';
  if (answer.is !== 'value') {
    const words = { reason: answer.why, text: answer.words, backoff: answer.is === 'retry' };
    return { outcome: answer.is, ...words, ...(isCommand && { kind: 'command', commandState: 'not_sent' }) };
  }
  if (isCommand) return commandOf(answer.value, line.request);
  return (ROUTES.find(([route]) => route.test(path))?.[1] ?? plainly)(answer.value, context);
}

type ReadRoute = (answer: unknown, context: ReadContext) => Actual;

const plainly: ReadRoute = (answer) => ({ outcome: 'deliver', told: [answer] });

const ROUTES: readonly (readonly [path: RegExp, read: ReadRoute])[] = [
  [/\/negotiate$/, negotiated],
  [/^\/devices\/[^/]+\/sensor-data$/, history],
  [/^\/api\/devices\/statistics$/, plainly],
  [/^\/api\/mycobrain\/devices\/[^/]+\/telemetry$/, telemetry],
  [/^(\/api(\/mycobrain)?)?\/devices(\/active|\/by-status\/[^/]+|\/by-type\/[^/]+)?$/, devices],
  [/^\/api\/(mycobrain\/)?devices\/[^/]+$/, (answer, context) => devices([answer], context)],
  [/^\/api\/events\/statistics$/, plainly],
  [/^\/api\/events(\/by-(device|domain)\/[^/]+|\/by-time)?$/, events],
  [/^\/api\/events\/[^/]+$/, (answer, context) => events([answer], context)],
  [/\/(live-data|dashboard)$/, dashboard],
  [/\/myca\/query$/, myca],
];

function negotiated(answer: unknown): Actual {
  const read = readNegotiation(answer);
  switch (read.is) {
    case 'negotiated':
      return { outcome: 'control', ...read.negotiation };
    case 'redirect':
      return { outcome: 'control', url: read.url, accessToken: read.accessToken };
    case 'rejected':
      return { outcome: 'fatal', reason: 'negotiation_rejected', error: read.error };
    case 'bad':
      return { outcome: 'retry', reason: 'bad_negotiation' };
  }
}

function commandOf(answer: unknown, request: unknown): Actual {
  const sent = readSent(answer);
  if (sent === undefined) return { outcome: 'failed', reason: 'not_sent', kind: 'command', commandState: 'not_sent' };
  const asked = plainNumberOf(field(fieldsOf(request), 'seq'));
  const sequence = sent.sequence ?? asked;
  return { outcome: 'deliver', kind: 'command', commandState: 'queued', sequence };
}

function devices(answer: unknown, context: ReadContext): Actual {
  const captured = new Captured();
  new NatureosReader().snapshot(answer, 'devices', context, captured);
  const snapshot = readSnapshot(answer);
  if (snapshot === undefined) return { outcome: 'retry', reason: 'not_a_list' };
  if (snapshot.devices.length === 0 && snapshot.dropped.length === 0)
    return { outcome: 'unknown', reason: 'empty_snapshot' };
  const list = snapshot.devices.map(({ id, status, lastSeenAt, batteryPct }) => ({
    entity: id,
    status,
    lastSeenMs: lastSeenAt ?? null,
    battery: batteryPct ?? null,
  }));
  return { ...actualOf(captured), kind: 'snapshot', devices: list, entity: list[0]?.entity };
}

function history(answer: unknown): Actual {
  const read = readHistory(answer);
  if (read === undefined) return { outcome: 'retry', reason: 'not_a_list' };
  const { readings, dropped } = read;
  if (readings.length === 0 && dropped.length === 0) return { outcome: 'unknown', reason: 'empty_history' };
  const [first] = readings;
  return {
    outcome: readings.length === 0 ? 'reject' : dropped.length > 0 ? 'partial' : 'deliver',
    ...(dropped.length > 0 && { dropped }),
    kind: 'history',
    entity: first?.device,
    atMs: first?.at,
    values: readings.map(({ name, value, unit }) => ({ name, value, unit: unit ?? null })),
  };
}

function telemetry(answer: unknown, context: ReadContext): Actual {
  const read = readStoredTelemetry(answer, context);
  if (read === undefined) return { outcome: 'retry', reason: 'not_a_list' };
  const { messages, dropped } = read;
  if (messages.length === 0 && dropped.length === 0) return { outcome: 'unknown', reason: 'empty_history' };
  const [first] = messages;
  return {
    outcome: messages.length === 0 ? 'reject' : dropped.length > 0 ? 'partial' : 'deliver',
    ...(dropped.length > 0 && { dropped }),
    kind: 'history',
    entity: first?.device,
    deviceMs: first?.reading.deviceAt ?? null,
    atMs: first?.reading.deviceAt,
    values: first?.reading.values.map(({ name, value, unit }) => ({ name, value, unit: unit ?? null })),
  };
}

function events(answer: unknown, context: ReadContext): Actual {
  const page = readPage(answer);
  if (page === undefined) return { outcome: 'retry', reason: 'not_a_list' };
  if (page.items.length === 0)
    return page.next === undefined
      ? { outcome: 'unknown', reason: 'empty_page' }
      : { outcome: 'continue', reason: 'empty_page_but_more' };
  const captured = new Captured();
  new NatureosReader().events.stored(page.items, context, captured);
  const newIds = captured.events.map(({ record }) => (record as { readonly id: string }).id);
  const actual = actualOf(captured);
  return { ...actual, kind: page.items.length === 1 ? (actual.kind ?? 'events') : 'events', newIds, next: page.next };
}

function dashboard(answer: unknown, context: ReadContext): Actual {
  const read = isFields(answer) ? readDashboard(answer, context) : undefined;
  if (read === undefined) return plainly(answer, context);
  const { dropped } = read;
  const words = dashboardWords(read.dashboard);
  return { outcome: dropped.length > 0 ? 'partial' : 'deliver', ...words, ...(dropped.length > 0 && { dropped }) };
}

function myca(answer: unknown, context: ReadContext): Actual {
  const read = readMycaAnswer(answer, context);
  if (read === undefined) return { outcome: 'retry', reason: 'no_answer' };
  const { suggestedQuestions, answer: text, confidence } = read;
  return {
    outcome: 'deliver',
    kind: 'myca',
    ...timeWords(read),
    confidence,
    suggestedCount: suggestedQuestions.length,
    plainText: textOf(text),
  };
}

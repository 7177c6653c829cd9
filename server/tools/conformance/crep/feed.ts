import { createParser } from 'eventsource-parser';
import { reasonOfAnswer } from '../../../../src/upstreams/crep/failure.ts';
import { hintsOf } from '../../../../src/upstreams/crep/kinds.ts';
import { type CrepContext, readMessage, readValue } from '../../../../src/upstreams/crep/read.ts';
import { readEventOf } from '../../../../src/upstreams/crep/read-event.ts';
import { newReading, type Reading } from '../../../../src/upstreams/crep/reading.ts';
import type { CrepStore } from '../../../../src/upstreams/crep/store.ts';
import type { Out } from '../../../../src/upstreams/out.ts';
import type { VectorLine } from '../ndjson-file.ts';
import { fieldsOf } from './line.ts';

/** How the bytes of an event stream are cut: `1` byte by byte, else pieces of up to so many. */
export type Cut = 'whole' | number;

/** Gives one line's content to the reader as its transport does. */
export function feed(line: VectorLine, store: CrepStore, out: Out, now: number, cut: Cut): Reading {
  const context: CrepContext = { now, simulated: false, everyMs: 0, hints: hintsOf(String(line.endpoint)) };
  if (line.transport === 'sse') return feedEvent(line, store, out, context, cut);
  if (line.transport === 'bus') return readValue(line.json, store, out, context);
  const text = typeof line.raw === 'string' ? line.raw : JSON.stringify(line.json);
  if (line.transport === 'http') return feedAnswer(Number(line.status ?? 200), text, store, out, context);
  const bytes = typeof line.hex === 'string' ? Buffer.from(line.hex, 'hex') : undefined;
  return readMessage(bytes ?? text, store, out, context);
}

function feedAnswer(status: number, body: string, store: CrepStore, out: Out, context: CrepContext): Reading {
  if (status === 304) return { ...newReading(), is: 'nothing' };
  let value: unknown;
  let isJson = false;
  try {
    value = JSON.parse(body);
    isJson = true;
  } catch {
    // Told below, as the polling line tells it.
  }
  if (isJson && status === 200) return readValue(value, store, out, context);
  const reading = newReading();
  reading.is = 'failure';
  reading.why = reasonOfAnswer(status, body);
  return reading;
}

/** As bytes on the wire, in pieces, through the parser of the real stream. */
function feedEvent(line: VectorLine, store: CrepStore, out: Out, context: CrepContext, cut: Cut): Reading {
  const { event, data } = fieldsOf(line.sse);
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  const wire = `${event === undefined ? '' : `event: ${String(event)}\n`}data: ${text.replaceAll('\n', '\ndata: ')}\n\n`;
  const bytes = Buffer.from(wire);
  let reading: Reading | undefined;
  const parser = createParser({
    onEvent: (it) => {
      const frame = readFrameOf(it.data);
      reading = readEventOf(it.event ?? 'message', frame, store, out, context);
    },
  });
  const decoder = new TextDecoder();
  const step = cut === 'whole' ? bytes.length : cut;
  for (let at = 0; at < bytes.length; at += step)
    parser.feed(decoder.decode(bytes.subarray(at, at + step), { stream: true }));
  if (reading === undefined) throw new Error('the stream gave no event');
  return reading;
}

const readFrameOf = (data: string): unknown => {
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
};

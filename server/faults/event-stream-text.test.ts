import { expect, test } from 'vitest';
import { EventStreamText } from './event-stream-text.ts';
import { parseEventId } from './sse-link.ts';

test('events and ids, whole and byte by byte; an id without data is remembered too', () => {
  const text =
    ': hi\n\nid: a=e:1\nevent: events\ndata: {"x":1}\n\nid: a=e:1 b=f:2\n\ndata: two\ndata: lines\n\nid: half';
  const whole: string[] = [];
  const bytes: string[] = [];
  const into = (list: string[]) =>
    new EventStreamText(
      (data) => list.push(data),
      (id) => list.push(`#${id}`),
    );
  into(whole).feed(text);
  const reader = into(bytes);
  for (const char of text) reader.feed(char);
  expect(whole).toEqual(['{"x":1}', '#a=e:1', '#a=e:1 b=f:2', 'two\nlines']);
  expect(bytes).toEqual(whole);
});

test('an id of several channels', () => {
  expect([...parseEventId('events/a=e-1:7 samples/b=f:0')]).toEqual([
    ['events/a', { epoch: 'e-1', offset: 7 }],
    ['samples/b', { epoch: 'f', offset: 0 }],
  ]);
});

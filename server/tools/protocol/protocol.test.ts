import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { boardStatusSchema } from '../../../src/contract/board-status-schema.ts';
import { FROM_RELAY } from '../../../src/contract/from-relay.ts';
import { decodeSampleBatch } from '../../../src/contract/sample-batch.ts';
import { TO_RELAY } from '../../../src/contract/to-relay.ts';
import { fieldsOf } from './describe-schema.ts';
import { FROM_RELAY_EXAMPLES, STATUS_EXAMPLE, TO_RELAY_EXAMPLES } from './examples.ts';
import { EXAMPLE_BATCH, hexOfBatch } from './hex-batch.ts';
import { renderProtocol } from './render.ts';

const DOCUMENT = join(import.meta.dirname, '../../../docs/protocol.md');

test('docs/protocol.md is what the contract says', () => {
  // It is written by a program: run `npm run protocol`, and read what has changed.
  expect(renderProtocol() === readFileSync(DOCUMENT, 'utf8'), 'docs/protocol.md is stale: run `npm run protocol`').toBe(
    true,
  );
});

const cases = (schemas: object, examples: Readonly<Record<string, object>>) =>
  Object.entries(schemas).map(([name, schema]) => [name, schema as v.GenericSchema, examples[name]] as const);

test.each([...cases(TO_RELAY, TO_RELAY_EXAMPLES), ...cases(FROM_RELAY, FROM_RELAY_EXAMPLES)])(
  'the example of %s is one',
  (_, schema, example) => {
    const result = v.safeParse(schema, example);
    expect(result.issues?.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`)).toBeUndefined();
  },
);

test('the example of a board’s status is one', () => expect(v.is(boardStatusSchema, STATUS_EXAMPLE)).toBe(true));

test('the bytes of the sample batch are those of the batch beside them', () => {
  const digits = hexOfBatch()
    .split('\n')
    .map((line) => line.slice(6, 53).replaceAll(' ', ''))
    .join('');
  const { times, columns, ...head } = decodeSampleBatch(Uint8Array.from(Buffer.from(digits, 'hex')).buffer);
  expect({ ...head, times, columns }).toEqual(EXAMPLE_BATCH);
});

test('every link inside of the document leads somewhere', () => {
  const text = readFileSync(DOCUMENT, 'utf8');
  const slugs = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\d _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  const dead = [...text.matchAll(/\]\(#([^)]*)\)/g)]
    .map(([, slug]) => slug)
    .filter((slug) => !slugs.includes(slug ?? ''));
  expect(dead).toEqual([]);
});

test('limits, types and what may be left out are read from a schema', () => {
  const schema = v.object({
    a: v.pipe(v.string(), v.maxLength(8)),
    b: v.optional(v.pipe(v.pipe(v.number(), v.safeInteger()), v.minValue(2), v.maxValue(4_000))),
    c: v.pipe(v.array(v.nullable(v.number())), v.minLength(1)),
    d: v.object({ e: v.picklist(['x', 'y']) }),
    f: v.array(v.object({ g: v.literal(true) })),
  });
  expect(fieldsOf(schema, new Map())).toEqual([
    { name: 'a', type: 'string', required: true, limits: '≤ 8 characters' },
    { name: 'b', type: 'number', required: false, limits: '2 to 4,000' },
    { name: 'c', type: '(number | null)[]', required: true, limits: '≥ 1 items' },
    { name: 'd', type: 'object', required: true, limits: '' },
    { name: 'd.e', type: '"x" | "y"', required: true, limits: '' },
    { name: 'f', type: 'object[]', required: true, limits: '' },
    { name: 'f[].g', type: 'true', required: true, limits: '' },
  ]);
});

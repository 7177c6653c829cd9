import { expect, test } from 'vitest';
import { noteOf, readNotes } from './source-notes.ts';

const SOURCE = `
import * as v from 'valibot';
const word = /['"{]+\\//u;
/** What all have. */
const shared = {
  /** Ties an answer. */
  rid: v.number(),
};
const helloSchema = v.object({ t: v.literal('hello'), /** Who. */ name: v.string() });
const messages = {
  hello: helloSchema,
  /** Asks \`this\`,
   * over two lines. */
  'ask-it': v.object({
    ...shared,
    // not for the document
    where: v.pipe(v.string(), v.regex(/^[{,]$/)),
    /** How often. */
    every: v.object({ ms: v.number(), /** Deep. */ deep: v.number() }),
  }),
} as const;
export type Code =
  /** The first. */
  | 'first'
  | 'second';
export interface Line {
  /** When, see {@link import('./x.ts').Clock}. */
  readonly at: number;
  readonly who: { readonly name: string } | undefined;
}
`;
const source = readNotes(SOURCE);

test.each([
  ['shared.rid', 'Ties an answer.'],
  ['messages.ask-it', 'Asks `this`, over two lines.'],
  ['messages.ask-it.every', 'How often.'],
  ['messages.ask-it.every.deep', 'Deep.'],
  ['Code.first', 'The first.'],
  ['Line.at', 'When, see `Clock`.'],
])('the comment of %s', (path, note) => expect(source.notes.get(path)).toBe(note));

test('names without a comment have none, whatever stands before them', () => {
  for (const path of ['messages.ask-it.where', 'messages.hello', 'Code.second', 'Line.who'])
    expect(source.notes.has(path), path).toBe(false);
});

test('a field that comes from elsewhere is described there', () => {
  expect(noteOf(source, 'messages.ask-it', 'rid')).toBe('Ties an answer.');
  expect(noteOf(source, 'messages.hello', 'name')).toBe('Who.');
  expect(noteOf(source, 'messages.hello', 'nothing')).toBeUndefined();
});

test('every string of a union is a member of it', () =>
  expect(source.members.get('Code')).toEqual(['first', 'second']));

test('types of an interface, as written', () => {
  expect(source.types.get('Line.at')).toBe('number');
  expect(source.types.get('Line.who')).toBe('{ readonly name: string } | undefined');
});

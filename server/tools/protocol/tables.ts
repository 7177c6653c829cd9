import type * as v from 'valibot';
import { alternativesOf, type FieldRow, fieldsOf } from './describe-schema.ts';
import { SCHEMA_NAMES } from './schema-names.ts';
import { meaningOf } from './sources.ts';

/** Where the words about a schema's fields are. */
export interface Described {
  readonly file: string;
  /** Path of its comments in that file. */
  readonly notes: string;
  /** The message's or record's name. */
  readonly owner: string;
}

const cell = (text: string): string =>
  text
    .replaceAll(/(?<!\\)\|/g, '\\|')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** Every field of a schema; a schema of alternatives gets a table for each. Throws for a field that nobody says the meaning of. */
export function fieldTables(schema: v.GenericSchema, described: Described): string {
  const alternatives = alternativesOf(schema);
  return alternatives
    .map((alternative) => {
      const rows = fieldsOf(alternative, namesWithout(schema));
      const title = alternatives.length > 1 ? `${titleOf(rows)}\n\n` : '';
      return (
        title +
        table(
          HEAD,
          rows.filter(({ name }) => name !== 't').map((row) => fieldLine(row, described)),
        )
      );
    })
    .join('\n\n');
}

const HEAD = ['field', 'type', 'required', 'limits', 'meaning'];

/** A record's own name is not a word that explains it. */
function namesWithout(schema: v.GenericSchema): ReadonlyMap<unknown, string> {
  const names = new Map(SCHEMA_NAMES);
  names.delete(schema);
  return names;
}

/** What tells one alternative from another: a field that can only have one value, or few. */
function titleOf(rows: readonly FieldRow[]): string {
  const tag = rows.find(({ name, type }) => name !== 't' && /^("|true$|false$)/.test(type));
  return tag === undefined ? '' : `\`${tag.name}\` is \`${tag.type.replaceAll(' | ', '` or `')}\`:`;
}

function fieldLine({ name, type, required, limits }: FieldRow, { file, notes, owner }: Described): string[] {
  const meaning = meaningOf(file, notes, owner, name);
  if (meaning === undefined || meaning === '')
    throw new Error(
      `${owner}.${name}: nobody says what it means. Write a comment beside it in src/contract/${file}.ts`,
    );
  const shown = type.includes('](#') ? type : `\`${type}\``;
  return [`\`${name}\``, shown, required ? 'yes' : '', limits, meaning];
}

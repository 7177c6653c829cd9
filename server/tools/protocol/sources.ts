import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { noteOf, readNotes, type SourceNotes } from './source-notes.ts';
import { WORDS } from './words.ts';

const CONTRACT = join(import.meta.dirname, '../../../src/contract');
const known = new Map<string, SourceNotes>();

/** The comments of a file of `src/contract`, without its ending. */
export function contractNotes(file: string): SourceNotes {
  const found = known.get(file) ?? readNotes(readFileSync(join(CONTRACT, `${file}.ts`), 'utf8'));
  known.set(file, found);
  return found;
}

/**
 * What a field means: its comment in the contract, else our words for it.
 * @param owner the message or record, for words that differ from one to the next.
 */
export function meaningOf(file: string, path: string, owner: string, field: string): string | undefined {
  const plain = field.replaceAll('[]', '');
  const own = noteOf(contractNotes(file), path, plain) ?? WORDS[`${owner}.${field}`] ?? WORDS[field];
  return own ?? WORDS[plain.slice(plain.lastIndexOf('.') + 1)];
}

/** The codes of a union, with what each means. Throws for one that nobody explains. */
export function codesOf(file: string, type: string): [code: string, meaning: string][] {
  const { members, notes } = contractNotes(file);
  return (members.get(type) ?? []).map((code) => {
    const meaning = notes.get(`${type}.${code}`) ?? WORDS[`${type}.${code}`];
    if (meaning === undefined)
      throw new Error(
        `${type} ${code}: nobody says what it means. Write a comment above it in src/contract/${file}.ts`,
      );
    return [code, meaning];
  });
}

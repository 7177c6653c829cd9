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

/** Of a constant's entries, in their order: name and comment. */
export function entriesOf(file: string, constant: string): [name: string, note: string][] {
  const start = `${constant}.`;
  return [...contractNotes(file).notes]
    .filter(([path]) => path.startsWith(start) && !path.slice(start.length).includes('.'))
    .map(([path, note]) => [path.slice(start.length), note]);
}

import type { ConsoleRow } from './line-rows.ts';

/** Lines as a person pastes them: ISO time, kind, text, and the bytes where asked for. */
export function linesAsText(rows: readonly ConsoleRow[], withBytes: boolean): string {
  return rows
    .filter((row) => row.detail === undefined)
    .map(({ line }) => {
      const bytes = withBytes && line.hex !== '' ? `\t${line.hex}` : '';
      return `${new Date(line.at).toISOString()}\t${line.kind}\t${line.text}${bytes}`;
    })
    .join('\n');
}

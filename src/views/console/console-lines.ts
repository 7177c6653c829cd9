import type { ConsoleRecord } from '../../contract/console-record.ts';
import { consoleWords as words } from '../../i18n/console.ts';
import { t } from '../../i18n/en.ts';
import type { LogEntry } from '../../link/event-log.ts';

export const LINE_KINDS = ['text', 'json', 'frame', 'error', 'sent', 'note'] as const;
export type LineKind = (typeof LINE_KINDS)[number];

/** One entry of a console as it is shown. */
export interface ConsoleLine {
  readonly kind: LineKind;
  readonly at: number;
  readonly text: string;
  /** The exact bytes; empty for notes. */
  readonly hex: string;
  readonly level: 'plain' | 'info' | 'warn' | 'alarm';
}

/** Characters that move, hide or reorder text without being seen. */
const HIDDEN = /[\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Cc}/gu;

/** Control characters as their codes, so that nothing in a line is invisible or acts on the page. Not as pictures: many fonts lack them. */
export const visible = (text: string): string =>
  text.replace(HIDDEN, (character) => {
    const code = character.charCodeAt(0);
    return `⟨${code.toString(16).padStart(code < 0x100 ? 2 : 4, '0')}⟩`;
  });

export function consoleLine(entry: LogEntry<ConsoleRecord>): ConsoleLine {
  if (entry.is === 'gap') {
    const { gap } = entry;
    const text = t.common.lostRecords(gap.count, t.common.gapWhy[gap.why]);
    return { kind: 'note', at: gap.toMs, text: `▒ ${text}`, hex: '', level: 'warn' };
  }
  const { record } = entry;
  if (record.dir === 'note')
    return { kind: 'note', at: record.at, text: visible(record.text), hex: '', level: record.level };
  if (record.dir === 'out') {
    return {
      kind: 'sent',
      at: record.at,
      text: `${words.by(record.by)} ${visible(record.text)}`,
      hex: record.hex,
      level: 'info',
    };
  }
  const { item } = record;
  const base = { at: record.at, hex: record.hex };
  switch (item.kind) {
    case 'text':
      return { ...base, kind: 'text', text: visible(item.text), level: 'plain' };
    case 'json':
      return { ...base, kind: 'json', text: visible(JSON.stringify(item.value)), level: 'plain' };
    case 'mdp': {
      const { header } = item;
      const body = item.body_text ?? (item.body === null || item.body === undefined ? '' : JSON.stringify(item.body));
      const text = `${header.type_name} #${header.seq}${header.ack > 0 ? ` ack ${header.ack}` : ''} ${body}`;
      return { ...base, kind: 'frame', text: visible(text), level: item.body_error === undefined ? 'plain' : 'warn' };
    }
    case 'error':
      return { ...base, kind: 'error', text: `✕ ${item.error} · ${record.hex.length / 2} bytes`, level: 'alarm' };
  }
}

export interface LineFilter {
  readonly kinds: ReadonlySet<LineKind>;
  /** Empty: no search. */
  readonly search: string;
  readonly regex: boolean;
}

/** Makes the test a line must pass. `bad` is true when the expression cannot be read: then its text is searched as it is. */
export function makeLineTest(filter: LineFilter): {
  readonly test: (line: ConsoleLine) => boolean;
  readonly bad: boolean;
} {
  const plain = filter.search.toLowerCase();
  let pattern: RegExp | undefined;
  let bad = false;
  if (filter.regex && filter.search !== '') {
    try {
      pattern = new RegExp(filter.search, 'i');
    } catch {
      bad = true;
    }
  }
  const found = (text: string) => (pattern === undefined ? text.toLowerCase().includes(plain) : pattern.test(text));
  return { bad, test: (line) => filter.kinds.has(line.kind) && (plain === '' || found(line.text)) };
}

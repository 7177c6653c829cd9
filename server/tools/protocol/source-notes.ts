/** What a source file says of its names. Paths are names with dots between: `messages.hello.client`. */
export interface SourceNotes {
  /** The doc comment before a name, in one line. */
  readonly notes: ReadonlyMap<string, string>;
  /** `...name` inside of an object. */
  readonly spreads: ReadonlyMap<string, readonly string[]>;
  /** `key: name`. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Type of an interface's property, as written. */
  readonly types: ReadonlyMap<string, string>;
  /** Strings of a union, commented or not. */
  readonly members: ReadonlyMap<string, readonly string[]>;
}

const TOKEN =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\.\.\.|=>|[A-Za-z_$][\w$]*|\d[\w.]*|\s+|[^\s]/y;
const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const DECLARES = new Set(['const', 'interface', 'type', 'function', 'class']);
const NAME = /^[A-Za-z_$]/;

interface Frame {
  readonly open: string;
  readonly path: string;
  /** The next token is a member's name. */
  fresh: boolean;
  key: string | undefined;
  typeFrom: number;
}

/** Reads the comments of a TypeScript file by a walk over its tokens: enough for files that hold shapes and little else. */
export function readNotes(text: string): SourceNotes {
  const notes = new Map<string, string>();
  const spreads = new Map<string, string[]>();
  const aliases = new Map<string, string>();
  const types = new Map<string, string>();
  const members = new Map<string, string[]>();
  const top: Frame = { open: '', path: '', fresh: false, key: undefined, typeFrom: -1 };
  const stack: Frame[] = [top];
  let comment: string | undefined;
  let before = '';
  const pathOf = (frame: Frame): string => [frame.path, frame.key].filter(Boolean).join('.');
  const note = (path: string): void => {
    if (comment !== undefined && !notes.has(path)) notes.set(path, comment);
    comment = undefined;
  };

  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at, before);
    const start = at;
    at += token.length;
    if (/^\s/.test(token) || token.startsWith('//')) continue;
    if (token.startsWith('/*')) {
      comment = token.startsWith('/**') ? plain(token) : undefined;
      continue;
    }
    const frame = stack.at(-1) ?? top;
    if (frame === top && DECLARES.has(before) && NAME.test(token)) {
      top.key = token;
      note(token);
    } else if (frame.open === '{' && frame.fresh) member(frame, token, at);
    else if (before === '|' && token.startsWith("'")) union(pathOf(frame), token.slice(1, -1));
    else if (before === ':' && frame.open === '{' && NAME.test(token)) aliases.set(pathOf(frame), token);
    if (token === '{' || token === '(' || token === '[')
      stack.push({ open: token, path: pathOf(frame), fresh: token === '{', key: undefined, typeFrom: -1 });
    else if ((token === '}' || token === ')' || token === ']') && stack.length > 1) stack.pop();
    else if ((token === ',' || token === ';') && frame.open === '{') {
      if (frame.typeFrom >= 0 && token === ';') types.set(pathOf(frame), oneLine(text.slice(frame.typeFrom, start)));
      frame.fresh = true;
      frame.key = undefined;
      frame.typeFrom = -1;
    }
    before = token;
  }
  return { notes, spreads, aliases, types, members };

  function union(path: string, name: string): void {
    members.set(path, [...(members.get(path) ?? []), name]);
    note(`${path}.${name}`);
  }

  function member(frame: Frame, token: string, end: number): void {
    if (token === 'readonly' || token === '...' || token === '}') return;
    frame.fresh = false;
    if (before === '...') {
      const known = spreads.get(frame.path) ?? [];
      spreads.set(frame.path, [...known, token]);
      return;
    }
    if (!NAME.test(token) && !token.startsWith("'")) return;
    frame.key = token.replace(/^'|'$/g, '');
    note(pathOf(frame));
    const colon = /^\??:/.exec(text.slice(end));
    if (colon) frame.typeFrom = end + colon[0].length;
  }
}

/** A slash is a regular expression where no value can stand before it. */
function tokenAt(text: string, at: number, before: string): string {
  if (text[at] === '/' && text[at + 1] !== '*' && text[at + 1] !== '/' && /^[(,=:[!&|?{};]?$|^return$/.test(before)) {
    REGEX.lastIndex = at;
    const regex = REGEX.exec(text)?.[0];
    if (regex !== undefined) return regex;
  }
  TOKEN.lastIndex = at;
  return TOKEN.exec(text)?.[0] ?? text.charAt(at);
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** A comment as one line of Markdown: drawings are left out, links become names. */
function plain(comment: string): string {
  const lines = comment.replaceAll(/^\/\*\*|\*\/$/g, '').replaceAll(/^\s*\*/gm, '');
  return oneLine(lines.replaceAll(/```[\s\S]*?```/g, ''))
    .replaceAll(/\{@link (?:import\('[^']*'\)\.)?([^}]*)\}/g, '`$1`')
    .replaceAll(/ - ([a-z-]+) /g, ' · `$1` ');
}

/** The comment of one field: beside it, or beside the name that it is made of. */
export function noteOf(source: SourceNotes, path: string, field: string, depth = 0): string | undefined {
  const own = source.notes.get(`${path}.${field}`);
  if (own !== undefined || depth > 4) return own;
  const owners = [...(source.spreads.get(path) ?? []), source.aliases.get(path)];
  for (const owner of owners) {
    if (owner === undefined || owner === path) continue;
    const found = noteOf(source, owner, field, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

import * as v from 'valibot';
import { DASHBOARD, DASHBOARDS, type Dashboard } from './dashboard.ts';

const VERSION = 1;
const SAVED = v.object({ hyphae: v.literal('dashboards'), version: v.number(), dashboards: DASHBOARDS });
const MAX_CHARS = 262_144;
/** Of what JavaScript counts as one, in UTF-8. */
const MOST_BYTES_OF_A_CHAR = 3;

export type Read<T> = { readonly is: 'read'; readonly value: T } | { readonly is: 'wrong'; readonly why: string };

/** What is saved in this browser and in files that others can open. */
export const writeDashboards = (dashboards: readonly Dashboard[]): string =>
  `${JSON.stringify({ hyphae: 'dashboards', version: VERSION, dashboards }, undefined, 1)}\n`;

/** The dashboards in such a text, or what is wrong with it, in words that end a sentence. */
export function readDashboards(text: string): Read<readonly Dashboard[]> {
  if (text.length > MAX_CHARS) return { is: 'wrong', why: 'it is too large' };
  const json = readJson(text);
  if (json.is === 'wrong') return json;
  const read = check(SAVED, json.value);
  if (read.is === 'wrong') return read;
  if (read.value.version > VERSION) return { is: 'wrong', why: 'a newer Hyphae made it; reload this page to update' };
  return { is: 'read', value: read.value.dashboards };
}

/** Looks at the size before anything is read. */
export async function readDashboardsFile(file: Blob): Promise<Read<readonly Dashboard[]>> {
  if (file.size > MAX_CHARS * MOST_BYTES_OF_A_CHAR) return { is: 'wrong', why: 'it is too large' };
  try {
    return readDashboards(await file.text());
  } catch (cause) {
    return { is: 'wrong', why: `this browser could not read it (${String(cause)})` };
  }
}

/** A dashboard in the address: `#d=` and its JSON, deflated, in base64url. */
const LINK = '#d=';
/** Longer addresses are cut by programs that pass them on. */
export const MAX_LINK_CHARS = 8_000;
const MAX_UNPACKED_BYTES = 131_072;

export const isLink = (hash: string): boolean => hash.startsWith(LINK);

/** undefined: too large for a link, a file can carry it. */
export async function writeLink(dashboard: Dashboard): Promise<string | undefined> {
  const packed = new Blob([JSON.stringify(dashboard)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  const code = btoa(String.fromCharCode(...bytes.subarray(0, MAX_LINK_CHARS)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
  return bytes.length > MAX_LINK_CHARS || code.length > MAX_LINK_CHARS ? undefined : `${LINK}${code}`;
}

export async function readLink(hash: string): Promise<Read<Dashboard>> {
  const code = hash.slice(LINK.length);
  if (code.length > MAX_LINK_CHARS) return { is: 'wrong', why: 'it is too long' };
  let text: string;
  try {
    const bytes = Uint8Array.from(atob(code.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
    text = await unpack(bytes);
  } catch (cause) {
    return {
      is: 'wrong',
      why: cause instanceof TooLarge ? 'it unpacks to too much' : 'it was cut or changed on its way',
    };
  }
  const json = readJson(text);
  return json.is === 'wrong' ? json : check(DASHBOARD, json.value);
}

class TooLarge extends Error {}

/** Stops in the middle of what was made to fill the memory. */
async function unpack(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const part of stream) {
    size += part.length;
    if (size > MAX_UNPACKED_BYTES) throw new TooLarge();
    parts.push(part);
  }
  return new Blob(parts).text();
}

function readJson(text: string): Read<unknown> {
  try {
    return { is: 'read', value: JSON.parse(text) };
  } catch {
    return { is: 'wrong', why: 'it is not JSON' };
  }
}

function check<S extends v.GenericSchema>(schema: S, value: unknown): Read<v.InferOutput<S>> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return { is: 'read', value: parsed.output };
  const [issue] = parsed.issues;
  return { is: 'wrong', why: `${v.getDotPath(issue) ?? 'the whole'}: ${issue.message.slice(0, 200)}` };
}

import * as v from 'valibot';
import type { CustomFeed } from '../../../contract/upstream/custom-feed.ts';
import { CUSTOM_FEED } from '../../../contract/upstream/custom-feed-schema.ts';

const FILE = v.object({ hyphae: v.literal('feeds'), feeds: v.pipe(v.array(CUSTOM_FEED), v.maxLength(64)) });
const MAX_BYTES = 262_144;

/** A file that another browser can take. Secrets are in no feed: they stay with the server. */
export const feedFile = (feeds: readonly CustomFeed[]): string =>
  `${JSON.stringify({ hyphae: 'feeds', feeds }, undefined, 2)}\n`;

/** Feeds of such a file, or what is wrong with it. */
export function readFeedFile(text: string): { readonly feeds: readonly CustomFeed[] } | { readonly wrong: string } {
  if (text.length > MAX_BYTES) return { wrong: 'it is too large' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { wrong: 'it is not JSON' };
  }
  const parsed = v.safeParse(FILE, value);
  if (parsed.success) return { feeds: parsed.output.feeds };
  const [issue] = parsed.issues;
  return { wrong: `${v.getDotPath(issue) ?? 'the file'}: ${issue.message}` };
}

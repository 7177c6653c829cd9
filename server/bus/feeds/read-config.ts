import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import { ConfigError } from '../../config.ts';
import { DEFAULT_CHANNELS, DEFAULT_STREAMS } from './default-feeds.ts';
import { type FeedIssue, type FeedsConfig, feedIssues, feedsSchema } from './feed-config.ts';
import { jsonLines } from './json-lines.ts';

/** What is wrong with a configuration of feeds, one line each: where, and what would be right. A start says this and nothing else. */
export class FeedsConfigError extends ConfigError {}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The feeds to read: of the file `HYPHAE_FEEDS` (JSON, or a module that exports `feeds`), or the platform's usual channels of
 * `REDIS_FEEDS_URL` (several with spaces between are merged). undefined: none. Throws {@link FeedsConfigError}.
 */
export async function readFeedsConfig(env: Env): Promise<FeedsConfig | undefined> {
  const file = env.HYPHAE_FEEDS;
  if (file !== undefined && file !== '') return await readFeedsFile(file, env);
  const urls = (env.REDIS_FEEDS_URL ?? '').split(/\s+/).filter((url) => url !== '');
  return urls.length === 0 ? undefined : defaultFeeds(urls);
}

/** The default allow-list on one or more Redis servers. */
export function defaultFeeds(urls: readonly string[]): FeedsConfig {
  const sources = urls.map((url, at) => ({
    name: at === 0 ? 'redis' : `redis-${at + 1}`,
    url,
    channels: DEFAULT_CHANNELS,
    // A snapshot replaces all of its channel, so each server after the first has its own.
    streams: DEFAULT_STREAMS.map((feed) =>
      at > 0 && feed.how === 'snapshot' ? { ...feed, to: `${feed.to}.${at + 1}` } : feed,
    ),
  }));
  return parseFeeds({ sources }, {}, 'REDIS_FEEDS_URL');
}

async function readFeedsFile(file: string, env: Env): Promise<FeedsConfig> {
  if (/\.[cm]?[jt]s$/.test(file)) {
    const module: Record<string, unknown> = await import(pathToFileURL(resolve(file)).href).catch((cause: unknown) => {
      throw new FeedsConfigError(`${file} does not load: ${messageOf(cause)}`, { cause });
    });
    if (module.feeds === undefined)
      throw new FeedsConfigError(`${file} must have: export const feeds = { sources: […] }`);
    return parseFeeds(module.feeds, env, file);
  }
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new FeedsConfigError(`HYPHAE_FEEDS=${file} cannot be read: ${messageOf(cause)}`, { cause });
  });
  return parseFeeds(parseJson(text, file), env, file, text);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // What it found, but not the text around it, which may be a password. Not every message says where.
    const what = messageOf(cause).replace(/,\s+(?:\.\.\.)?"[\s\S]*$/, '');
    const at = what.includes('end of JSON') ? text.length : /position (\d+)/.exec(what)?.[1];
    const line = at === undefined ? '' : `:${text.slice(0, Number(at)).split('\n').length}`;
    throw new FeedsConfigError(`${file}${line}: not JSON: ${what}`);
  }
}

/** Checks a configuration. `text`: the JSON it is from, so that an error can name the line. */
export function parseFeeds(value: unknown, env: Env, file: string, text?: string): FeedsConfig {
  const parsed = v.safeParse(feedsSchema, value);
  if (!parsed.success) {
    const issues = parsed.issues.map((issue) => ({
      path: (issue.path ?? []).map(({ key }) => String(key)),
      message: issue.message,
    }));
    throw refusal(issues, file, text);
  }
  const sources = parsed.output.sources.map((source) => ({ ...source, url: urlOf(source.url, env) }));
  const issues = feedIssues({ sources });
  if (issues.length > 0) throw refusal(issues, file, text);
  return { sources };
}

const urlOf = (url: string, env: Env): string => (url.startsWith('$') ? (env[url.slice(1)] ?? url) : url);

function refusal(issues: readonly FeedIssue[], file: string, text: string | undefined): FeedsConfigError {
  const lines = text === undefined ? undefined : jsonLines(text);
  const told = issues.slice(0, 20).map(({ path, message }) => {
    const line = lines === undefined ? undefined : lineOf(lines, path);
    return `${file}${line === undefined ? '' : `:${line}`}: ${path.join('.')}: ${message}`;
  });
  return new FeedsConfigError(told.join('\n'));
}

/** Of the value itself, or if it is missing, of what it is missing in. */
function lineOf(lines: ReadonlyMap<string, number>, path: FeedIssue['path']): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const line = lines.get(path.slice(0, length).join('.'));
    if (line !== undefined) return line;
  }
  return undefined;
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

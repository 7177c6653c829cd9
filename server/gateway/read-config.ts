import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { UPSTREAMS } from '../../src/contract/upstream/upstream.ts';
import { jsonLines } from '../bus/feeds/json-lines.ts';
import { ConfigError } from '../config-error.ts';
import { type GatewayFile, gatewayFileSchema } from './config-schema.ts';
import { PRESETS } from './presets/registry.ts';

type Env = Readonly<Record<string, string | undefined>>;

export const CONFIG_FILE = 'hyphae.config.json';
const MAX_ISSUES = 20;
const TWO_SERVERS: readonly string[] = PRESETS.filter(({ altPaths }) => altPaths !== undefined).map(({ slug }) => slug);

/**
 * The file that says where the upstreams are: `HYPHAE_CONFIG`, or {@link CONFIG_FILE} in the working folder if it is there. undefined:
 * nobody said. Throws a {@link ConfigError} that names each wrong field, its line, and what would be right.
 */
export function readGatewayFile(env: Env, folder = process.cwd()): GatewayFile | undefined {
  const named = env.HYPHAE_CONFIG;
  const usual = join(folder, CONFIG_FILE);
  if (named === undefined || named === '')
    return existsSync(usual) ? parseGatewayFile(read(usual, CONFIG_FILE), CONFIG_FILE, env) : undefined;
  return parseGatewayFile(read(named, `HYPHAE_CONFIG=${named}`), named, env);
}

function read(file: string, told: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`${told} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

interface Issue {
  readonly path: readonly string[];
  readonly message: string;
}

/** Checks the text of a configuration file. */
export function parseGatewayFile(written: string, file: string, env: Env): GatewayFile {
  // Some editors begin a file with a mark of its encoding.
  const text = written.replace(/^\ufeff/, '');
  const value = parseJson(text, file);
  // A list would pass as an object without fields.
  if (Array.isArray(value)) throw new ConfigError(`${file}: the file: must be an object: { "upstreams": { … } }`);
  const parsed = v.safeParse(gatewayFileSchema, value);
  const fail = (issues: readonly Issue[]): never => {
    const lines = jsonLines(text);
    const told = issues.slice(0, MAX_ISSUES).map(({ path, message }) => {
      const line = lineOf(lines, path);
      return `${file}${line === undefined ? '' : `:${line}`}: ${path.join('.') || 'the file'}: ${message}`;
    });
    throw new ConfigError(told.join('\n'));
  };
  if (!parsed.success) return fail(parsed.issues.map(issueOf));
  const upstreams = parsed.output.upstreams ?? {};
  const issues = Object.entries(upstreams).flatMap(([slug, one]) => issuesOf(slug, one, env));
  if (issues.length > 0) return fail(issues);
  return { upstreams, connect: parsed.output.connect };
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // Without the text around it, which may be anything that was pasted there.
    const what = (cause instanceof Error ? cause.message : String(cause)).replace(/,\s+(?:\.\.\.)?"[\s\S]*$/, '');
    const at = what.includes('end of JSON') ? text.length : /position (\d+)/.exec(what)?.[1];
    const line = at === undefined ? '' : `:${text.slice(0, Number(at)).split('\n').length}`;
    throw new ConfigError(`${file}${line}: not JSON: ${what}`);
  }
}

function issueOf(issue: v.BaseIssue<unknown>): Issue {
  const path = (issue.path ?? []).map(({ key }) => String(key));
  if (issue.type === 'strict_object' && issue.expected === 'never')
    return {
      path,
      message: path[0] === 'upstreams' && path.length === 2 ? unknownUpstream(path[1] ?? '') : 'there is no such field',
    };
  // `must be …` is ours; valibot's own words are about types.
  return { path, message: issue.message };
}

function unknownUpstream(slug: string): string {
  return slug === 'redis'
    ? 'is configured by REDIS_FEEDS_URL or HYPHAE_FEEDS (docs/options.md), not here'
    : `there is no such upstream: ${UPSTREAMS.filter((one) => one !== 'redis').join(', ')}`;
}

/** What the shape of a file cannot say. */
function issuesOf(slug: string, one: GatewayFile['upstreams'][string], env: Env): readonly Issue[] {
  if (one === undefined) return [];
  const issues: Issue[] = [];
  const { url, altUrl, secret, simulate } = one;
  const at = (...path: string[]): string[] => ['upstreams', slug, ...path];
  if (url === undefined && simulate !== true)
    issues.push({
      path: at('url'),
      message: 'is missing: write where the upstream is, such as "https://mas.example", or `"simulate": true`',
    });
  if (altUrl !== undefined && !TWO_SERVERS.includes(slug))
    issues.push({ path: at('altUrl'), message: `only ${TWO_SERVERS.join(' and ')} are two servers: leave it out` });
  if (secret !== undefined && simulate !== true) {
    const value = env[secret.env];
    // Values never are in a message: those end in logs.
    if (value === undefined || value === '')
      issues.push({
        path: at('secret', 'env'),
        message: `the environment variable ${secret.env} is not set: export it before the start, or leave \`secret\` out`,
      });
    else if (!/^[\x20-\x7e]+$/.test(value))
      issues.push({
        path: at('secret', 'env'),
        message: `${secret.env} holds more than one line, or characters that no header can carry`,
      });
    if (secret.header === undefined && PRESETS.find((preset) => preset.slug === slug)?.secretHeader === undefined)
      issues.push({
        path: at('secret', 'header'),
        message: 'is missing: write the name of the header that carries the secret',
      });
  }
  return issues;
}

/** Of the value itself, or if it is missing, of what it is missing in. */
function lineOf(lines: ReadonlyMap<string, number>, path: readonly string[]): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const line = lines.get(path.slice(0, length).join('.'));
    if (line !== undefined) return line;
  }
  return undefined;
}

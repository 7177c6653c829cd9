import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UPSTREAMS } from '../../src/contract/upstream/upstream.ts';
import { ConfigError } from '../config-error.ts';
import type { GatewayPreset } from './preset.ts';
import { parseGatewayFile, readGatewayFile } from './read-config.ts';
import { addressOf, makeTargets, toSimulate } from './targets.ts';

const ENV = { MYCO_KEY: 'myco_web_abcdefghijklmnopqrstuvwxyz012345' };
const parse = (value: unknown, env: Record<string, string> = ENV) =>
  parseGatewayFile(JSON.stringify(value, null, 2), 'c.json', env);
const wrong = (value: unknown, env?: Record<string, string>): string => {
  try {
    parse(value, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'nothing is wrong';
};
const mycorrhizae = (more: object) => ({ upstreams: { mycorrhizae: { url: 'https://m.example', ...more } } });

test('the example is sound, has every upstream, and keeps no secret', () => {
  const text = readFileSync(join(import.meta.dirname, '../../hyphae.config.example.json'), 'utf8');
  const env = Object.fromEntries([...text.matchAll(/"env": "(\w+)"/g)].map(([, name]) => [name ?? '', 'a value']));
  const file = parseGatewayFile(text, 'hyphae.config.example.json', env);
  expect(Object.keys(file.upstreams).sort()).toEqual(UPSTREAMS.filter((slug) => slug !== 'redis').sort());
  expect(() => parseGatewayFile(text, 'hyphae.config.example.json', {})).toThrow(/is not set: export it/);
});

test('an error names the file, the line, the field and what to write', () => {
  expect(wrong({ upstreams: { 'mas-topology': { url: 'mas.example' } } })).toBe(
    'c.json:4: upstreams.mas-topology.url: must begin with http:// or https:// (sockets are reached by the same address)',
  );
  expect(wrong({ upstreams: { 'mas-topology': {} } })).toContain(
    'upstreams.mas-topology.url: is missing: write where the upstream is',
  );
  expect(wrong({ upstreams: { topology: { url: 'http://a' } } })).toContain(
    'upstreams.topology: there is no such upstream: natureos, mas-scientific',
  );
  expect(wrong({ upstreams: { redis: { url: 'http://a' } } })).toContain(
    'is configured by REDIS_FEEDS_URL or HYPHAE_FEEDS',
  );
  expect(wrong({ upstream: {} })).toContain('c.json:2: upstream: there is no such field');
  expect(wrong(mycorrhizae({ url: 'https://user:word@m.example' }))).toContain('must not carry a user or a password');
  expect(wrong(mycorrhizae({ url: 'https://m.example/?a=1' }))).toContain('must end with its path');
  expect(wrong(mycorrhizae({ altUrl: 'https://a.example' }))).toContain('only crep and mas-voice are two servers');
  expect(wrong(mycorrhizae({ timeoutMs: 5 }))).toContain('timeoutMs: must be a whole number from 100 to 600000 (ms)');
  expect(wrong(mycorrhizae({ budget: { perMinute: 0 } }))).toContain('budget.perMinute: must be a whole number from 1');
  expect(wrong(mycorrhizae({ headers: { Host: 'x' } }))).toContain('is set by the connection itself');
  expect(wrong(mycorrhizae({ allow: { also: [{ is: 'http' }] } }))).toContain('allow.also.0.');
  expect(wrong(mycorrhizae({ allow: { only: ['/a/**/b'] } }))).toContain('must be a path');
  expect(wrong({ connect: ['https://a.example/x'] })).toContain('connect.0: must be an origin');
  for (const source of ['javascript:', 'https://a;b', 'https://a,b', "https://a'b"])
    expect(wrong({ connect: [source] }), source).toContain('connect.0: must be an origin');
  expect(wrong({ connect: ['https://a.example:8443', 'https://[::1]:80', 'https://*.a.example'] })).toBe(
    'nothing is wrong',
  );
  expect(wrong([])).toBe('c.json: the file: must be an object: { "upstreams": { … } }');
});

test('a mark that some editors put before the text is no mistake', () => {
  expect(parseGatewayFile('\ufeff{"upstreams":{}}', 'c.json', {}).upstreams).toEqual({});
});

test('the map’s sockets are MAS’s: crep is two servers', () => {
  expect(wrong({ upstreams: { crep: { url: 'https://site.example', altUrl: 'https://mas.example' } } })).toBe(
    'nothing is wrong',
  );
});

test('a secret is only ever named, must be there at the start, and is in no message', () => {
  const secret = { secret: { header: 'X-API-Key', env: 'MYCO_KEY' } };
  expect(wrong(mycorrhizae(secret), {})).toBe(
    'c.json:7: upstreams.mycorrhizae.secret.env: the environment variable MYCO_KEY is not set: export it before the start, or leave `secret` out',
  );
  expect(wrong(mycorrhizae(secret), { MYCO_KEY: 'two\nlines' })).not.toContain('two');
  expect(wrong(mycorrhizae({ secret: { header: 'X-API-Key', env: 'myco_web_abc-def' } }))).toContain(
    'must be the NAME of an environment variable',
  );
  expect(wrong(mycorrhizae({ simulate: true, ...secret }), {}), 'a simulator needs none').toBe('nothing is wrong');
});

test('what is not JSON is told with its line, without what stands there', () => {
  const text = '{\n  "connect": [\n    hunter2\n';
  expect(() => parseGatewayFile(text, 'c.json', {})).toThrow(/^c\.json(:3)?: not JSON: /);
  expect(() => parseGatewayFile(text, 'c.json', {})).not.toThrow(/hunter2/);
});

test('the file is the named one, or the usual one of the folder, or none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hyphae-config-'));
  try {
    expect(readGatewayFile({}, folder)).toBeUndefined();
    writeFileSync(join(folder, 'hyphae.config.json'), '{"connect":["https://usual.example"]}');
    writeFileSync(join(folder, 'other.json'), '{"connect":["https://other.example"]}');
    expect(readGatewayFile({}, folder)?.connect).toEqual(['https://usual.example']);
    expect(readGatewayFile({ HYPHAE_CONFIG: join(folder, 'other.json') }, folder)?.connect).toEqual([
      'https://other.example',
    ]);
    expect(() => readGatewayFile({ HYPHAE_CONFIG: join(folder, 'gone.json') }, folder)).toThrow(
      /gone\.json cannot be read/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const PRESET: GatewayPreset = {
  slug: 'mas-voice',
  routes: [{ is: 'http', methods: ['GET'], path: '/health', cadenceMs: 1, role: 'viewer' }],
  altPaths: ['/voice'],
};

test('targets: configured, simulated, or neither', () => {
  const file = parse({
    upstreams: {
      'mas-voice': { url: 'https://bridge.example/base/', altUrl: 'http://mas.example:8001', name: 'Voice' },
      crep: { simulate: true },
      ...mycorrhizae({ secret: { header: 'X-API-Key', env: 'MYCO_KEY', prefix: 'Key ' }, budget: { perHour: 10 } })
        .upstreams,
    },
  });
  const simulator = (slug: string) => (slug === 'redis' ? undefined : `http://127.0.0.1:1/${slug}`);
  const targets = makeTargets({ file, presets: [PRESET], env: ENV, simulator });
  const voice = targets.get('mas-voice');
  if (voice === undefined) throw new Error('voice is configured');
  expect(voice).toMatchObject({ name: 'Voice', simulated: false, budget: { perMinute: 50, perHour: 900 } });
  expect(addressOf(voice, '/health', 'a=1').href).toBe('https://bridge.example/base/health?a=1');
  expect(addressOf(voice, '/voice/brain/chat', '').href).toBe('http://mas.example:8001/voice/brain/chat');
  expect(addressOf(voice, '/voices', '').href).toBe('https://bridge.example/base/voices');
  expect(targets.get('mycorrhizae')).toMatchObject({
    headers: { 'X-API-Key': `Key ${ENV.MYCO_KEY}` },
    budget: { perMinute: 50, perHour: 10 },
  });
  expect(targets.get('crep')).toMatchObject({ simulated: true, budget: undefined });
  const parts = makeTargets({ file, presets: [], env: ENV, simulator, processes: 4 });
  expect(parts.get('mas-voice')?.budget, 'each of four processes').toEqual({ perMinute: 12, perHour: 225 });
  expect(parts.get('crep')?.budget).toBeUndefined();
  expect(toSimulate(file, false)).toEqual(['crep']);
  expect(toSimulate(file, true)).not.toContain('mas-voice');
  expect(toSimulate(undefined, true)).toEqual(UPSTREAMS);
});

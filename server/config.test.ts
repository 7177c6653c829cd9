import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError, DEFAULT_LIMITS, isLoopback, readConfig } from './config.ts';
import { configTable, optionsPage } from './config-options.ts';

test('nothing set: this computer only, port 7420', () => {
  expect(readConfig({}, undefined)).toMatchObject({ ...DEFAULT_LIMITS, host: 'localhost', port: 7420 });
});

const secret = 'x'.repeat(32);
const read = (env: Record<string, string>, args: string[] = []) => readConfig(env, undefined, args);

test('who others reach has a secret and TLS or a proxy, or does not start; each message says what to do next', () => {
  const others = { HYPHAE_HOST: '0.0.0.0' };
  expect(() => read(others)).toThrow(/needs a secret[\s\S]*openssl rand[\s\S]*HYPHAE_SECRET_FILE=/);
  expect(() => read({ ...others, HYPHAE_SECRET: 'short' })).toThrow(/HYPHAE_SECRET has 5 bytes and needs 32/);
  expect(() => read({ ...others, HYPHAE_SECRET: secret })).toThrow(/HYPHAE_TLS_CERT=.*[\s\S]*--behind-proxy/);
  expect(() => read({ ...others, HYPHAE_SECRET: secret, HYPHAE_TLS_CERT: 'a.pem' })).toThrow(/belong together/);
  expect(() => read({ ...others, HYPHAE_SECRET: secret, HYPHAE_TLS_CERT: '/no', HYPHAE_TLS_KEY: '/no' })).toThrow(
    /HYPHAE_TLS_CERT=\/no cannot be read/,
  );
  expect(read({ ...others, HYPHAE_SECRET: secret }, ['--behind-proxy'])).toMatchObject({ access: 'required' });
  expect(read({ ...others, HYPHAE_SECRET: secret, HYPHAE_BEHIND_PROXY: '1' })).toMatchObject({ behindProxy: true });
});

test('no secret is ever repeated in a message', () => {
  const almost = 'hunter2-hunter2';
  expect(() => read({ HYPHAE_ACCESS: 'required', HYPHAE_SECRET: almost })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining(almost) }),
  );
});

test('this computer alone is open; behind a proxy or when asked for it is not', () => {
  expect(read({})).toMatchObject({ access: 'open' });
  expect(() => read({}, ['--behind-proxy'])).toThrow(/A proxy lets others in/);
  expect(() => read({ HYPHAE_ACCESS: 'required' })).toThrow(/secret/);
  expect(read({ HYPHAE_ACCESS: 'required', HYPHAE_SECRET: secret })).toMatchObject({ access: 'required' });
  expect(() => read({ HYPHAE_ACCESS: 'maybe' })).toThrow(/HYPHAE_ACCESS=maybe/);
});

test('a secret comes from a file too, but not from two places', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'hyphae-secret-')), 'secret');
  writeFileSync(file, `${secret}\n`);
  expect(read({ HYPHAE_SECRET_FILE: file })).toMatchObject({ secret });
  expect(() => read({ HYPHAE_SECRET_FILE: file, HYPHAE_SECRET: secret })).toThrow(/both given/);
  rmSync(file);
  expect(() => read({ HYPHAE_SECRET_FILE: file })).toThrow(/HYPHAE_SECRET_FILE=.* cannot be read/);
});

test('proxies are named by address or network', () => {
  expect(read({ HYPHAE_TRUSTED_PROXIES: '192.0.2.7, 2001:db8::/32' }).trustedProxies).toEqual([
    '192.0.2.7',
    '2001:db8::/32',
  ]);
  expect(() => read({ HYPHAE_TRUSTED_PROXIES: 'proxy.example' })).toThrow(
    /HYPHAE_TRUSTED_PROXIES: proxy.example is neither/,
  );
});

test('which addresses only this computer reaches', () => {
  expect(['localhost', '127.0.0.1', '127.8.8.8', '::1', '[::1]'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '198.51.100.7', '127.0.0.1.example', 'example'].some(isLoopback)).toBe(false);
});

test('the table for the documentation has every option once, with default and unit', () => {
  const table = configTable();
  const names = [...table.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(['PORT', 'HYPHAE_SECRET', 'REDIS_URL', 'HYPHAE_MAX_FRAGMENTS']));
  expect(table).toContain('| `HYPHAE_MAX_HEADER_BYTES` | 16,384 | bytes |');
  expect(table).toContain('| `PORT` | 7420 |');
  expect(table.split('\n').every((line) => line.split(' | ').length === 4)).toBe(true);
});

test('docs/options.md is up to date', () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/options.md'), 'utf8');
  expect(page, 'run `npm run protocol`').toBe(optionsPage());
});

test.each(['x', '-1', '1.5', '70000', 'NaN'])('PORT=%s is refused by name', (PORT) => {
  expect(() => readConfig({ PORT }, undefined)).toThrow(ConfigError);
  expect(() => readConfig({ PORT }, undefined)).toThrow(/PORT=.* must be a whole number from 0 to 65535/);
});

test('a limit is read in its unit, and 0 is no limit of ours', () => {
  expect(readConfig({ HYPHAE_LEASE_MS: '5000' }, undefined).leaseMs).toBe(5_000);
  expect(() => readConfig({ HYPHAE_LEASE_MS: '0' }, undefined)).toThrow(/\(ms\)/);
});

import { expect, test } from 'vitest';
import { ConfigError, DEFAULT_LIMITS, isLoopback, readConfig } from './config.ts';

test('nothing set: this computer only, port 7420', () => {
  expect(readConfig({}, undefined)).toMatchObject({ ...DEFAULT_LIMITS, host: 'localhost', port: 7420 });
});

test('an address that others reach is refused unless it is asked for twice', () => {
  expect(() => readConfig({ HYPHAE_HOST: '0.0.0.0' }, undefined)).toThrow(/access control is not built yet/);
  expect(readConfig({ HYPHAE_HOST: '0.0.0.0', HYPHAE_ALLOW_LAN: '1' }, undefined).host).toBe('0.0.0.0');
  expect(['localhost', '127.0.0.1', '127.8.8.8', '::1', '[::1]'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '198.51.100.7', '127.0.0.1.example', 'example'].some(isLoopback)).toBe(false);
});

test.each(['x', '-1', '1.5', '70000', 'NaN'])('PORT=%s is refused by name', (PORT) => {
  expect(() => readConfig({ PORT }, undefined)).toThrow(ConfigError);
  expect(() => readConfig({ PORT }, undefined)).toThrow(/PORT=.* must be a whole number from 0 to 65535/);
});

test('a limit is read in its unit, and 0 is no limit of ours', () => {
  expect(readConfig({ HYPHAE_LEASE_MS: '5000' }, undefined).leaseMs).toBe(5_000);
  expect(() => readConfig({ HYPHAE_LEASE_MS: '0' }, undefined)).toThrow(/\(ms\)/);
});

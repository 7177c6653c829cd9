import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { jwtVerify, SignJWT, UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../config.ts';
import { bucketOf, makeProxyList, originOf } from './client-address.ts';
import { CODE_ALPHABET, makeCode, readCode } from './code-words.ts';
import { cookieName, readCookie, sessionCookie } from './cookie.ts';
import { FailureLock } from './failure-lock.ts';
import { AccessLimits } from './limits.ts';
import { Secrets } from './secrets.ts';

const now = 1_700_000_000_000;
const claims = { use: 'session', id: '0123456789abcdef', gen: 3, issuedAtMs: now, expiresAtMs: now + 60_000 } as const;
const secrets = new Secrets('s'.repeat(32), undefined);

test('what we sign we read, and so does nobody with another secret', async () => {
  const token = await secrets.sign(claims);
  expect(secrets.verify(token, now)).toEqual({ ...claims, isOldKey: false });
  expect(secrets.verify(token, now + 60_000)).toBeUndefined();
  expect(new Secrets('t'.repeat(32), undefined).verify(token, now)).toBeUndefined();
});

test('a rotated secret still reads what the one before it signed, and marks it as old', async () => {
  const token = await secrets.sign(claims);
  const rotated = new Secrets('t'.repeat(32), 's'.repeat(32));
  expect(rotated.verify(token, now)).toEqual({ ...claims, isOldKey: true });
  expect(secrets.verify(await rotated.sign(claims), now)).toBeUndefined();
});

test('a token with any one character changed, cut or added is refused', async () => {
  const token = await secrets.sign(claims);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(...'Ab0_-.=\u0000'), fc.nat(2), (at, char, how) => {
      const bad = how === 0 ? token.slice(0, at) : token.slice(0, at) + char + token.slice(how === 1 ? at : at + 1);
      if (bad !== token) expect(secrets.verify(bad, now)).toBeUndefined();
    }),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(secrets.verify(text, now)).toBeUndefined();
    }),
  );
});

test('no algorithm but ours: none, another length, another header, our key under another name', async () => {
  const [header = '', payload = '', signature = ''] = (await secrets.sign(claims)).split('.');
  const none = new UnsecuredJWT({ gen: 1 })
    .setSubject(claims.id)
    .setAudience('session')
    .setExpirationTime('1h')
    .encode();
  const other = await new SignJWT({ gen: 1 })
    .setProtectedHeader({ alg: 'HS512' })
    .setSubject(claims.id)
    .sign(new Uint8Array(64));
  const renamed = Buffer.from(JSON.stringify({ alg: 'none', kid: 'x' })).toString('base64url');
  for (const bad of [
    none,
    other,
    `${renamed}.${payload}.${signature}`,
    `${renamed}.${payload}.`,
    `${header}.${payload}.`,
  ])
    expect(secrets.verify(bad, now)).toBeUndefined();
});

test('jose reads our tokens the same', async () => {
  const { hkdfSync } = await import('node:crypto');
  const key = hkdfSync('sha256', Buffer.from('s'.repeat(32)), Buffer.alloc(0), 'hyphae sessions', 32);
  const { payload } = await jwtVerify(await secrets.sign(claims), new Uint8Array(key), {
    audience: 'session',
    algorithms: ['HS256'],
    currentDate: new Date(now),
  });
  expect(payload).toMatchObject({ sub: claims.id, gen: 3, exp: now / 1000 + 60 });
});

test('a code is read however it is typed, and nothing else is', () => {
  fc.assert(
    fc.property(fc.nat(5), fc.boolean(), (spaces, lower) => {
      const code = makeCode();
      const typed = code.replace('-', ' '.repeat(spaces));
      expect(code).toMatch(/^[2-9A-Z]{4}-[2-9A-Z]{4}$/);
      expect(code).not.toMatch(/[ILOU01]/);
      expect(readCode(lower ? typed.toLowerCase() : typed)).toBe(code);
      expect(readCode(code.replace('-', '–'))).toBe(code);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const read = readCode(text);
      if (read !== undefined)
        expect([...read.replace('-', '')].every((char) => CODE_ALPHABET.includes(char))).toBe(true);
    }),
  );
  for (const bad of ['', 'ABCD-EFG', 'ABCD-EFGHJ', 'ABCD-EFG0', 'ABCD-EFGI', 'A'.repeat(1_000_000)])
    expect(readCode(bad), bad.slice(0, 20)).toBeUndefined();
});

test('a cookie is found among any others, and one that is there twice is nobody’s', () => {
  const other = fc.tuple(fc.stringMatching(/^[a-z]{1,6}$/), fc.stringMatching(/^[^;]{0,20}$/));
  fc.assert(
    fc.property(fc.array(other), fc.nat(10), (others, at) => {
      const parts = others.filter(([name]) => name !== 'hyphae').map(([name, value]) => `${name}=${value}`);
      parts.splice(at % (parts.length + 1), 0, 'hyphae=our.own.value');
      expect(readCookie(parts.join('; '), 'hyphae')).toBe('our.own.value');
      expect(readCookie([...parts, 'hyphae=planted'].join(';'), 'hyphae')).toBeUndefined();
    }),
  );
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (header) => void readCookie(header, 'hyphae')));
  expect(readCookie('hyphae=plain', cookieName(true))).toBeUndefined();
  expect(sessionCookie('v', true, 60_000)).toBe(
    '__Host-hyphae=v; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure',
  );
  expect(sessionCookie('v', false, 60_000)).not.toContain('Secure');
});

const request = (remoteAddress: string, headers: Record<string, string>) =>
  ({ socket: { remoteAddress }, headers }) as unknown as IncomingMessage;

test('what a proxy says is believed from a trusted one only, and only what it wrote itself', () => {
  const proxies = makeProxyList(['192.0.2.0/24', '::1']);
  const headers = {
    host: 'inside.example',
    'x-forwarded-for': '203.0.113.66, 198.51.100.7, 192.0.2.9',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'lab.example',
  };
  expect(originOf(request('192.0.2.1', headers), proxies)).toEqual({
    address: '198.51.100.7',
    host: 'lab.example',
    secure: true,
  });
  const direct = { address: '198.51.100.9', host: 'inside.example', secure: false };
  expect(originOf(request('198.51.100.9', headers), proxies)).toEqual(direct);
  expect(originOf(request('::ffff:198.51.100.9', headers), undefined)).toEqual(direct);
  for (const forged of ['', ',,,', 'unknown', '192.0.2.300', '"; drop', '192.0.2.4, 192.0.2.5'])
    expect(originOf(request('192.0.2.1', { 'x-forwarded-for': forged }), proxies).address, forged).toBe('192.0.2.1');
  for (const bad of ['x', '192.0.2.0/33', '192.0.2.0/', '2001:db8::/129', '192.0.2.0/24/1'])
    expect(() => makeProxyList([bad]), bad).toThrow(/HYPHAE_TRUSTED_PROXIES/);
});

test('everybody’s many IPv6 addresses are one', () => {
  expect(bucketOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
  expect(bucketOf('2001:db8:1:2::9')).toBe('2001:db8:1:2::/64');
  expect(bucketOf('2001:db8::1')).toBe('2001:db8:0:0::/64');
  expect(bucketOf('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
  expect(bucketOf('::1')).toBe('0:0:0:0::/64');
  expect(bucketOf('198.51.100.7')).toBe('198.51.100.7');
});

test('who guesses waits twice as long each time, up to a bound, and others do not', () => {
  const lock = new FailureLock({ failuresBeforeLock: 3, lockMs: 1_000, maxLockMs: 10_000, trackedAddresses: 2 });
  expect([1, 2, 3, 4, 5, 6, 7].map(() => lock.failed('a', now))).toEqual([0, 0, 1_000, 2_000, 4_000, 8_000, 10_000]);
  expect(lock.waitMs('a', now + 4_000)).toBe(6_000);
  expect(lock.waitMs('b', now)).toBe(0);
  expect(lock.failed('a', now + 20_001)).toBe(0);
  lock.failed('b', now);
  lock.failed('c', now);
  expect(lock.evicted).toBe(1);
});

test('an address has so many connections, connects and requests, and a right time to come back', () => {
  let at = now;
  const limits = new AccessLimits(
    { ...DEFAULT_LIMITS, connectionsPerAddress: 2, connectsPerSecond: 1, connectsBurst: 3, trackedAddresses: 3 },
    () => at,
  );
  const enter = (address: string) => limits.connect(address) ?? limits.opened(address);
  const leave = enter('a');
  enter('a');
  expect(limits.connect('a')).toMatchObject({ code: 'connections-per-address' });
  expect(limits.connect('b')).toBeUndefined();
  if (typeof leave === 'function') {
    leave();
    leave();
  }
  expect(limits.connect('a')).toBeUndefined();
  expect(limits.connect('a')).toEqual({ code: 'connects-per-address', retryAfterMs: 1_000 });
  at += 1_000;
  expect(limits.connect('a')).toBeUndefined();
  for (let i = 0; i < 100; i++) limits.request(`x${i}`);
  expect(limits.stats()).toEqual({ addresses: 1, evicted: 97 });
  expect(limits.publish('p', 80_000)).toBe(0);
  expect(limits.publish('p', 20_000)).toBe(1_000);
  expect(limits.publishForBoard('b', 80_000)).toBe(0);
  expect(limits.publishForBoard('b', 20_000)).toBe(1_000);
  expect(new AccessLimits(DEFAULT_LIMITS, () => at, true).publish('open', 1e9)).toBe(0);
});
